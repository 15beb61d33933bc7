import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** A key's last use is known to the minute: a write for every request would cost more than the request. */
const MINUTE_MS = 60_000;
/** Keys come and go; a program may take a new one for each of its runs. */
const MOST = 10_000;

/** Writes down when a key was last used, beside the request and at most once a minute. */
@Injectable()
export class LastUses {
  private readonly logger = new Logger('Access');
  /** Key id → when it was last written here, on the monotonic clock. */
  private readonly written = new Map<string, number>();

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly clock: Clock,
  ) {}

  note({ id }: Pick<ApiKey, 'id'>): void {
    const now = this.clock.monotonic();
    if (now - (this.written.get(id) ?? -MINUTE_MS) < MINUTE_MS) return;
    if (this.written.size >= MOST) this.written.clear();
    this.written.set(id, now);
    this.keys.touch(id).catch((error: unknown) => {
      this.logger.debug(`The last use of a key was not written: ${String(error)}`);
    });
  }
}
