import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CampaignsModule } from '../campaigns/index.js';
import { FileUploadInterceptor } from '../imports/index.js';
import { JournalModule, OutboxModule } from '../journal/index.js';
import { ErasureRepository } from './erasure/erasure.repository.js';
import { ErasuresController } from './erasure/erasures.controller.js';
import { LeadErasure } from './erasure/erasure.service.js';
import { ImportFilesRepository } from './imports/import-files.repository.js';
import { ImportRunner } from './imports/import-runner.service.js';
import { IMPORTS_QUEUE, ImportsQueue } from './imports/imports.queue.js';
import { LeadImportChunk } from './imports/lead-import-chunk.entity.js';
import { LeadImportRefusal } from './imports/lead-import-refusal.entity.js';
import { LeadImport } from './imports/lead-import.entity.js';
import { LeadImporter } from './imports/lead-importer.service.js';
import { LeadImportsController } from './imports/lead-imports.controller.js';
import { LeadImportsRepository } from './imports/lead-imports.repository.js';
import { LeadImportsService } from './imports/lead-imports.service.js';
import { LeadUpload } from './imports/lead-upload.service.js';
import { LeadAnnouncer } from './lead-announcer.js';
import { Lead } from './lead.entity.js';
import { LeadGate } from './lead-gate.js';
import { LeadHooks } from './lead.hooks.js';
import { LeadInsertsRepository } from './lead-inserts.repository.js';
import { LeadIntake } from './lead-intake.service.js';
import { LeadListRepository } from './lead-list.repository.js';
import { LeadRemoval } from './lead-removal.service.js';
import { LeadsController } from './leads.controller.js';
import { LeadsRepository } from './leads.repository.js';
import { LeadsService } from './leads.service.js';

/** Leads of a campaign: one by one, in bulk, from a CSV file; their list, their history, their end. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Lead, LeadImport, LeadImportChunk, LeadImportRefusal]),
    BullModule.registerQueue({ name: IMPORTS_QUEUE }),
    CampaignsModule,
    JournalModule,
    OutboxModule,
  ],
  // The first that matches answers: `imports` is no lead's id.
  controllers: [LeadImportsController, LeadsController, ErasuresController],
  providers: [
    ErasureRepository,
    FileUploadInterceptor,
    ImportFilesRepository,
    ImportRunner,
    ImportsQueue,
    LeadAnnouncer,
    LeadErasure,
    LeadGate,
    LeadHooks,
    LeadImporter,
    LeadImportsRepository,
    LeadImportsService,
    LeadInsertsRepository,
    LeadIntake,
    LeadListRepository,
    LeadRemoval,
    LeadUpload,
    LeadsRepository,
    LeadsService,
  ],
  exports: [ImportRunner, ImportsQueue, LeadHooks, LeadImportsRepository, LeadsService],
})
export class LeadsModule {}
