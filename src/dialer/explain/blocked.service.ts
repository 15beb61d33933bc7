import { Injectable } from '@nestjs/common';
import {
  CampaignsService,
  type Campaign,
  type CampaignStatus,
  type CounterTotals,
} from '../../campaigns/index.js';
import { BlockedLeadsRepository } from '../readiness/blocked-leads.repository.js';
import type { Judged } from '../readiness/judgement.js';
import { ReadinessJudge } from '../readiness/readiness-judge.js';
import { BlockedRepository, type EndedLeads, type WaitingLeads } from './blocked.repository.js';
import { CampaignLook } from './campaign-look.js';
import { judgedCampaign } from './judged.js';
import type { Reason, ReasonCode } from './reasons.js';
import { countLimit, shownCounts, type Counted, type Shown } from './shown-counts.js';

/** Of the leads that are next in line, those that one rule keeps from being called now. */
export interface NextBlocked {
  reason: ReasonCode;
  count: number;
  /** When the first of them may be called; null: never. */
  nextAttemptAt: Date | null;
}

/** What the readiness judge says of the leads that a claim would take next. */
export interface NextInLine {
  judged: number;
  callable: number;
  blocked: NextBlocked[];
}

/** Why the leads of a campaign are not called, by reason. */
export interface Blocked {
  campaignId: string;
  status: CampaignStatus;
  judgedAt: Date;
  /** What keeps all of the campaign's leads from being called, the deciding reason first. */
  reasons: Reason[];
  leads: Pick<CounterTotals, 'pending' | 'calling' | 'completed' | 'failed'>;
  /** In line: their turn has not come, so nobody has judged them yet. */
  ready: Shown;
  nextInLine: NextInLine;
  waiting: (WaitingLeads & Shown)[];
  ended: (EndedLeads & Shown)[];
}

/** Leads judged for a look: some milliseconds. */
const NEXT = 200;

/** Counts the leads of a campaign by what keeps them from being called. */
@Injectable()
export class BlockedService {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly look: CampaignLook,
    private readonly counts: BlockedRepository,
    private readonly leads: BlockedLeadsRepository,
    private readonly judge: ReadinessJudge,
  ) {}

  /**
   * @param isExact counts to the end, however many leads there are
   * @throws DomainError `CAMPAIGN_NOT_FOUND`
   */
  async blocked(campaignId: string, isExact: boolean): Promise<Blocked> {
    const { campaign, totals } = await this.campaigns.progress(campaignId);
    const now = await this.look.now();
    const limit = isExact ? null : countLimit(totals.totalLeads);
    const isAll = limit === null;
    const judged = await this.judgeNext(campaign, now);
    // What a call may cost decides whether the next one fits into maxSpend, and the claim takes the leads in their order.
    const next = judged.find(({ judgement }) => judgement.kind === 'call')?.lead.phoneNumber ?? null;
    const [{ life, clock, room }, ready, waiting, ended] = await Promise.all([
      this.look.reasonsOf(campaign, now, next),
      this.counts.ready(campaignId, limit),
      this.counts.waiting(campaignId, limit),
      this.counts.ended(campaignId, limit),
    ]);
    const { pending, calling, completed, failed } = totals;
    return {
      ...{ campaignId, status: campaign.status, judgedAt: now, reasons: [...life, ...clock, ...room] },
      leads: { pending, calling, completed, failed },
      nextInLine: nextInLineOf(judged),
      ...pendingShown(ready, waiting, isAll ? null : pending),
      ended: [
        ...shownCounts(
          ended.filter(({ status }) => status === 'completed'),
          isAll ? null : completed,
        ),
        ...shownCounts(
          ended.filter(({ status }) => status === 'failed'),
          isAll ? null : failed,
        ),
      ],
    };
  }

  private async judgeNext(campaign: Campaign, now: Date): Promise<Judged[]> {
    return this.judge.judge(judgedCampaign(campaign, now), await this.leads.nextReady(campaign.id, NEXT));
  }
}

function nextInLineOf(judged: Judged[]): NextInLine {
  const callable = judged.filter(({ judgement }) => judgement.kind === 'call').length;
  return { judged: judged.length, callable, blocked: byReason(judged) };
}

/** @param total null: all were counted to the end */
function pendingShown(
  ready: number,
  waiting: WaitingLeads[],
  total: number | null,
): Pick<Blocked, 'ready' | 'waiting'> {
  const shown = shownCounts<Counted>([{ count: ready }, ...waiting], total);
  const shownOf = (i: number, { count }: Counted): Shown => shown[i] ?? { count, isCapped: false };
  return {
    ready: shownOf(0, { count: ready }),
    waiting: waiting.map((group, i) => ({ ...group, ...shownOf(i + 1, group) })),
  };
}

function byReason(judged: Judged[]): NextBlocked[] {
  const groups = new Map<ReasonCode, NextBlocked>();
  for (const { judgement } of judged) {
    if (judgement.kind === 'call') continue;
    const { reason } = judgement;
    const until = judgement.kind === 'wait' ? judgement.until : null;
    const known = groups.get(reason) ?? { reason, count: 0, nextAttemptAt: until };
    const isEarlier = until !== null && (known.nextAttemptAt === null || until < known.nextAttemptAt);
    groups.set(reason, {
      reason,
      count: known.count + 1,
      nextAttemptAt: isEarlier ? until : known.nextAttemptAt,
    });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}
