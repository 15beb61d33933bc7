import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { fromMicros, toMicros } from '../common/index.js';
import { RULE_PACK_NAMES, type CallingWindow, type RulePackName } from '../compliance/index.js';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';
import type { CampaignStatus } from './campaign.states.js';
import type { OptOut } from './opt-out.js';
import type { ScheduleReason } from './schedule/reasons.js';
import type { Recurrence } from './schedule/recurrence.js';
import type { NumberCap, RetryRule } from './retry-rules.js';

/** How the next call's agent is chosen among those with a free place. */
export type AgentStrategy = 'primary_first' | 'round_robin' | 'least_loaded' | 'random';

export const AGENT_STRATEGIES: AgentStrategy[] = ['primary_first', 'round_robin', 'least_loaded', 'random'];

/** Why a campaign paused itself, or was not started at its time. */
export interface PausedReason {
  /** Stable, upper snake case: one of `SELF_PAUSES`, or why it was not started. */
  code: string;
  message: string;
}

/** What makes an active campaign pause itself. */
export const SELF_PAUSES = [
  ...(['MAX_CALLS_REACHED', 'MAX_SPEND_REACHED', 'CARRIER_FAILING'] as const),
  ...(['CARRIER_REFUSED_ACCOUNT', 'WINDOW_NEVER_OPENS'] as const),
];

export interface SelfPause extends PausedReason {
  code: (typeof SELF_PAUSES)[number];
}

/** Stored in micros, which Postgres's driver reads as text. */
const AS_AMOUNT = {
  to: (amount?: number | null) => (typeof amount === 'number' ? toMicros(amount) : amount),
  from: (micros: string | null) => (micros === null ? null : fromMicros(Number(micros))),
};

/** A list of leads, rules for calling them, and a life. */
@Entity('campaigns')
@ForeignKey('workspaces', ['workspaceId'], ['id'], { name: 'fk_campaigns_workspace_id' })
@Check('ck_campaigns_status', `status IN ('draft','scheduled','active','paused','stopped','completed')`)
@Check('ck_campaigns_max_concurrent', 'max_concurrent BETWEEN 1 AND 1000')
@Check('ck_campaigns_retry_attempts', 'retry_attempts BETWEEN 0 AND 100')
@Check('ck_campaigns_retry_delay', 'retry_delay >= 0')
@Check('ck_campaigns_retry_rules', `jsonb_typeof(retry_rules) = 'array'`)
@Check('ck_campaigns_max_attempts_per_number', `jsonb_typeof(max_attempts_per_number) = 'object'`)
@Check('ck_campaigns_call_delay', 'call_delay >= 0')
@Check(
  'ck_campaigns_agent_strategy',
  `agent_strategy IN ('primary_first','round_robin','least_loaded','random')`,
)
@Check('ck_campaigns_weight', 'weight BETWEEN 1 AND 100')
@Check('ck_campaigns_max_calls', 'max_calls >= 1')
@Check('ck_campaigns_max_spend_micros', 'max_spend_micros >= 1')
@Check(
  'ck_campaigns_opt_out',
  `opt_out IS NULL OR COALESCE(opt_out ->> 'digit' ~ '^[0-9*#]$' AND opt_out ->> 'scope' IN ('all', 'campaign')
    AND jsonb_typeof(opt_out -> 'prompt') = 'string' AND jsonb_typeof(opt_out -> 'confirmation') = 'string', false)`,
)
@Check(
  'ck_campaigns_scheduled_at',
  `status <> 'scheduled' OR scheduled_at IS NOT NULL OR recurrence IS NOT NULL`,
)
@Check('ck_campaigns_next_run_at', 'next_run_at IS NULL OR recurrence IS NOT NULL')
@Check('ck_campaigns_runs_left', 'runs_left >= 0')
@Check('ck_campaigns_rule_pack', `rule_pack IN ('${RULE_PACK_NAMES.join("','")}')`)
@Index('ix_campaigns_asleep', { synchronize: false })
@Index('ix_campaigns_status_id', ['status', 'id'])
@Index('ix_campaigns_workspace_id_id', ['workspaceId', 'id'])
@Index('ix_campaigns_workspace_id_status_id', ['workspaceId', 'status', 'id'])
@Index('ix_campaigns_due', { synchronize: false })
@Index('ix_campaigns_next_run_at', { synchronize: false })
@Index('ix_campaigns_ending', { synchronize: false })
export class Campaign {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) description: string | null;
  @Column('text', { default: 'draft' }) status: CampaignStatus;
  /** Calls that may be open at once. */
  @Column('integer', { default: 3 }) maxConcurrent: number;
  @Column('boolean', { default: false }) retryFailed: boolean;
  /** Extra attempts after the first, used only if `retryFailed`. */
  @Column('integer', { default: 1 }) retryAttempts: number;
  /** Milliseconds between a failed attempt and the next. */
  @Column('integer', { default: 60_000 }) retryDelay: number;
  /** Set: they hold instead of `retryFailed`, `retryAttempts` and `retryDelay`. */
  @Column('jsonb', { nullable: true }) retryRules: RetryRule[] | null;
  /** Counts the calls of all campaigns. */
  @Column('jsonb', { nullable: true }) maxAttemptsPerNumber: NumberCap | null;
  /** Milliseconds between two placements. */
  @Column('integer', { default: 2000 }) callDelay: number;
  @Column('text', { default: 'primary_first' }) agentStrategy: AgentStrategy;
  /** ISO 3166 country of national numbers, e.g. `IN`; none: numbers must be international. */
  @Column('text', { nullable: true }) defaultCountry: string | null;
  /** Its part of the account's slots and turns where several campaigns want them: 1 to 100. */
  @Column('integer', { default: 1 }) weight: number;
  /** Calls the carrier may be given in all, over every run; null: any number. */
  @Column('integer', { nullable: true }) maxCalls: number | null;
  /** What its calls may cost by estimate, in the currency of the rates; null: anything. */
  @Column('bigint', { name: 'max_spend_micros', nullable: true, transformer: AS_AMOUNT }) maxSpend:
    number | null;
  /** When it was last started or resumed. */
  @Column('timestamptz', { nullable: true }) activeSince: Date | null;
  /** The key offered in each call against further ones; null: none. */
  @Column('jsonb', { nullable: true }) optOut: OptOut | null;
  /** When leads may be called; none: always. */
  @Column('jsonb', { nullable: true }) callingWindow: CallingWindow | null;
  /** A law that narrows the window. */
  @Column('text', { default: 'none' }) rulePack: RulePackName;
  /** An active campaign that nobody of may be called now sleeps until then. */
  @Column('timestamptz', { nullable: true }) wakesAt: Date | null;
  /** Window or pack were changed: leads that wait for the old one must be judged anew. */
  @Column('boolean', { default: false }) hasNewWindow: boolean;
  /** E.164, numbers of ours that it may call from; null: every active one. */
  @Column('text', { array: true, nullable: true }) callerIds: string[] | null;
  /** Whether a lead is called from a number of its own area, where there is one. */
  @Column('boolean', { default: false }) localPresence: boolean;
  @Column('jsonb', { nullable: true }) pausedReason: PausedReason | null;
  @Column('timestamptz', { nullable: true }) scheduledAt: Date | null;
  /** No placement begins from then on. */
  @Column('timestamptz', { nullable: true }) endAt: Date | null;
  @Column('jsonb', { nullable: true }) recurrence: Recurrence | null;
  /** When the recurrence is due next; none: it has been stopped by hand, or is over. */
  @Column('timestamptz', { nullable: true }) nextRunAt: Date | null;
  /** Runs the recurrence may still start; none: any number. */
  @Column('integer', { nullable: true }) runsLeft: number | null;
  /** When the run under way is stopped. */
  @Column('timestamptz', { nullable: true }) runEndsAt: Date | null;
  @Column('jsonb', { nullable: true }) stoppedReason: ScheduleReason | null;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) completedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
