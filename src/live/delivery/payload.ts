import { Call, toCallResponse } from '../../calls/index.js';
import { Campaign, toCampaignResponse, type CampaignTotals } from '../../campaigns/index.js';
import { fromMicros } from '../../common/index.js';
import { rowOf, type Snapshot } from '../../journal/index.js';
import { Lead, LeadImport, toImportResponse, toLeadResponse } from '../../leads/index.js';

/** An event as it was written down. */
export interface WrittenEvent {
  id: string;
  type: string;
  data: Snapshot;
  createdAt: Date;
}

/** The thing an event happened to, as the API shows it: field by field, so that nothing else gets out. */
const SHOWN: Record<string, (data: Snapshot) => object> = {
  call: (data) => toCallResponse(rowOf(Call, data)),
  campaign: (data) => campaignOf(data),
  lead: (data) => toLeadResponse(rowOf(Lead, data)),
  import: (data) => toImportResponse(rowOf(LeadImport, data)),
};

function campaignOf({ totals, ...data }: Snapshot): object {
  const campaign = rowOf(Campaign, data);
  campaign.maxSpend = amountOf(data.max_spend_micros);
  return toCampaignResponse(campaign, totals as CampaignTotals);
}

function amountOf(micros: unknown): number | null {
  return typeof micros === 'number' ? fromMicros(micros) : null;
}

/** The body that is sent, the same at each attempt. */
export function payloadOf({ id, type, data, createdAt }: WrittenEvent): string {
  const show = SHOWN[type.replace(/\..*/, '')];
  return JSON.stringify({ id, type, timestamp: createdAt, data: show ? show(data) : data });
}
