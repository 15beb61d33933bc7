import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Batcher } from '../common/index.js';
import { CarrierRequests } from './carrier-requests.js';
import { CallsQueue } from './calls.queue.js';
import { PlacementRepository, type GuardAttempt, type PlacementOrder } from './placement.repository.js';
import { SettlementService } from './settlement.service.js';
import { TurnsRepository, type Pace, type Turn } from './turns.repository.js';

/** A turn that comes sooner is waited for here; a later one in the queue, so that workers stay free. */
const WAIT_HERE_MS = 250;

/** A held turn comes back within a placement's time, which nobody knows: ask again so soon. */
const HELD_TURN_MS = 20;

/** How long, once sent, the next call of a paced campaign waits for the answer to this one: a slow carrier must not slow the pace. */
const RELEASE_AFTER_MS = 100;

/** Guards of one statement; a worker has no more jobs under way. */
const MOST_GUARDS = 50;
/** The second has its commit on the way while the first's waits for the disk. */
const GUARD_LANES = 2;

/** Places one queued call: turn, guard, the one request, and its answer handed to settlement. */
@Injectable()
export class PlacementService {
  private readonly guards = new Batcher<GuardAttempt, PlacementOrder | null>((asked) => this.begin(asked), {
    most: MOST_GUARDS,
    lanes: GUARD_LANES,
    keyOf: ({ callId }) => callId,
  });

  constructor(
    private readonly placements: PlacementRepository,
    private readonly turns: TurnsRepository,
    private readonly requests: CarrierRequests,
    private readonly settlement: SettlementService,
    private readonly queue: CallsQueue,
  ) {}

  /** Runs a job. However often it is delivered, the call is placed once. */
  async place(callId: string): Promise<void> {
    if ((await this.turns.areUnlimited()) && (await this.placeUnpaced(callId))) return;
    for (;;) {
      const plan = await this.placements.plan(callId);
      if (!plan) return;
      const turn = await this.turns.take(plan);
      if (turn.granted) {
        await this.placeInTurn(callId, plan, turn);
        return;
      }
      const waitMs = Math.max(
        turn.numberMs,
        waitFor(turn.waitMs, plan.callDelay) + plan.ahead * plan.callDelay,
      );
      if (waitMs > WAIT_HERE_MS) {
        await this.requeue(callId, waitMs);
        return;
      }
      await delay(waitMs);
    }
  }

  /** Saves the plan and the turn where neither is needed, which the guard itself finds out. */
  private async placeUnpaced(callId: string): Promise<boolean> {
    const deadline = this.requests.deadline();
    const order = await this.guards.add({ callId, onlyUnpaced: true });
    if (!order) return false;
    await this.settlement.settle(order, await this.requests.send(order, deadline));
    return true;
  }

  private async placeInTurn(callId: string, pace: Pace, { token, guardAt, sendAt }: Turn): Promise<void> {
    await this.requests.untilTime(guardAt);
    const deadline = this.requests.deadline();
    const order = await this.guards.add({ callId, onlyUnpaced: false });
    if (!order) {
      await this.turns.release({ ...pace, callDelay: 0 }, token);
      await this.settlement.notBegun(pace.campaignId);
      return;
    }
    await this.requests.untilTime(sendAt);
    let onSent = (): void => undefined;
    const sent = new Promise<void>((resolve) => (onSent = resolve));
    const answer = this.requests.send(order, deadline, onSent);
    if (token !== null) {
      // From when the bytes left: on a busy machine, or a new connection, that is later than the asking.
      await Promise.race([answer, sent.then(() => delay(RELEASE_AFTER_MS, undefined, { ref: false }))]);
      await this.turns.release(pace, token);
    }
    await this.settlement.settle(order, await answer);
    if (this.turns.isPaced(pace)) this.settlement.wakeNext(pace.campaignId);
  }

  private async begin(attempts: GuardAttempt[]): Promise<(PlacementOrder | null)[]> {
    const orders = new Map((await this.placements.begin(attempts)).map((order) => [order.id, order]));
    return attempts.map(({ callId }) => orders.get(callId) ?? null);
  }

  private async requeue(callId: string, waitMs: number): Promise<void> {
    const seq = await this.placements.requeueQueued(callId, { code: 'NOT_ITS_TURN', waitMs });
    if (seq !== null) await this.queue.add([{ id: callId, seq }], waitMs);
  }
}

/** A wait beyond the campaign's own delay means that its turn is held by a placement under way. */
function waitFor(turnMs: number, callDelay: number): number {
  return callDelay > 0 && turnMs > callDelay ? HELD_TURN_MS : turnMs;
}
