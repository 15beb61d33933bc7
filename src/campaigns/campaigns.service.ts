import { Injectable } from '@nestjs/common';
import { notFound, type Page, type Paged } from '../common/index.js';
import { CampaignAgentsRepository, type AssignedAgent } from './campaign-agents.repository.js';
import { CampaignCountersRepository, type CounterTotals } from './campaign-counters.repository.js';
import { CampaignHooks } from './campaign-hooks.js';
import type { Campaign } from './campaign.entity.js';
import type { CampaignStatus } from './campaign.states.js';
import { CampaignsRepository, type CampaignFields } from './campaigns.repository.js';
import { CampaignPlanner } from './schedule/campaign-planner.service.js';

/** Leads shown in a campaign's detail. */
const FIRST_LEADS = 50;

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
    private readonly planner: CampaignPlanner,
  ) {}

  /** @throws DomainError `CAMPAIGN_NOT_FOUND` */
  async require(id: string): Promise<Campaign> {
    const campaign = await this.campaigns.find(id);
    if (!campaign) throw notFound('Campaign');
    return campaign;
  }

  /** A draft, or a scheduled campaign when it is to start by itself. @throws DomainError if its schedule cannot be */
  async create(fields: CampaignFields & { name: string }): Promise<CampaignProgress> {
    return this.progress(await this.planner.create(fields));
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
   * Changes the fields given, unless the campaign is active. What it says of its schedule may move its status.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, or why its schedule cannot be
   */
  async update(id: string, fields: CampaignFields): Promise<CampaignProgress> {
    await this.planner.update(id, fields);
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
}
