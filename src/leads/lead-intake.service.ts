import { Injectable } from '@nestjs/common';
import { CampaignsService } from '../campaigns/index.js';
import { DomainError, invalidInput, notFound, type FieldError } from '../common/index.js';
import { inSlices } from '../imports/index.js';
import type { Tx } from '../database/index.js';
import { Audit, EventRecords } from '../journal/index.js';
import { leadChange, leadsChange, toldOf } from './lead-changes.js';
import { duplicateLead, invalidPhoneNumber } from './lead.errors.js';
import type { Lead } from './lead.entity.js';
import type { LeadFields } from './lead-fields.js';
import { THE_LEAD } from './lead-events.js';
import { LeadGate } from './lead-gate.js';
import { LeadInsertsRepository } from './lead-inserts.repository.js';
import { LeadsRepository } from './leads.repository.js';
import { checkEntry, makeLead, type NewLead } from './new-lead.js';

/** More than a person reads. */
const MAX_ERRORS = 100;
/** More go by a staging table, as files do: as one statement's parameters they would stop everything else for a while. */
const MOST_AT_ONCE = 5000;

export interface RefusedLead {
  /** Place in the list, from 0. */
  index: number;
  error: string;
}

export interface BulkResult {
  created: number;
  /** Leads in the request: created, duplicates, and those whose number cannot exist. */
  total: number;
  /** Left out because the campaign, or the list before them, has their number. */
  duplicates: number;
  /** Left out because their number cannot exist; the first 100. */
  errors: RefusedLead[];
}

/** How leads come in through the API: one, or a list. */
@Injectable()
export class LeadIntake {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly gate: LeadGate,
    private readonly inserts: LeadInsertsRepository,
    private readonly leads: LeadsRepository,
    private readonly audit: Audit,
    private readonly events: EventRecords,
  ) {}

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `INVALID_PHONE_NUMBER`, `DUPLICATE_LEAD` */
  async add(campaignId: string, fields: LeadFields): Promise<Lead> {
    const { defaultCountry } = await this.campaigns.require(campaignId);
    const made = makeLead(fields, defaultCountry);
    if (!made.ok) throw invalidPhoneNumber(made.reason);
    const { id } = made.lead;
    const created = await this.gate.admit(campaignId, (tx) => this.insertOne(tx, campaignId, made.lead));
    if (created === 0) throw duplicateLead();
    const lead = await this.leads.find(campaignId, id);
    if (!lead) throw notFound('Lead');
    return lead;
  }

  /**
   * Adds a list in one transaction. An entry that is no lead at all refuses the whole list; a number that cannot
   * exist, or is there already, is left out and reported.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `VALIDATION_FAILED`
   */
  async addMany(campaignId: string, entries: unknown[]): Promise<BulkResult> {
    const { defaultCountry } = await this.campaigns.require(campaignId);
    const { leads, refused } = await made(await checked(entries), defaultCountry);
    const created = await this.admit(campaignId, leads, entries.length);
    const errors = refused.slice(0, MAX_ERRORS);
    return { created, total: entries.length, duplicates: leads.length - created, errors };
  }

  private async insertOne(tx: Tx, campaignId: string, lead: NewLead): Promise<number> {
    const created = await this.inserts.insert(tx, campaignId, [lead]);
    if (created === 0) return 0;
    const change = leadChange('lead.created', campaignId, lead.id);
    await this.audit.record(tx, { ...change, after: toldOf(lead) });
    await this.events.record(tx, 'lead.created', THE_LEAD, lead.id);
    return created;
  }

  private admit(campaignId: string, leads: NewLead[], total: number): Promise<number> {
    if (leads.length === 0) {
      this.audit.changedNothing();
      return Promise.resolve(0);
    }
    return this.gate.admit(campaignId, async (tx) => {
      const created = await this.insertMany(tx, campaignId, leads);
      await this.audit.record(tx, leadsChange('lead.bulk_created', campaignId, { created, total }));
      return created;
    });
  }

  private insertMany(tx: Tx, campaignId: string, leads: NewLead[]): Promise<number> {
    if (leads.length <= MOST_AT_ONCE) return this.inserts.insert(tx, campaignId, leads);
    return this.inserts.insertAll(tx, campaignId, (stage) =>
      inSlices(leads, (lead, index) => stage.add(index + 1, lead)),
    );
  }
}

async function checked(entries: unknown[]): Promise<LeadFields[]> {
  const fields: LeadFields[] = [];
  const errors: FieldError[] = [];
  await inSlices(entries, (entry, index) => {
    const result = checkEntry(entry, `leads.${index}`);
    if (result.ok) fields.push(result.fields);
    else errors.push(...result.errors);
  });
  if (errors.length > MAX_ERRORS) {
    const details = `${errors.length} fields are wrong; the first ${MAX_ERRORS} are listed`;
    throw new DomainError(
      'invalid',
      'VALIDATION_FAILED',
      'Validation failed',
      details,
      errors.slice(0, MAX_ERRORS),
    );
  }
  if (errors.length > 0) throw invalidInput(errors);
  return fields;
}

async function made(
  list: LeadFields[],
  defaultCountry: string | null,
): Promise<{ leads: NewLead[]; refused: RefusedLead[] }> {
  const leads: NewLead[] = [];
  const refused: RefusedLead[] = [];
  await inSlices(list, (fields, index) => {
    const result = makeLead(fields, defaultCountry);
    if (result.ok) leads.push(result.lead);
    else refused.push({ index, error: result.reason });
  });
  return { leads, refused };
}
