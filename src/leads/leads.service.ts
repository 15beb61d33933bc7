import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CampaignCountersRepository, CampaignHooks, CampaignsService } from '../campaigns/index.js';
import { batchesOf, notFound, ruleError, type Page, type Paged, type Total } from '../common/index.js';
import { parsePhoneNumber } from '../compliance/index.js';
import { Database, type Tx } from '../database/index.js';
import { Audit } from '../journal/index.js';
import { toLeadResponse } from './dto/lead.response.js';
import { leadChange, toldOf, toldUpdate } from './lead-changes.js';
import { LeadAnnouncer } from './lead-announcer.js';
import type { Lead } from './lead.entity.js';
import { duplicateLead, invalidPhoneNumber, leadInCall } from './lead.errors.js';
import { metadataOf, type LeadFields } from './lead-fields.js';
import { LeadListRepository, type LeadFilter, type LeadRow } from './lead-list.repository.js';
import type { LeadSort } from './lead-orders.js';
import { searchOf } from './lead-search.js';
import { LeadsRepository, type LeadCall, type LeadChanges } from './leads.repository.js';
import { nameOf } from './new-lead.js';

/** Calls shown in a lead's history. */
const MAX_CALLS = 100;

export interface LeadWithCalls {
  lead: Lead;
  /** Newest first, at most 100. */
  calls: LeadCall[];
}

/** Which leads of a campaign, and in what order. */
export interface LeadQuery extends Omit<LeadFilter, 'search'> {
  /** As somebody wrote it. */
  search?: string;
  sort?: LeadSort;
}

/** Leads as records: their list, their history, their changes. How they come in is LeadIntake's and LeadImport's. */
@Injectable()
export class LeadsService implements OnModuleInit {
  constructor(
    private readonly leads: LeadsRepository,
    private readonly lists: LeadListRepository,
    private readonly campaigns: CampaignsService,
    private readonly counters: CampaignCountersRepository,
    private readonly database: Database,
    private readonly announcer: LeadAnnouncer,
    private readonly hooks: CampaignHooks,
    private readonly audit: Audit,
  ) {}

  onModuleInit(): void {
    this.hooks.leads.add({
      firstLeads: async (campaignId, limit) =>
        (await this.lists.page(campaignId, {}, { page: 1, limit })).items.map(toLeadResponse),
    });
  }

  /**
   * Oldest first, unless sorted or searched. The total is the campaign's counter, or, for what is not counted there,
   * a count up to `COUNT_CAP`.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `INVALID_CURSOR`
   */
  async list(campaignId: string, wanted: LeadQuery, page: Page): Promise<Paged<LeadRow>> {
    const filter = await this.filterOf(campaignId, wanted);
    const [slice, total] = await Promise.all([
      this.lists.page(campaignId, filter, page, wanted.sort),
      this.total(campaignId, filter),
    ]);
    return { ...slice, ...total };
  }

  /**
   * All leads that a list would show, in batches. Each lead is told once and as it is when its batch is read; one that
   * is added or deleted meanwhile may be in it or not. A snapshot would keep Postgres from tidying up after calls for as
   * long as a client likes to read.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`
   */
  async batches(campaignId: string, wanted: LeadQuery): Promise<AsyncGenerator<LeadRow[], void, undefined>> {
    const filter = await this.filterOf(campaignId, wanted);
    return batchesOf((page) => this.lists.page(campaignId, filter, page, wanted.sort));
  }

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `LEAD_NOT_FOUND` */
  async get(campaignId: string, id: string): Promise<LeadWithCalls> {
    const lead = await this.require(campaignId, id);
    return { lead, calls: await this.leads.calls(lead.id, MAX_CALLS) };
  }

  /**
   * Changes the fields given. The phone number can change only while the lead is pending.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `LEAD_NOT_FOUND`, `INVALID_PHONE_NUMBER`, `DUPLICATE_LEAD`, `LEAD_NOT_PENDING`
   */
  async update(campaignId: string, id: string, fields: Partial<LeadFields>): Promise<Lead> {
    const { defaultCountry } = await this.campaigns.require(campaignId);
    const changes = changesOf(fields, defaultCountry);
    const result = await this.database.transaction((tx) => this.updateIn(tx, campaignId, id, changes));
    if (result === 'duplicate') throw duplicateLead();
    const lead = await this.require(campaignId, id);
    if (result === 'none') {
      throw ruleError('LEAD_NOT_PENDING', `The phone number of a ${lead.status} lead cannot be changed`);
    }
    // Its old number or clock may have kept it waiting.
    if (changes.phoneNumber || changes.timezone !== undefined) await this.announcer.announce(campaignId);
    return lead;
  }

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `LEAD_NOT_FOUND`, `LEAD_IN_CALL` */
  async delete(campaignId: string, id: string): Promise<void> {
    const isGone = await this.database.transaction(async (tx) => {
      const lead = await this.leads.delete(tx, campaignId, id);
      if (!lead) return false;
      await this.audit.record(tx, { ...leadChange('lead.deleted', campaignId, id), before: toldOf(lead) });
      await this.counters.apply(tx, campaignId, { [lead.status]: -1 });
      return true;
    });
    if (isGone) return;
    await this.require(campaignId, id);
    throw leadInCall();
  }

  private async updateIn(
    tx: Tx,
    campaignId: string,
    id: string,
    changes: LeadChanges,
  ): Promise<'done' | 'none' | 'duplicate'> {
    const was = await this.leads.findLocked(tx, campaignId, id);
    if (!was) return 'none';
    const result = await this.leads.update(tx, campaignId, id, changes);
    if (result !== 'done') return result;
    await this.audit.record(tx, {
      ...leadChange('lead.updated', campaignId, id),
      ...toldUpdate(was, changes),
    });
    return 'done';
  }

  private async filterOf(campaignId: string, wanted: LeadQuery): Promise<LeadFilter> {
    const { defaultCountry } = await this.campaigns.require(campaignId);
    const { status, outcome, priority, search } = wanted;
    const filter = { status, outcome, priority };
    return search === undefined ? filter : { ...filter, search: searchOf(search, defaultCountry) };
  }

  private async total(campaignId: string, filter: LeadFilter): Promise<Total> {
    const { status, ...others } = filter;
    if (Object.values(others).some((value) => value !== undefined)) {
      return this.lists.count(campaignId, filter);
    }
    const totals = await this.counters.read([campaignId]);
    return { total: totals.get(campaignId)?.[status ?? 'totalLeads'] ?? 0 };
  }

  private async require(campaignId: string, id: string): Promise<Lead> {
    const lead = await this.leads.find(campaignId, id);
    if (lead) return lead;
    await this.campaigns.require(campaignId);
    throw notFound('Lead');
  }
}

/** @throws DomainError `INVALID_PHONE_NUMBER` */
function changesOf(fields: Partial<LeadFields>, defaultCountry: string | null): LeadChanges {
  const changes: LeadChanges = {};
  if (fields.phoneNumber !== undefined) changes.phoneNumber = dialable(fields.phoneNumber, defaultCountry);
  if (fields.name !== undefined) changes.name = nameOf(fields.name);
  if (fields.priority !== undefined) changes.priority = fields.priority ?? 0;
  if (fields.timezone !== undefined) changes.timezone = fields.timezone || null;
  if (fields.metadata !== undefined) changes.metadata = metadataOf(fields.metadata);
  return changes;
}

function dialable(text: string, defaultCountry: string | null): string {
  const number = parsePhoneNumber(text, defaultCountry);
  if (!number.ok) throw invalidPhoneNumber(number.reason);
  return number.e164;
}
