import { Injectable } from '@nestjs/common';
import { CallMovesRepository, isTerminal, type CallNews, type CallStatus } from '../calls/index.js';
import { Batcher, Checkpoints } from '../common/index.js';
import type { CarrierStatus } from '../telephony/index.js';
import { BreakerService } from './breaker.service.js';
import { CampaignWaker } from './campaign-waker.js';
import { NewsRepository, type DialerNews } from './news.repository.js';
import { PlacedHere } from './placed-here.js';
import { isServerFailure } from './rules/breaker.js';
import { outcomeOf, refused, WITHDRAWN } from './rules/ending.js';
import { deadEndOf } from './rules/sip.js';

/** What the carrier says of a call, by a callback or when asked. */
export interface CarrierNews {
  callId: string;
  sid: string;
  status: CarrierStatus;
  /** Milliseconds. */
  durationMs: number | null;
  answeredBy: string | null;
  /** The final SIP code, where the carrier tells it. */
  sipCode?: number;
  errorCode?: string;
  errorMessage?: string;
  /** How the news is written down. */
  event: { type: string; dedupeKey: string; data: Record<string, unknown> };
}

interface Placed {
  id: string;
  campaignId: string;
}

/** A call that ends by our own decision. */
export type Ending = Pick<DialerNews, 'move' | 'event' | 'verdict'>;

/** `ignored`: late, reordered, or about another carrier call; written down, nothing else. */
export type Progress = 'applied' | 'ignored' | 'duplicate' | 'unknown_call';

interface Taken {
  isNew: boolean;
  hasMoved: boolean;
}

/** More at once gain nothing, and hold their locks longer. */
const MOST_AT_ONCE = 100;
/** The second has its statement on the way while the first's answer is read. */
const LANES = 2;
/** Nobody dials on because a phone rings: such news wait for others, and travel with those of an end. Milliseconds. */
const PATIENCE_MS = 20;

/** Applies what becomes of calls, exactly once, and only forward: what comes at the same time in one statement. */
@Injectable()
export class CallProgressService {
  private readonly batches = new Batcher<DialerNews, Taken>((news) => this.takeAll(news), {
    most: MOST_AT_ONCE,
    lanes: LANES,
    keyOf: ({ move }) => move.id,
    patienceOf: ({ move }) => (isTerminal(move.to) ? 0 : PATIENCE_MS),
  });

  private readonly placedHere = new PlacedHere();

  constructor(
    private readonly moves: CallMovesRepository,
    private readonly news: NewsRepository,
    private readonly waker: CampaignWaker,
    private readonly breaker: BreakerService,
    private readonly checkpoints: Checkpoints,
  ) {}

  async apply(news: CarrierNews): Promise<Progress> {
    const { isNew, hasMoved } = await this.batches.add(await this.newsOf(news));
    if (!isNew) return (await this.moves.exists(news.callId)) ? 'duplicate' : 'unknown_call';
    return hasMoved ? 'applied' : 'ignored';
  }

  /** The carrier took the call. Callbacks may have told more already: then only the SID is stored, or nothing. */
  async accepted({ id: callId, campaignId }: Placed, sid: string): Promise<void> {
    this.placedHere.note(callId, campaignId);
    await this.batches.add({
      move: {
        id: callId,
        to: 'initiated',
        staysIn: ['initiated', 'ringing', 'in-progress'],
        carrierSid: sid,
      },
      // The statement is done again where its answer was lost.
      event: { type: 'call.placed', dedupeKey: 'placed', data: { sid } },
      isTold: false,
    });
  }

  /** Ends a call by our own knowledge. @returns whether it was open */
  async end(ending: Ending): Promise<boolean> {
    return (await this.batches.add({ ...ending, isTold: false })).hasMoved;
  }

  /** The carrier's fault, whatever becomes of the call. */
  carrierFailed(callId: string): void {
    this.breaker.notice(callId);
  }

  private async takeAll(news: DialerNews[]): Promise<Taken[]> {
    if (news.some(({ move }) => isTerminal(move.to))) {
      // A turn of the loop later the statement, which is the transaction, has left, and its answer cannot be here yet.
      setImmediate(() => this.checkpoints.at('callback.in-transaction'));
    }
    const ended = news.filter(({ move }) => isTerminal(move.to)).map(({ move }) => move.id);
    // Where several end at once, more are ending: those that end while this is on its way are claimed for with them.
    const campaignId = this.placedHere.ofOnly(ended);
    let isClaiming = false;
    const { told, moved, woken } = await this.news.take(news, (line) => {
      if (campaignId !== undefined) isClaiming = this.waker.claimBehind(campaignId, line);
    });
    this.checkpoints.at('callback.committed');
    this.placedHere.forget(ended);
    this.waker.wakeAll(isClaiming ? woken.filter((id) => id !== campaignId) : woken);
    for (const { move } of news) {
      if (move.to === 'failed' && isServerFailure(move.errorCode) && moved.has(move.id))
        this.carrierFailed(move.id);
    }
    return news.map(({ move }) => ({ isNew: told.has(move.id), hasMoved: moved.has(move.id) }));
  }

  private async newsOf(news: CarrierNews): Promise<DialerNews> {
    const { callId: id, sid: carrierSid, durationMs, answeredBy, errorCode, errorMessage, event } = news;
    const to = toCallStatus(news.status);
    const told: CallNews = { move: { id, to, carrierSid, answeredBy }, event, isTold: true };
    if (!isTerminal(to)) return told;
    const outcome = outcomeOf(to, answeredBy, news.sipCode);
    const hasNotRung = to === 'canceled' && !(await this.moves.hasRung(id));
    const move = { ...told.move, durationMs, errorCode, errorMessage, outcome };
    if (hasNotRung) return { ...told, move, verdict: WITHDRAWN };
    const deadEnd = deadEndOf(to, news.sipCode);
    return { ...told, move, ...(deadEnd ? { verdict: refused(deadEnd) } : {}) };
  }
}

function toCallStatus(status: CarrierStatus): CallStatus {
  return status === 'queued' ? 'initiated' : status;
}
