import { Injectable } from '@nestjs/common';
import { DEFAULT_GREETING, placeholdersOf } from '../../agents/index.js';
import { CampaignsService, type Campaign, type CampaignProgress } from '../../campaigns/index.js';
import { DomainError, InTurn, toMicros } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import { CallerIds, ReadinessJudge, type JudgedCampaign } from '../../dialer/index.js';
import { inSlices } from '../../imports/index.js';
import { DEFAULT_SETTINGS } from '../../simulator/index.js';
import { breakerOf } from '../account.js';
import type { Scenario, ScenarioLead, VirtualCampaign } from '../virtual/scenario.js';
import { zonesOfLead } from '../virtual/virtual-leads.js';
import { assumptionsOf } from './assumptions.js';
import type { PreflightDto } from './dto/preflight.dto.js';
import type { PreflightResponse } from './dto/preflight.response.js';
import { forecast } from './forecaster.js';
import { LeadCensus, type Variable } from './lead-census.js';
import { PreflightRepository, type AssignedVoice, type PendingLead } from './preflight.repository.js';
import { isPlayed } from './thinning.js';
import { toPreflight } from './to-preflight.js';
import { warningsOf } from './warnings.js';

/** So many leads are all looked at; of more, about so many. */
const MOST_LEADS = 100_000;
/** The forecast plays so many of them, each for several: 100,000 leads three times would take many seconds. */
const MOST_PLAYED = 4000;

/** At once, of one process: each holds up to 5,000 leads as they are read, and whoever asks for many gets no more of the processor. */
const AT_ONCE = 2;
/** One that takes its whole budget takes three seconds: who comes after so many is told to come again. */
const MOST_WAITING = 20;
const RETRY_AFTER_S = 5;

/** The leads as they are, and those of them that are played. */
interface LookedAt {
  census: LeadCensus;
  played: ScenarioLead[];
  /** Leads that each of the played ones stands for. */
  factor: number;
  /** Leads that each of those looked at stands for; 1: all were. */
  weight: number;
}

/** Says what a campaign would do if it were started now, and changes nothing. */
@Injectable()
export class PreflightService {
  private readonly turns = new InTurn(AT_ONCE);

  constructor(
    private readonly campaigns: CampaignsService,
    private readonly repository: PreflightRepository,
    private readonly judge: ReadinessJudge,
    private readonly callerIds: CallerIds,
    private readonly config: AppConfig,
  ) {}

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `VALIDATION_FAILED`, `TOO_MANY_PREFLIGHTS` */
  async preflight(id: string, wishes: PreflightDto): Promise<PreflightResponse> {
    if (this.turns.length >= MOST_WAITING) throw tooMany();
    return this.turns.run(() => this.look(id, wishes));
  }

  private async look(id: string, wishes: PreflightDto): Promise<PreflightResponse> {
    const progress = await this.campaigns.progress(id);
    const { campaign, totals } = progress;
    const assumptions = assumptionsOf(wishes, await this.repository.history(campaign.id));
    const voices = await this.repository.agents(campaign.id);
    const start = startOf(campaign, await this.repository.now());
    const looked = await this.lookAt(campaign, start, totals.pending, variablesOf(campaign, voices));
    const scenario = await this.scenarioOf(progress, voices, looked.played, start);
    const courses = await forecast(scenario, looked.factor, assumptions);
    const warnings = warningsOf({ campaign, scenario, ...looked, expected: courses.expected });
    return toPreflight({ totals, start, courses, assumptions, warnings, ...looked });
  }

  private async lookAt(
    campaign: Campaign,
    start: Date,
    pending: number,
    variables: Variable[],
  ): Promise<LookedAt> {
    const census = new LeadCensus(variables);
    const share = Math.min(1, MOST_LEADS / Math.max(1, pending));
    const every = Math.max(1, Math.ceil((pending * share) / MOST_PLAYED));
    const hasMetadata = variables.some(({ placeholder }) => placeholder.startsWith('metadata'));
    const played: ScenarioLead[] = [];
    let seen = 0;
    for await (const batch of this.repository.pendingLeads(campaign.id, { share, hasMetadata })) {
      const judged = await this.judge.judge(judgedAt(campaign, start), batch);
      await inSlices(judged, (each) => census.count(each, start));
      const chosen = batch.filter((_, i) => isPlayed(seen + i, every));
      played.push(...(await this.toPlay(campaign, chosen, start)));
      seen += batch.length;
    }
    const weight = share < 1 && seen > 0 ? pending / seen : 1;
    return { census, played, weight, factor: played.length > 0 ? (seen * weight) / played.length : 1 };
  }

  private async toPlay(campaign: Campaign, leads: PendingLead[], start: Date): Promise<ScenarioLead[]> {
    const called = leads.filter(({ attempts }) => attempts > 0).map(({ id }) => id);
    const outcomes = new Map<string, Record<string, number>>();
    if (campaign.retryRules && called.length > 0) {
      for (const { leadId, outcome, calls } of await this.repository.outcomesOf(called)) {
        outcomes.set(leadId, { ...outcomes.get(leadId), [outcome]: calls });
      }
    }
    const cap = campaign.maxAttemptsPerNumber;
    const placed = cap
      ? await this.repository.placedAt(
          leads.map(({ phoneNumber }) => phoneNumber),
          cap,
        )
      : [];
    const placedAt = new Map(placed.map(({ phoneNumber, times }) => [phoneNumber, times]));
    return leads.map((lead) => ({
      ...toScenarioLead(lead, start),
      outcomes: outcomes.get(lead.id),
      placedAt: placedAt.get(lead.phoneNumber),
    }));
  }

  private async scenarioOf(
    { campaign, totals }: CampaignProgress,
    voices: AssignedVoice[],
    leads: ScenarioLead[],
    start: Date,
  ): Promise<Scenario> {
    const { config } = this;
    const { ids } = await this.callerIds.poolOf(campaign, await this.callerIds.known());
    return {
      campaign: toVirtual(campaign),
      leads,
      agents: voices.map((voice) => ({ ...voice, open: 0 })),
      account: {
        maxConcurrent: config.CARRIER_MAX_CONCURRENT ?? null,
        cps: config.CARRIER_CPS ?? null,
        // The calls that wait for their turn on a number now are other campaigns', and nobody would play their end.
        callerIds: ids.map((known) => ({ ...known, queued: 0 })),
        rates: config.CALL_RATES,
        ringTimeoutS: config.RING_TIMEOUT_S,
        callTimeLimitS: config.CALL_TIME_LIMIT_S,
        machineDetection: config.MACHINE_DETECTION,
        breaker: breakerOf(config),
      },
      carrier: DEFAULT_SETTINGS,
      ...{ playMs: null, start, callsEach: 1 },
      used: { placed: totals.totalCalls + totals.calling, spent: totals.spendMicros },
    };
  }
}

function tooMany(): DomainError {
  const details = `${AT_ONCE} are at work and ${MOST_WAITING} wait: try again after Retry-After`;
  const words = 'Too many preflights at once';
  return new DomainError('too_many', 'TOO_MANY_PREFLIGHTS', words, details, undefined, RETRY_AFTER_S);
}

/** When it begins: at its schedule, else now. */
function startOf({ status, scheduledAt, nextRunAt }: Campaign, now: Date): Date {
  const planned = status === 'scheduled' ? (scheduledAt ?? nextRunAt) : null;
  return planned && planned > now ? planned : now;
}

/** What may be missing of the words of each agent, and of the offer of a key. */
function variablesOf({ optOut }: Campaign, voices: AssignedVoice[]): Variable[] {
  const known = new Set(['agent', 'digit', ...(optOut ? ['optOut'] : [])]);
  const said = voices.map(({ name, greeting }) => ({ saidBy: name, words: greeting ?? DEFAULT_GREETING }));
  if (said.length === 0) said.push({ saidBy: 'default agent', words: DEFAULT_GREETING });
  if (optOut) said.push({ saidBy: 'optOut.prompt', words: optOut.prompt });
  return said.flatMap(({ saidBy, words }) =>
    placeholdersOf(words).flatMap((placeholder) => (known.has(placeholder) ? [] : [{ placeholder, saidBy }])),
  );
}

function toScenarioLead(lead: PendingLead, start: Date): ScenarioLead {
  const { phoneNumber, timezone, priority, attempts, isSuppressed, nextAttemptAt, blockedReason } = lead;
  const isWaiting = nextAttemptAt !== null && nextAttemptAt > start;
  return {
    ...{ phoneNumber, timezone, priority, attempts, isSuppressed },
    zones: zonesOfLead(lead),
    waits: isWaiting ? { until: nextAttemptAt.getTime(), reason: blockedReason ?? 'retry_wait' } : null,
  };
}

function judgedAt(
  { id, callingWindow, rulePack, maxAttemptsPerNumber }: Campaign,
  now: Date,
): JudgedCampaign {
  return { id, callingWindow, rulePack, maxAttemptsPerNumber, now };
}

function toVirtual(campaign: Campaign): VirtualCampaign {
  const { maxConcurrent, callDelay, agentStrategy, weight, maxCalls, maxSpend, endAt } = campaign;
  const { retryFailed, retryAttempts, retryDelay, retryRules, maxAttemptsPerNumber } = campaign;
  const { callingWindow, rulePack, localPresence } = campaign;
  return {
    ...{ maxConcurrent, callDelay, agentStrategy, weight, maxCalls, endAt },
    ...{ retryFailed, retryAttempts, retryDelay, retryRules, maxAttemptsPerNumber },
    ...{ callingWindow, rulePack, localPresence },
    maxSpend: maxSpend === null ? null : toMicros(maxSpend),
  };
}
