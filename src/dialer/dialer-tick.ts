import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { ScheduleTick } from '../campaigns/index.js';
import { Clock } from '../common/index.js';
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
  private running: Promise<void> | null = null;
  private healedAt = -Infinity;
  private isStopping = false;

  constructor(
    private readonly leases: Leases,
    private readonly schedules: ScheduleTick,
    private readonly healing: HealingService,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  @Cron(EACH_SECOND)
  async tick(): Promise<void> {
    if (this.running || this.isStopping) return;
    this.running = this.act().catch((error: unknown) => {
      this.log.error(`The tick failed: ${String(error)}`);
    });
    await this.running;
    this.running = null;
  }

  /** Lets a tick under way finish, then gives the lease back, so that the next process need not wait for it to run out. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
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
