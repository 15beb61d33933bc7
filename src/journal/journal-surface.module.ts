import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuditController } from './audit/audit.controller.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { IdempotencyTick } from './idempotency/idempotency-tick.js';
import { JournalModule } from './journal.module.js';

/** What the application has of this room once: the log's routes, the net under all routes, the tick. */
@Module({
  imports: [JournalModule],
  controllers: [AuditController],
  providers: [IdempotencyTick, { provide: APP_INTERCEPTOR, useClass: AuditInterceptor }],
})
export class JournalSurfaceModule {}
