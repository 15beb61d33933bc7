import { Injectable } from '@nestjs/common';
import { CallMovesRepository, isTerminal, type CallStatus } from '../calls/index.js';
import { Checkpoints } from '../common/index.js';
import type { CarrierStatus } from '../telephony/index.js';
import { CampaignWaker } from './campaign-waker.js';
import { EndingRepository, type Ending, type Told } from './ending.repository.js';
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

/** `ignored`: late, reordered, or about another carrier call; written down, nothing else. */
export type Progress = 'applied' | 'ignored' | 'duplicate' | 'unknown_call';

/** Applies what the carrier tells, exactly once, and only forward. */
@Injectable()
export class CallProgressService {
  constructor(
    private readonly moves: CallMovesRepository,
    private readonly endings: EndingRepository,
    private readonly waker: CampaignWaker,
    private readonly checkpoints: Checkpoints,
  ) {}

  async apply(news: CarrierNews): Promise<Progress> {
    const status = toCallStatus(news.status);
    const { isNew, woken } = isTerminal(status)
      ? await this.finish(news, status)
      : await this.advance(news, status);
    this.checkpoints.at('callback.committed');
    this.waker.wakeAll(woken ?? []);
    if (!isNew) return (await this.moves.exists(news.callId)) ? 'duplicate' : 'unknown_call';
    return woken ? 'applied' : 'ignored';
  }

  /** Ends a call by our own knowledge. @returns whether it was open */
  async end(ending: Ending, event: { type: string; data?: Record<string, unknown> }): Promise<boolean> {
    const woken = await this.endings.decide(ending, event);
    this.waker.wakeAll(woken ?? []);
    return woken !== null;
  }

  private async advance(news: CarrierNews, to: CallStatus): Promise<Told> {
    const { callId: id, sid: carrierSid, answeredBy, event } = news;
    const { isNew, moved } = await this.moves.tell({ id, to, carrierSid, answeredBy }, event);
    return { isNew, woken: moved && new Set() };
  }

  private async finish(news: CarrierNews, to: CallStatus): Promise<Told> {
    const telling = this.endings.tell(await this.endingOf(news, to), news.event);
    // A turn of the loop later the statement, which is the transaction, has left, and its answer cannot be here yet.
    setImmediate(() => this.checkpoints.at('callback.in-transaction'));
    return telling;
  }

  private async endingOf(news: CarrierNews, to: CallStatus): Promise<Ending> {
    const { callId: id, sid: carrierSid, durationMs, answeredBy, errorCode, errorMessage } = news;
    const outcome = outcomeOf(to, answeredBy, news.sipCode);
    const move = { id, to, carrierSid, durationMs, answeredBy, errorCode, errorMessage, outcome };
    const hasNotRung = to === 'canceled' && !(await this.moves.hasRung(id));
    if (hasNotRung) return { move, verdict: WITHDRAWN };
    const deadEnd = to === 'failed' || to === 'busy' || to === 'no-answer' ? deadEndOf(news.sipCode) : null;
    return deadEnd ? { move, verdict: refused(deadEnd) } : { move };
  }
}

function toCallStatus(status: CarrierStatus): CallStatus {
  return status === 'queued' ? 'initiated' : status;
}
