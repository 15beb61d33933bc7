import { Injectable } from '@nestjs/common';
import { notFound, type Page, type Paged } from '../common/index.js';
import { Database } from '../database/index.js';
import { Audit } from '../journal/index.js';
import { CampaignAgentsRepository, type AssignedAgent } from './campaign-agents.repository.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';

/** Which agents work for a campaign. May change while it is active: the next claim sees it. */
@Injectable()
export class CampaignAgentsService {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly rows: CampaignsRepository,
    private readonly assignments: CampaignAgentsRepository,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws DomainError `CAMPAIGN_NOT_FOUND` */
  async list(campaignId: string, page: Page): Promise<Paged<AssignedAgent>> {
    const { id } = await this.campaigns.require(campaignId);
    const [slice, counts] = await Promise.all([
      this.assignments.page(id, page),
      this.assignments.count([id]),
    ]);
    return { ...slice, total: counts.get(id) ?? 0 };
  }

  /**
   * Assigns an agent, or changes whether an assigned one is primary (undefined: no change). A second primary takes
   * the first one's place.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `AGENT_NOT_FOUND`
   */
  async assign(
    campaignId: string,
    agentId: string,
    isPrimary?: boolean,
  ): Promise<{ isNew: boolean; assignment: AssignedAgent }> {
    const isNew = await this.database.transaction(async (tx) => {
      if (!(await this.rows.lock(tx, campaignId))) throw notFound('Campaign');
      if (!(await this.assignments.lockAgent(tx, agentId))) throw notFound('Agent');
      if (isPrimary) await this.assignments.clearPrimary(tx, campaignId, agentId);
      const isFirst = await this.assignments.upsert(tx, campaignId, agentId, isPrimary);
      const action = isFirst ? 'campaign.agent_assigned' : 'campaign.agent_changed';
      await this.audit.record(tx, { ...changeOf(action, campaignId), after: { agentId, isPrimary } });
      return isFirst;
    });
    const assignment = await this.assignments.find(campaignId, agentId);
    if (!assignment) throw notFound('Agent');
    return { isNew, assignment };
  }

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_AGENT_NOT_FOUND` */
  async remove(campaignId: string, agentId: string): Promise<void> {
    const isGone = await this.database.transaction(async (tx) => {
      if (!(await this.assignments.remove(tx, campaignId, agentId))) return false;
      await this.audit.record(tx, { ...changeOf('campaign.agent_removed', campaignId), before: { agentId } });
      return true;
    });
    if (isGone) return;
    await this.campaigns.require(campaignId);
    throw notFound('Campaign agent');
  }
}

function changeOf(action: string, id: string) {
  return { action, entity: 'campaign', entityId: id, campaignId: id };
}
