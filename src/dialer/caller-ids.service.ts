import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, outsideScope } from '../common/index.js';
import {
  callingAreaOf,
  PhoneNumberHooks,
  PhoneNumbersRepository,
  PhoneNumberUseRepository,
  type PhoneNumber,
  type PhoneNumberListener,
  type PhoneNumberUse,
} from '../compliance/index.js';
import type { Tx } from '../database/index.js';
import { assignCallerIds, isAwake, type CallerId, type CallerIdPool } from './rules/caller-id.js';

/** What a campaign says of the numbers it calls from. */
export interface CallerIdWish {
  workspaceId: string;
  /** E.164; null: every active number of the workspace. */
  callerIds: string[] | null;
  localPresence: boolean;
}

/** One of the numbers, whosever. */
export interface KnownNumber extends CallerId {
  id: string;
  workspaceId: string;
}

/** A lead that is about to be called. */
interface LeadToCall {
  id: string;
  phoneNumber: string;
  /** What it was called from last; null: it was not called yet. */
  lastNumber: string | null;
}

/** How long a process goes by what it knows of the numbers, milliseconds: a change elsewhere takes effect so late. */
const KNOWN_FOR_MS = 1000;

/**
 * Chooses the number each call is made from. The numbers and their rests are read once a second a process, whatever is
 * claimed; their use is read only where a number has a cap or a pace, and for a cap under its lock.
 */
@Injectable()
export class CallerIds implements OnModuleInit, PhoneNumberListener {
  private numbers: Promise<KnownNumber[]> | null = null;
  private readAt = -Infinity;

  constructor(
    private readonly repository: PhoneNumbersRepository,
    private readonly uses: PhoneNumberUseRepository,
    private readonly hooks: PhoneNumberHooks,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.hooks.changed.add(this);
  }

  phoneNumbersChanged(): void {
    this.numbers = null;
  }

  /** The numbers of all workspaces, as they were a second ago at most, their use unknown. Ask before a transaction begins: it may need a connection. */
  known(): Promise<KnownNumber[]> {
    const now = this.clock.monotonic();
    if (this.numbers && now - this.readAt < KNOWN_FOR_MS) return this.numbers;
    this.readAt = now;
    const reading = outsideScope(() => this.read());
    this.numbers = reading;
    reading.catch(() => {
      if (this.numbers === reading) this.numbers = null;
    });
    return reading;
  }

  /** Those that are active and do not rest, whatever their caps. @param wish absent: of all workspaces */
  async awake(wish?: CallerIdWish): Promise<KnownNumber[]> {
    const now = this.clock.now();
    const known = await this.known();
    return (wish ? ofWish(wish, known) : known).filter((id) => isAwake(id, now));
  }

  /** Whether any number has a pace of its own. */
  async arePaced(): Promise<boolean> {
    return (await this.known()).some(({ cps }) => cps !== null);
  }

  /**
   * The numbers the campaign may call from, with their use. A number with a cap is locked until the transaction ends, after
   * the campaign, its agents and the account: what is claimed meanwhile is counted by the next.
   * @param tx absent: only for a look
   */
  async poolOf(wish: CallerIdWish, known: KnownNumber[], tx?: Tx): Promise<CallerIdPool> {
    const day = dayOf(this.clock.now());
    const mine = ofWish(wish, known);
    const limited = mine.filter((id) => isAwake(id, day.now) && (id.dailyCap !== null || id.cps !== null));
    const uses = limited.length > 0 ? await this.useOf(wish.workspaceId, limited, tx) : [];
    const useOf = new Map(uses.map((use) => [use.phoneNumber, { usedToday: use.today, queued: use.queued }]));
    return { ...day, ids: mine.map((id) => ({ ...id, ...useOf.get(id.number) })) };
  }

  /** The number of each lead's call, by the lead's id; a lead for which none is free is not in it. */
  assign(
    { localPresence }: Pick<CallerIdWish, 'localPresence'>,
    leads: readonly LeadToCall[],
    pool: CallerIdPool,
  ): Map<string, string> {
    const asked = leads.map((lead) => ({
      ...lead,
      near: localPresence ? callingAreaOf(lead.phoneNumber) : null,
    }));
    return assignCallerIds(asked, pool);
  }

  private async read(): Promise<KnownNumber[]> {
    return (await this.repository.all()).map(unused);
  }

  private async useOf(workspaceId: string, ids: CallerId[], tx?: Tx): Promise<PhoneNumberUse[]> {
    const capped = ids.filter(({ dailyCap }) => dailyCap !== null).map(({ number }) => number);
    if (tx && capped.length > 0) await this.uses.lock(tx, workspaceId, capped);
    const asked = ids.map(({ number, dailyCap }) => ({ phoneNumber: number, upTo: dailyCap ?? 0 }));
    return this.uses.count(workspaceId, asked, tx);
  }
}

function ofWish({ workspaceId, callerIds }: CallerIdWish, known: KnownNumber[]): KnownNumber[] {
  const own = known.filter((one) => one.workspaceId === workspaceId);
  return callerIds === null ? own : own.filter(({ number }) => callerIds.includes(number));
}

function unused(row: PhoneNumber): KnownNumber {
  const { id, workspaceId, phoneNumber, isActive, dailyCap, cps, restReason, restUntil } = row;
  const rest = restReason === null ? null : { reason: restReason, until: restUntil };
  const area = callingAreaOf(phoneNumber);
  const use = { usedToday: 0, queued: 0 };
  return { id, workspaceId, number: phoneNumber, area, isActive, rest, dailyCap, cps, ...use };
}

function dayOf(now: Date): Omit<CallerIdPool, 'ids'> {
  const dayEndsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
  return { now, dayEndsAt };
}
