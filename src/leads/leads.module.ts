import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Lead } from './lead.entity.js';
import { LeadHooks } from './lead.hooks.js';

/** Leads of a campaign: one by one, in bulk, from a CSV file; their list, their history, their end. */
@Module({
  imports: [TypeOrmModule.forFeature([Lead])],
  providers: [LeadHooks],
  exports: [LeadHooks],
})
export class LeadsModule {}
