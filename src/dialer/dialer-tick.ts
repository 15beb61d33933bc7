import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { ScheduleTick } from '../campaigns/index.js';
import { Clock, Ticking } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { Leases } from '../database/index.js';
import { HealingService } from './healing.service.js';

const EACH_SECOND = '* * * * * *';
const LEASE = 'dialer';
const LEASE_MS = 5000;

/**
 * The net under every event, in one process at a time by a database lease: starts and ends campaigns that are due, makes
 * leads ready whose time has come, and mends what crashes and lost messages left behind.
 */
@Injectable()
export class DialerTick {
  private readonly log = new Logger(DialerTick.name);
  private readonly ticking = new Ticking(
    () => this.act(),
    (error) => this.log.error(`The tick failed: ${String(error)}`),
  );
  private healedAt = -Infinity;

  constructor(
    private readonly leases: Leases,
    private readonly schedules: ScheduleTick,
    private readonly healing: HealingService,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  @Cron(EACH_SECOND)
  tick(): Promise<void> {
    return this.ticking.tick();
  }

  /** Lets a tick under way finish, then gives the lease back, so that the next process need not wait for it to run out. */
  async stop(): Promise<void> {
    await this.ticking.stop();
    await this.leases.releaseAll().catch((error: unknown) => {
      this.log.warn(`The leases run out by themselves: ${String(error)}`);
    });
  }

  private async act(): Promise<void> {
    if (!(await this.leases.take(LEASE, LEASE_MS))) return;
    const renewing = setInterval(() => {
      this.leases.take(LEASE, LEASE_MS).catch(() => undefined);
    }, LEASE_MS / 3);
    try {
      await this.mind();
    } finally {
      clearInterval(renewing);
    }
  }

  private async mind(): Promise<void> {
    await this.schedules.mind();
    await this.healing.wakeDueLeads();
    if (this.clock.monotonic() - this.healedAt < this.config.RECONCILE_INTERVAL_MS) return;
    this.healedAt = this.clock.monotonic();
    await this.healing.heal();
  }
}
