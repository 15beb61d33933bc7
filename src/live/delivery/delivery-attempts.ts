import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import { Outbox } from '../../journal/index.js';
import { codeOf, Connections } from '../outbound/post.js';
import { ReceiverGate } from '../outbound/receiver-gate.js';
import {
  DeliveriesRepository,
  type Attempt,
  type DueDelivery,
  type Recipient,
} from './deliveries.repository.js';
import { disabledReasonOf } from './disabling.js';
import { payloadOf } from './payload.js';
import { nextStep } from './retry-plan.js';
import { headersOf } from './signing.js';

/** What an attempt came to. */
export interface AttemptResult {
  /** The event was told, or has left the line otherwise. */
  hasLeft: boolean;
  /** The subscription is still what it was. */
  isCurrent: boolean;
}

const UNREADABLE =
  'SECRET_UNREADABLE: no key of ours opens its secret: see SECRETS_KEY, or rotate the secret';

const NOT_COUNTED: AttemptResult = { hasLeft: false, isCurrent: false };

/** Makes single attempts, and writes down what came of them. */
@Injectable()
export class DeliveryAttempts implements OnApplicationShutdown {
  private readonly log = new Logger(DeliveryAttempts.name);
  private readonly connections = new Connections();
  private readonly underWay = new Set<AbortController>();
  private isStopping = false;

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly gate: ReceiverGate,
    private readonly outbox: Outbox,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  async make(to: Recipient, delivery: DueDelivery): Promise<AttemptResult> {
    const attempt = await this.tell(to, delivery);
    if (this.isStopping && attempt.tried.error !== null) return NOT_COUNTED;
    if (attempt.tried.error === null) {
      const isCurrent = await this.deliveries.delivered(to, delivery.seq, attempt);
      if (to.isFailing) this.log.log(`Subscription ${to.id} is well again`);
      to.isFailing = false;
      return { hasLeft: true, isCurrent };
    }
    return this.failed(to, delivery, attempt);
  }

  stop(): void {
    this.isStopping = true;
    for (const ending of this.underWay) ending.abort();
  }

  onApplicationShutdown(): void {
    this.connections.close();
  }

  private async failed(to: Recipient, delivery: DueDelivery, attempt: Attempt): Promise<AttemptResult> {
    const { attempts, isParked } = delivery;
    const next = nextStep(attempts + 1, isParked, this.config.WEBHOOKS_RETRY_MS, Math.random());
    const standing = await this.deliveries.failed(to, delivery.seq, attempt, next);
    to.isFailing = true;
    if (!standing) return NOT_COUNTED;
    const { statusCode } = attempt.tried;
    const reason = disabledReasonOf({ ...standing, statusCode });
    if (reason === null) return { hasLeft: next.status !== 'pending', isCurrent: true };
    this.outbox.ring((await this.deliveries.disable(to, reason)) ?? []);
    this.log.warn(`Subscription ${to.id} is disabled: ${reason.message}`);
    return NOT_COUNTED;
  }

  private async tell(to: Recipient, delivery: DueDelivery): Promise<Attempt> {
    const now = this.clock.now();
    const began = this.clock.monotonic();
    const { statusCode, error, answer } = await this.inTime((signal) =>
      this.exchange(to, delivery, now, signal),
    );
    const durationMs = Math.round(this.clock.monotonic() - began);
    return { tried: { at: now.toISOString(), statusCode, durationMs, error }, answer };
  }

  private async exchange(
    to: Recipient,
    delivery: DueDelivery,
    now: Date,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (to.secrets.length === 0) return { statusCode: null, error: UNREADABLE, answer: null };
    const verdict = await within(this.gate.judge(to.url), signal);
    if (!verdict.ok) return { statusCode: null, error: `${verdict.code}: ${verdict.reason}`, answer: null };
    const body = payloadOf(delivery);
    const headers = headersOf(delivery.id, body, to.secrets, now);
    const { statusCode, text } = await this.connections.post(verdict.receiver, body, headers, signal);
    return { statusCode, error: errorOf(statusCode), answer: text };
  }

  /** Ends `work` when its time is up, or this process stops. */
  private async inTime(work: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
    const limitMs = this.config.WEBHOOKS_TIMEOUT_MS;
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), limitMs);
    this.underWay.add(ending);
    try {
      return await work(ending.signal);
    } catch (error) {
      const words = ending.signal.aborted ? `TIMEOUT: no answer within ${limitMs} ms` : codeOf(error);
      return { statusCode: null, error: words, answer: null };
    } finally {
      clearTimeout(timer);
      this.underWay.delete(ending);
    }
  }
}

interface Outcome {
  statusCode: number | null;
  error: string | null;
  answer: string | null;
}

/** 2xx is the one way to say "I have it". */
function errorOf(statusCode: number): string | null {
  if (statusCode >= 200 && statusCode < 300) return null;
  if (statusCode >= 300 && statusCode < 400) return `REDIRECT: answered ${statusCode}, which is not followed`;
  return `STATUS: answered ${statusCode}`;
}

function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Too late')), { once: true });
    work.then(resolve, reject);
  });
}
