import { Injectable } from '@nestjs/common';
import type { Campaign } from '../../campaigns/index.js';
import type { Lead, LeadCall } from '../../leads/index.js';
import { NewsRepository } from '../news.repository.js';
import { NumberCapRepository } from '../number-cap.repository.js';
import { combined, type Judgement } from '../readiness/judgement.js';
import { ReadinessJudge } from '../readiness/readiness-judge.js';
import { endedReason, outcomeAtEnd } from './ended-lead.js';
import { ExplainRepository, type OpenCall } from './explain.repository.js';
import { candidateOf, judgedCampaign } from './judged.js';
import { callEvidence, pendingReasons } from './pending-lead.js';
import type { Reason } from './reasons.js';
import { windowParts } from './window-evidence.js';

/** Calls shown as evidence. */
const MOST_CALLS = 10;

/** A lead with its campaign, at one instant. */
export interface ExplainedLead {
  lead: Lead;
  /** Newest first. */
  calls: LeadCall[];
  campaign: Campaign;
  now: Date;
}

/** Looks at one lead with the dialer's own rules, and without its locks. */
@Injectable()
export class LeadLook {
  constructor(
    private readonly explains: ExplainRepository,
    private readonly judge: ReadinessJudge,
    private readonly caps: NumberCapRepository,
    private readonly news: NewsRepository,
  ) {}

  /** Every reason of a pending lead's own. */
  async pending(
    { lead, calls, campaign, now }: ExplainedLead,
    otherCall: OpenCall | null,
  ): Promise<Reason[]> {
    const judged = judgedCampaign(campaign, now);
    const isSuppressed = await this.explains.isSuppressed(lead.id);
    const candidate = candidateOf(lead, isSuppressed);
    const { maxAttemptsPerNumber: cap, retryFailed, retryAttempts, retryDelay, retryRules } = campaign;
    const [judgements, suppressions, counted] = await Promise.all([
      this.judge.judgeEach(judged, candidate),
      isSuppressed ? this.explains.suppressions(campaign.id, lead.phoneNumber) : [],
      cap ? this.caps.counted(campaign.id, lead.phoneNumber, cap, MOST_CALLS) : [],
    ]);
    return pendingReasons({
      ...{ lead, now, judgements, suppressions, cap, counted, otherCall },
      hasNewWindow: campaign.hasNewWindow,
      windows: windowParts(judged, candidate),
      lastCalls: calls.slice(0, MOST_CALLS),
      retries: retryRules ? { retryRules } : { retryFailed, retryAttempts, retryDelay },
    });
  }

  /** Why a lead is through. */
  async ended({ lead, calls, campaign }: ExplainedLead): Promise<Reason> {
    const { retryFailed, retryAttempts, retryDelay, retryRules } = campaign;
    const evidence = {
      lastCalls: calls.slice(0, MOST_CALLS).map(callEvidence),
      ...(retryRules ? { retryRules } : { retryFailed, retryAttempts, retryDelay }),
      ...(lead.reason === 'suppressed' || lead.reason === 'opted_out'
        ? { suppressions: await this.explains.suppressions(campaign.id, lead.phoneNumber) }
        : {}),
    };
    const outcome = outcomeAtEnd(lead);
    const last = calls[0];
    const budgets =
      outcome && last
        ? await this.news.budgetsOf([{ move: { id: last.id, to: last.status, outcome } }])
        : null;
    return endedReason(lead, campaign, (last && budgets?.get(last.id)) ?? null, evidence);
  }

  /** What the judge would say of the lead at another time, by what is known now. */
  async judgedAt({ lead, campaign }: ExplainedLead, at: Date): Promise<Judgement> {
    const isSuppressed = await this.explains.isSuppressed(lead.id);
    return combined(
      await this.judge.judgeEach(judgedCampaign(campaign, at), candidateOf(lead, isSuppressed)),
    );
  }
}
