import { Injectable } from '@nestjs/common';
import { CallMovesRepository, isTerminal, type CallStatus } from '../calls/index.js';
import { Checkpoints } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import type { CarrierStatus } from '../telephony/index.js';
import { CampaignWaker } from './campaign-waker.js';
import { EndingRepository, type Ending, type Woken } from './ending.repository.js';
import { outcomeOf, WITHDRAWN } from './rules/ending.js';

/** What the carrier says of a call, by a callback or when asked. */
export interface CarrierNews {
  callId: string;
  sid: string;
  status: CarrierStatus;
  /** Milliseconds. */
  durationMs: number | null;
  answeredBy: string | null;
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
    private readonly database: Database,
    private readonly moves: CallMovesRepository,
    private readonly endings: EndingRepository,
    private readonly waker: CampaignWaker,
    private readonly checkpoints: Checkpoints,
  ) {}

  async apply(news: CarrierNews): Promise<Progress> {
    const { progress, woken } = await this.database.transaction((tx) => this.applyIn(tx, news));
    this.checkpoints.at('callback.committed');
    this.waker.wakeAll(woken);
    return progress;
  }

  /** Ends a call by our own knowledge. @returns whether it was open */
  async end(ending: Ending, event: { type: string; data?: Record<string, unknown> }): Promise<boolean> {
    const woken = await this.database.transaction(async (tx) => {
      const ended = await this.endings.end(tx, ending);
      if (ended) await this.moves.append({ callId: ending.move.id, status: ending.move.to, ...event }, tx);
      return ended;
    });
    this.waker.wakeAll(woken ?? []);
    return woken !== null;
  }

  private async applyIn(tx: Tx, news: CarrierNews): Promise<{ progress: Progress; woken: Woken }> {
    const status = toCallStatus(news.status);
    const isNew = await this.moves.append({ callId: news.callId, status, ...news.event }, tx);
    if (!isNew) return { progress: 'duplicate', woken: new Set() };
    const woken = isTerminal(status)
      ? await this.endings.end(tx, await this.endingOf(tx, news, status))
      : await this.advance(tx, news, status);
    this.checkpoints.at('callback.in-transaction');
    return { progress: woken ? 'applied' : 'ignored', woken: woken ?? new Set() };
  }

  private async advance(tx: Tx, news: CarrierNews, to: CallStatus): Promise<Woken | null> {
    const { callId: id, sid: carrierSid, answeredBy } = news;
    return (await this.moves.move({ id, to, carrierSid, answeredBy }, tx)) ? new Set() : null;
  }

  private async endingOf(tx: Tx, news: CarrierNews, to: CallStatus): Promise<Ending> {
    const { callId: id, sid: carrierSid, durationMs, answeredBy, errorCode, errorMessage } = news;
    const outcome = outcomeOf(to, answeredBy);
    const move = { id, to, carrierSid, durationMs, answeredBy, errorCode, errorMessage, outcome };
    const hasNotRung = to === 'canceled' && !(await this.moves.hasRung(id, tx));
    return { move, ...(hasNotRung ? { verdict: WITHDRAWN } : {}) };
  }
}

function toCallStatus(status: CarrierStatus): CallStatus {
  return status === 'queued' ? 'initiated' : status;
}
