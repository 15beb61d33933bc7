import { Injectable } from '@nestjs/common';
import { notFound, type Page, type Paged } from '../../common/index.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import { CampaignRunsRepository, type RunRow } from './campaign-runs.repository.js';

/** What became of each start of a campaign. */
@Injectable()
export class CampaignRuns {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly runs: CampaignRunsRepository,
  ) {}

  /** Newest first. @throws DomainError `CAMPAIGN_NOT_FOUND` */
  async list(campaignId: string, page: Page): Promise<Paged<RunRow>> {
    if (!(await this.campaigns.find(campaignId))) throw notFound('Campaign');
    return this.runs.list(campaignId, page);
  }
}
