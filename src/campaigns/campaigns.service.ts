import { Injectable } from '@nestjs/common';
import { Clock, notFound, ruleError, statesOf, type Page, type Paged } from '../common/index.js';
import { CampaignAgentsRepository, type AssignedAgent } from './campaign-agents.repository.js';
import { CampaignCountersRepository, type CounterTotals } from './campaign-counters.repository.js';
import { CampaignHooks } from './campaign-hooks.js';
import type { Campaign } from './campaign.entity.js';
import { CAMPAIGN_TRANSITIONS, type CampaignStatus } from './campaign.states.js';
import { CampaignsRepository, type CampaignFields } from './campaigns.repository.js';

/** Leads shown in a campaign's detail. */
const FIRST_LEADS = 50;
const AT_REST = statesOf(CAMPAIGN_TRANSITIONS).filter((status) => status !== 'active');
/** Where a schedule can be set: what may become scheduled, and what is. */
const SCHEDULABLE: CampaignStatus[] = ['draft', 'scheduled'];

/** A campaign and its numbers. */
export interface CampaignProgress {
  campaign: Campaign;
  totals: CounterTotals;
}

export interface CampaignWithCounts extends CampaignProgress {
  /** How many agents are assigned. */
  agents: number;
}

export interface CampaignDetail extends CampaignProgress {
  leads: unknown[];
  assignments: AssignedAgent[];
}

/** Campaigns as records; what moves them is the lifecycle service. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly assignments: CampaignAgentsRepository,
    private readonly hooks: CampaignHooks,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `CAMPAIGN_NOT_FOUND` */
  async require(id: string): Promise<Campaign> {
    const campaign = await this.campaigns.find(id);
    if (!campaign) throw notFound('Campaign');
    return campaign;
  }

  /** A draft, or a scheduled campaign when `scheduledAt` is given. @throws DomainError `SCHEDULED_IN_PAST` */
  async create(fields: CampaignFields & { name: string }): Promise<CampaignProgress> {
    this.refusePast(fields.scheduledAt);
    return this.progress(await this.campaigns.insert(fields));
  }

  async list(page: Page, status?: CampaignStatus): Promise<Paged<CampaignWithCounts>> {
    const { items, ...paged } = await this.campaigns.list(page, status);
    const ids = items.map((campaign) => campaign.id);
    const [totals, agents] = await Promise.all([this.counters.read(ids), this.assignments.count(ids)]);
    const shown = items.flatMap((campaign) => {
      const own = totals.get(campaign.id);
      return own ? [{ campaign, totals: own, agents: agents.get(campaign.id) ?? 0 }] : [];
    });
    return { ...paged, items: shown };
  }

  /** @throws DomainError `CAMPAIGN_NOT_FOUND` */
  async detail(id: string): Promise<CampaignDetail> {
    const campaign = await this.require(id);
    const [totals, assignments, leads] = await Promise.all([
      this.totals(campaign.id),
      this.assignments.list(campaign.id),
      this.firstLeads(campaign.id),
    ]);
    return { campaign, totals, leads, assignments };
  }

  /** The campaign and its numbers. @throws DomainError `CAMPAIGN_NOT_FOUND` */
  async progress(id: string): Promise<CampaignProgress> {
    const campaign = await this.require(id);
    return { campaign, totals: await this.totals(campaign.id) };
  }

  /**
   * Changes the fields given, unless the campaign is active. A `scheduledAt` schedules a draft, null unschedules.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, `CAMPAIGN_NOT_SCHEDULABLE`, `SCHEDULED_IN_PAST`
   */
  async update(id: string, fields: CampaignFields): Promise<CampaignProgress> {
    this.refusePast(fields.scheduledAt);
    const from = fields.scheduledAt ? SCHEDULABLE : AT_REST;
    if (!(await this.campaigns.update(id, fields, from))) {
      const { status } = await this.require(id);
      if (!fields.scheduledAt || status === 'active') throw active();
      throw ruleError('CAMPAIGN_NOT_SCHEDULABLE', `Only a draft can be scheduled; the campaign is ${status}`);
    }
    return this.progress(id);
  }

  private async totals(id: string): Promise<CounterTotals> {
    const totals = (await this.counters.read([id])).get(id);
    if (!totals) throw notFound('Campaign');
    return totals;
  }

  private async firstLeads(id: string): Promise<unknown[]> {
    const lists = await Promise.all(this.hooks.leads.all().map((hook) => hook.firstLeads(id, FIRST_LEADS)));
    return lists.flat();
  }

  private refusePast(scheduledAt: Date | null | undefined): void {
    if (scheduledAt && scheduledAt.getTime() <= this.clock.now().getTime()) {
      throw ruleError('SCHEDULED_IN_PAST', 'scheduledAt must be in the future');
    }
  }
}

function active(): Error {
  return ruleError('CAMPAIGN_ACTIVE', 'Cannot update an active campaign', 'Pause or stop the campaign first');
}
