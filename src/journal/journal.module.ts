import { Module } from '@nestjs/common';
import { AuditRepository } from './audit/audit.repository.js';
import { Audit } from './audit/audit.service.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { Idempotency } from './idempotency/idempotency.service.js';

/** What any room above writes with. */
@Module({
  providers: [Audit, AuditRepository, Idempotency, IdempotencyKeysRepository],
  exports: [Audit, AuditRepository, Idempotency, IdempotencyKeysRepository],
})
export class JournalModule {}
