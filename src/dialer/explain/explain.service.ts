import { Injectable } from '@nestjs/common';
import { CampaignsService, runsFrom } from '../../campaigns/index.js';
import { LeadsService, type LeadStatus } from '../../leads/index.js';
import { CampaignLook } from './campaign-look.js';
import { ExplainRepository, type OpenCall, type Place } from './explain.repository.js';
import { LeadLook, type ExplainedLead } from './lead-look.js';
import { REASONS, standing, type Reason, type ReasonCode } from './reasons.js';

/** Why a lead is not called now, or that it may be. */
export interface Explanation {
  leadId: string;
  campaignId: string;
  leadStatus: LeadStatus;
  /** When all of it was looked at, by the database's clock. */
  judgedAt: Date;
  /** Nothing keeps it from being called now but those who are before it in line. */
  callable: boolean;
  /** The one that decides; null: nothing holds. */
  reason: ReasonCode | null;
  /** All that hold, the deciding one first. */
  reasons: Reason[];
  /** When it may be called; null: that cannot be told, see `waitsFor`. */
  nextAttemptAt: Date | null;
  /** The reason that has to end first, and of which no time is known. */
  waitsFor: ReasonCode | null;
  /** Its place in line; null: it is in none. */
  place: Place | null;
}

type Next = Pick<Explanation, 'nextAttemptAt' | 'waitsFor'>;

/** A window's opening may lie in a break of the pack, and so on: more often than this nobody is asked. */
const MOST_LOOKS = 8;

/** Answers "why not called?" by the very rules that decide it. */
@Injectable()
export class ExplainService {
  constructor(
    private readonly leads: LeadsService,
    private readonly campaigns: CampaignsService,
    private readonly explains: ExplainRepository,
    private readonly campaignLook: CampaignLook,
    private readonly leadLook: LeadLook,
  ) {}

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `LEAD_NOT_FOUND` */
  async explain(campaignId: string, leadId: string): Promise<Explanation> {
    const { lead, calls } = await this.leads.get(campaignId, leadId);
    const [campaign, now] = await Promise.all([this.campaigns.require(campaignId), this.explains.now()]);
    const explained = { lead, calls, campaign, now };
    switch (lead.status) {
      case 'completed':
      case 'failed':
        return answer(explained, [await this.leadLook.ended(explained)]);
      case 'calling':
        return answer(
          explained,
          await this.inCall(explained, await this.explains.openCall(lead.phoneNumber)),
        );
      case 'pending':
        return this.pending(explained);
    }
  }

  private async pending(explained: ExplainedLead): Promise<Explanation> {
    const { lead, campaign, now } = explained;
    const call = await this.explains.openCall(lead.phoneNumber);
    // It was claimed since it was read.
    if (call?.leadId === lead.id) {
      return { ...answer(explained, await this.inCall(explained, call)), leadStatus: 'calling' };
    }
    const [{ life, clock, room }, own, place] = await Promise.all([
      this.campaignLook.reasonsOf(campaign, now, lead.phoneNumber),
      this.leadLook.pending(explained, call),
      lead.nextAttemptAt === null ? this.explains.placeOf(lead) : null,
    ]);
    const reasons = [...life, ...[...own, ...clock].toSorted(byWeight), ...room];
    return { ...answer(explained, reasons), ...(await this.next(explained, reasons)), place };
  }

  private async inCall({ lead, campaign }: ExplainedLead, call: OpenCall | null): Promise<Reason[]> {
    if (call?.leadId !== lead.id) {
      const message =
        'The call of the lead has just ended, or is gone: then the lead waits again within seconds';
      return [standing('in_call', 'by_itself', { call: null }, message)];
    }
    if (call.status !== 'queued') return [standing('in_call', 'by_itself', { call })];
    const turns = await this.explains.turns(campaign.id);
    const { callDelay } = campaign;
    const evidence = { call, callDelay, nextTurnAt: turns.campaign, nextAccountTurnAt: turns.account };
    return [
      standing('in_call', 'by_itself', evidence, `${REASONS.in_call}, which waits for its turn to be placed`),
    ];
  }

  /** The first instant at which nothing that is known now keeps it from being called. */
  private async next(explained: ExplainedLead, reasons: Reason[]): Promise<Next> {
    const { now } = explained;
    const stuck =
      reasons.find(({ ends }) => ends === 'never') ?? reasons.find(({ ends }) => ends === 'by_somebody');
    if (stuck) return { nextAttemptAt: null, waitsFor: stuck.code };
    const times = reasons.flatMap(({ until }) => until ?? []);
    const [open] = reasons.filter(({ ends }) => ends === 'by_itself');
    if (times.length === 0)
      return open ? { nextAttemptAt: null, waitsFor: open.code } : { nextAttemptAt: now, waitsFor: null };
    return this.firstCall(explained, new Date(Math.max(...times.map((time) => time.getTime()))));
  }

  /** The first instant from then on at which the campaign runs and no rule of the lead's own holds. */
  private async firstCall(explained: ExplainedLead, from: Date): Promise<Next> {
    let at = from;
    let waitsFor: ReasonCode = 'campaign_end_passed';
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const running = runsFrom(explained.campaign, at);
      if (!running) return { nextAttemptAt: null, waitsFor: 'campaign_end_passed' };
      const judgement = await this.leadLook.judgedAt(explained, running);
      if (judgement.kind === 'call') return { nextAttemptAt: running, waitsFor: null };
      if (judgement.kind === 'fail') return { nextAttemptAt: null, waitsFor: judgement.reason };
      at = judgement.until;
      waitsFor = judgement.reason;
    }
    // The campaign's runs and the lead's hours do not meet, or not soon.
    return { nextAttemptAt: null, waitsFor };
  }
}

/** What never ends comes first, then the longest wait, then what ends by itself. */
function byWeight(a: Reason, b: Reason): number {
  return weightOf(b) - weightOf(a);
}

function weightOf({ ends, until }: Reason): number {
  if (ends === 'never') return Number.MAX_SAFE_INTEGER;
  return until?.getTime() ?? 0;
}

function answer({ lead, now }: ExplainedLead, reasons: Reason[]): Explanation {
  const [first] = reasons;
  return {
    leadId: lead.id,
    campaignId: lead.campaignId,
    leadStatus: lead.status,
    judgedAt: now,
    callable: reasons.length === 0,
    reason: first?.code ?? null,
    reasons,
    nextAttemptAt: first?.until ?? null,
    waitsFor: first && !first.until ? first.code : null,
    place: null,
  };
}
