import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CampaignsModule } from '../campaigns/index.js';
import { CsvUploadInterceptor, UploadFolder } from '../imports/index.js';
import { LeadAnnouncer } from './lead-announcer.js';
import { Lead } from './lead.entity.js';
import { LeadGate } from './lead-gate.js';
import { LeadHooks } from './lead.hooks.js';
import { LeadImport } from './lead-import.service.js';
import { LeadInsertsRepository } from './lead-inserts.repository.js';
import { LeadIntake } from './lead-intake.service.js';
import { LeadListRepository } from './lead-list.repository.js';
import { LeadRemoval } from './lead-removal.service.js';
import { LeadsController } from './leads.controller.js';
import { LeadsRepository } from './leads.repository.js';
import { LeadsService } from './leads.service.js';

/** Leads of a campaign: one by one, in bulk, from a CSV file; their list, their history, their end. */
@Module({
  imports: [TypeOrmModule.forFeature([Lead]), CampaignsModule],
  controllers: [LeadsController],
  providers: [
    CsvUploadInterceptor,
    LeadAnnouncer,
    LeadGate,
    LeadHooks,
    LeadImport,
    LeadInsertsRepository,
    LeadIntake,
    LeadListRepository,
    LeadRemoval,
    LeadsRepository,
    LeadsService,
    UploadFolder,
  ],
  exports: [LeadHooks],
})
export class LeadsModule {}
