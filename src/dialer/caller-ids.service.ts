import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/index.js';
import {
  callingAreaOf,
  PhoneNumberHooks,
  PhoneNumbersRepository,
  PhoneNumberUseRepository,
  type CallingArea,
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

/** A number of ours as it was read last. */
type KnownNumber = PhoneNumber & { area: CallingArea };

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

  /** All numbers of ours, as they were a second ago at most. Ask before a transaction begins: it may need a connection. */
  known(): Promise<KnownNumber[]> {
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
    return ofWish(callerIds, await this.known()).flatMap((number) =>
      isAwake(callerIdOf(number), now) ? [number.phoneNumber] : [],
    );
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
  async poolOf({ callerIds }: CallerIdWish, known: KnownNumber[], tx?: Tx): Promise<CallerIdPool> {
    const day = dayOf(this.clock.now());
    const mine = ofWish(callerIds, known);
    const awake = mine.filter((number) => isAwake(callerIdOf(number), day.now));
    const counted = awake.filter(({ dailyCap, cps }) => dailyCap !== null || cps !== null);
    const uses = counted.length > 0 ? await this.useOf(counted, tx) : [];
    const useOf = new Map(uses.map((use) => [use.phoneNumber, use]));
    return { ...day, ids: mine.map((number) => callerIdOf(number, useOf.get(number.phoneNumber))) };
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

  private async read(): Promise<KnownNumber[]> {
    const numbers = await this.repository.all();
    return numbers.map((number) => ({ ...number, area: callingAreaOf(number.phoneNumber) }));
  }

  private async useOf(numbers: KnownNumber[], tx?: Tx): Promise<PhoneNumberUse[]> {
    const capped = numbers.filter(({ dailyCap }) => dailyCap !== null);
    if (tx && capped.length > 0) {
      await this.uses.lock(
        tx,
        capped.map(({ phoneNumber }) => phoneNumber),
      );
    }
    const asked = numbers.map(({ phoneNumber, dailyCap }) => ({ phoneNumber, upTo: dailyCap ?? 0 }));
    return this.uses.count(asked, tx);
  }
}

function ofWish(callerIds: string[] | null, known: KnownNumber[]): KnownNumber[] {
  return callerIds === null ? known : known.filter(({ phoneNumber }) => callerIds.includes(phoneNumber));
}

function callerIdOf(number: KnownNumber, use?: PhoneNumberUse): CallerId {
  const { phoneNumber, area, isActive, dailyCap, cps, restReason, restUntil } = number;
  return {
    number: phoneNumber,
    area,
    isActive,
    rest: restReason === null ? null : { reason: restReason, until: restUntil },
    dailyCap,
    usedToday: use?.today ?? 0,
    cps,
    queued: use?.queued ?? 0,
  };
}

function dayOf(now: Date): Omit<CallerIdPool, 'ids'> {
  const dayEndsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
  return { now, dayEndsAt };
}
