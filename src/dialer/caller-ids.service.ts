import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/index.js';
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
  /** E.164; null: every active number. */
  callerIds: string[] | null;
  localPresence: boolean;
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
  private numbers: Promise<CallerId[]> | null = null;
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

  /** All numbers of ours, as they were a second ago at most, their use unknown. Ask before a transaction begins: it may need a connection. */
  known(): Promise<CallerId[]> {
    const now = this.clock.monotonic();
    if (this.numbers && now - this.readAt < KNOWN_FOR_MS) return this.numbers;
    this.readAt = now;
    const reading = this.read();
    this.numbers = reading;
    reading.catch(() => {
      if (this.numbers === reading) this.numbers = null;
    });
    return reading;
  }

  /** Those of `callerIds` (null: of all) that are active and do not rest, whatever their caps; E.164. */
  async awake(callerIds: string[] | null): Promise<string[]> {
    const now = this.clock.now();
    const awake = ofWish(callerIds, await this.known()).filter((id) => isAwake(id, now));
    return awake.map((id) => id.number);
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
  async poolOf({ callerIds }: CallerIdWish, known: CallerId[], tx?: Tx): Promise<CallerIdPool> {
    const day = dayOf(this.clock.now());
    const mine = ofWish(callerIds, known);
    const limited = mine.filter((id) => isAwake(id, day.now) && (id.dailyCap !== null || id.cps !== null));
    const uses = limited.length > 0 ? await this.useOf(limited, tx) : [];
    const useOf = new Map(uses.map((use) => [use.phoneNumber, { usedToday: use.today, queued: use.queued }]));
    return { ...day, ids: mine.map((id) => ({ ...id, ...useOf.get(id.number) })) };
  }

  /** The number of each lead's call, by the lead's id; a lead for which none is free is not in it. */
  assign(
    { localPresence }: CallerIdWish,
    leads: readonly LeadToCall[],
    pool: CallerIdPool,
  ): Map<string, string> {
    const asked = leads.map((lead) => ({
      ...lead,
      near: localPresence ? callingAreaOf(lead.phoneNumber) : null,
    }));
    return assignCallerIds(asked, pool);
  }

  private async read(): Promise<CallerId[]> {
    return (await this.repository.all()).map(unused);
  }

  private async useOf(ids: CallerId[], tx?: Tx): Promise<PhoneNumberUse[]> {
    const capped = ids.filter(({ dailyCap }) => dailyCap !== null).map(({ number }) => number);
    if (tx && capped.length > 0) await this.uses.lock(tx, capped);
    const asked = ids.map(({ number, dailyCap }) => ({ phoneNumber: number, upTo: dailyCap ?? 0 }));
    return this.uses.count(asked, tx);
  }
}

function ofWish(callerIds: string[] | null, known: CallerId[]): CallerId[] {
  return callerIds === null ? known : known.filter(({ number }) => callerIds.includes(number));
}

function unused({ phoneNumber, isActive, dailyCap, cps, restReason, restUntil }: PhoneNumber): CallerId {
  const rest = restReason === null ? null : { reason: restReason, until: restUntil };
  const area = callingAreaOf(phoneNumber);
  return { number: phoneNumber, area, isActive, rest, dailyCap, usedToday: 0, cps, queued: 0 };
}

function dayOf(now: Date): Omit<CallerIdPool, 'ids'> {
  const dayEndsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
  return { now, dayEndsAt };
}
