import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FileUploadInterceptor } from '../imports/index.js';
import { JournalModule } from '../journal/index.js';
import { OptOuts } from './opt-outs.js';
import { ConfiguredNumbers } from './configured-numbers.js';
import { PhoneNumberHooks } from './phone-number-hooks.js';
import { PhoneNumberRests } from './phone-number-rests.service.js';
import { PhoneNumberUseRepository } from './phone-number-use.repository.js';
import { PhoneNumber } from './phone-number.entity.js';
import { PhoneNumbersController } from './phone-numbers.controller.js';
import { PhoneNumbersRepository } from './phone-numbers.repository.js';
import { PhoneNumbersService } from './phone-numbers.service.js';
import { Suppression } from './suppression.entity.js';
import { SuppressionExport } from './suppression-export.js';
import { SuppressionGate } from './suppression-gate.js';
import { SuppressionHooks } from './suppression-hooks.js';
import { SuppressionImport } from './suppression-import.service.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsRepository } from './suppressions.repository.js';
import { SuppressionsService } from './suppressions.service.js';

/** Whom nobody may call, and from which numbers the others are called. */
@Module({
  imports: [TypeOrmModule.forFeature([PhoneNumber, Suppression]), JournalModule],
  controllers: [PhoneNumbersController, SuppressionsController],
  providers: [
    ConfiguredNumbers,
    FileUploadInterceptor,
    OptOuts,
    PhoneNumberHooks,
    PhoneNumberRests,
    PhoneNumbersRepository,
    PhoneNumbersService,
    PhoneNumberUseRepository,
    SuppressionExport,
    SuppressionGate,
    SuppressionHooks,
    SuppressionImport,
    SuppressionsRepository,
    SuppressionsService,
  ],
  exports: [
    OptOuts,
    PhoneNumberHooks,
    PhoneNumberRests,
    PhoneNumbersRepository,
    PhoneNumberUseRepository,
    SuppressionHooks,
  ],
})
export class ComplianceModule {}
