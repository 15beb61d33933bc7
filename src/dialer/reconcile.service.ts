import { Injectable, Logger } from '@nestjs/common';
import { Checkpoints } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { Carrier, type CarrierCall } from '../telephony/index.js';
import { CallProgressService } from './call-progress.service.js';
import { ReconcileRepository, type SilentCall } from './reconcile.repository.js';
import { WITHDRAWN } from './rules/ending.js';

/** The carrier's clock and ours may differ by so much. */
const CLOCK_SKEW_MS = 2000;

/** A list may lag behind: one that does not have the call proves little, several over the grace time do. */
const CLEAN_LISTS_NEEDED = 3;

/** How long after its last possible second a call may still be told to be in progress. */
const OVERTIME_MS = 60_000;

/** Asks the carrier about calls that nobody has told us about (DESIGN: "How a call is made", 7). */
@Injectable()
export class ReconcileService {
  private readonly log = new Logger(ReconcileService.name);

  constructor(
    private readonly found: ReconcileRepository,
    private readonly carrier: Carrier,
    private readonly progress: CallProgressService,
    private readonly config: AppConfig,
    private readonly checkpoints: Checkpoints,
  ) {}

  async askAboutSilentCalls(): Promise<void> {
    const lost = await this.found.loseDialing(this.config.CARRIER_REQUEST_TIMEOUT_MS);
    if (lost > 0) this.log.warn(`${lost} placements lost their process and are looked for at the carrier`);
    const { SILENT_CALL_AFTER_MS, RECONCILE_INTERVAL_MS } = this.config;
    for (const call of await this.found.silent(SILENT_CALL_AFTER_MS, RECONCILE_INTERVAL_MS)) {
      try {
        await this.ask(call);
      } catch (error) {
        this.log.warn(`The carrier could not be asked about call ${call.id}: ${String(error)}`);
      }
    }
  }

  private async ask(call: SilentCall): Promise<void> {
    await this.found.heard(call.id);
    this.checkpoints.at('reconcile.acting');
    if (call.sid === null) await this.lookFor(call);
    else await this.lookAt(call, call.sid);
  }

  /** A placement whose answer was lost. */
  private async lookFor(call: SilentCall): Promise<void> {
    const known = await this.search(call);
    if (known) {
      await this.adopt(call, known);
      return;
    }
    const cleanLists = await this.found.listedWithout(call.id);
    const isLongAgo = call.ageMs > this.config.UNKNOWN_GRACE_MS;
    if (isLongAgo && cleanLists >= CLEAN_LISTS_NEEDED) await this.end(call, 'NOT_PLACED');
  }

  /** A call the carrier took, and of which it told nothing for long. */
  private async lookAt(call: SilentCall, sid: string): Promise<void> {
    const known = await this.carrier.fetch(sid);
    if (!known) {
      await this.end(call, 'CARRIER_HAS_NO_CALL');
      return;
    }
    await this.adopt(call, known);
    const isOpen = known.status === 'ringing' || known.status === 'in-progress';
    const { RING_TIMEOUT_S, CALL_TIME_LIMIT_S } = this.config;
    if (isOpen && call.ageMs > (RING_TIMEOUT_S + CALL_TIME_LIMIT_S) * 1000 + OVERTIME_MS)
      await this.carrier.hangUp(sid);
  }

  /** The placement whose answer was lost: same numbers, made after we dialed, and no other call's. */
  private async search(call: SilentCall): Promise<CarrierCall | null> {
    const listed = await this.carrier.find({ to: call.phoneNumber, from: call.fromNumber });
    const since = call.dialedAt.getTime() - CLOCK_SKEW_MS;
    const recent = listed.filter((candidate) => candidate.createdAt.getTime() >= since);
    const taken = await this.found.knownSids(recent.map((candidate) => candidate.sid));
    return recent.find((candidate) => !taken.has(candidate.sid)) ?? null;
  }

  private async adopt(call: SilentCall, known: CarrierCall): Promise<void> {
    await this.progress.apply({
      callId: call.id,
      sid: known.sid,
      status: known.status,
      durationMs: known.durationMs,
      answeredBy: known.answeredBy,
      event: {
        type: 'carrier.asked',
        dedupeKey: `asked:${known.sid}:${known.status}`,
        data: { sid: known.sid, status: known.status },
      },
    });
  }

  /**
   * `NOT_PLACED`: nobody's phone rang, so the attempt is given back, once a lead: a carrier that loses every call must
   * not be asked for ever. A call the carrier took and knows no more counts as failed.
   */
  private async end(call: SilentCall, errorCode: 'NOT_PLACED' | 'CARRIER_HAS_NO_CALL'): Promise<void> {
    const move = { id: call.id, to: 'failed' as const, outcome: 'failed' as const, errorCode };
    const isRefunded = errorCode === 'NOT_PLACED' && !(await this.found.wasGivenUpBefore(call.id));
    const verdict = isRefunded ? WITHDRAWN : undefined;
    await this.progress.end({ move, verdict, event: { type: 'call.given_up', data: { errorCode } } });
  }
}
