import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type QueryDeepPartialEntity, type Repository } from 'typeorm';
import { newId, sliceOf, startOf, type Page, type Paged } from '../common/index.js';
import { andOwn, Database, newRowsWorkspace, ofWorkspace, rowsIn, type Tx } from '../database/index.js';
import { EventRecords, type EventType } from '../journal/index.js';
import { THE_CAMPAIGN } from './campaign-events.js';
import { Campaign } from './campaign.entity.js';
import type { CampaignStatus } from './campaign.states.js';
import { completeOptOut, type OptOut } from './opt-out.js';

/** What a caller may set; absent means the default, or no change. */
export type CampaignFields = Partial<
  Pick<
    Campaign,
    | 'name'
    | 'description'
    | 'maxConcurrent'
    | 'retryFailed'
    | 'retryAttempts'
    | 'retryDelay'
    | 'retryRules'
    | 'maxAttemptsPerNumber'
    | 'callDelay'
    | 'agentStrategy'
    | 'defaultCountry'
    | 'weight'
    | 'maxCalls'
    | 'maxSpend'
    | 'callingWindow'
    | 'rulePack'
    | 'callerIds'
    | 'localPresence'
    | 'scheduledAt'
    | 'endAt'
    | 'recurrence'
  > & {
    /** What is left out of it takes its default; null: none is offered. */
    optOut: Partial<OptOut> | null;
  }
>;

/** What a caller set, and what follows from it. */
export type PlannedFields = CampaignFields & Partial<Pick<Campaign, 'status' | 'nextRunAt' | 'runsLeft'>>;

const NEWEST_FIRST = { name: 'campaigns', key: ['id'] } as const;

const LEADS_LOCK = `hashtextextended('campaign-leads:' || $1::uuid, 0)`;
/** A delete that waits longer for the leads of an import is answered 503 and may be tried again. */
const DELETE_WAIT_MS = 10_000;

/** Rows of campaigns, and the locks others hold them by. */
@Injectable()
export class CampaignsRepository {
  constructor(
    @InjectRepository(Campaign) private readonly campaigns: Repository<Campaign>,
    private readonly database: Database,
    private readonly events: EventRecords,
  ) {}

  async insert(tx: Tx, fields: PlannedFields & { name: string }): Promise<string> {
    const id = newId();
    const own = { workspaceId: newRowsWorkspace() };
    await rowsIn(tx, Campaign).insert({ id, ...own, ...fields, ...optOutOf(fields) });
    await this.tell(tx, id, 'campaign.created', fields);
    return id;
  }

  /** Of all campaigns, oldest first. */
  async ids(): Promise<string[]> {
    return (await this.campaigns.find({ select: { id: true }, order: { id: 'ASC' } })).map(({ id }) => id);
  }

  find(id: string): Promise<Campaign | null> {
    return this.campaigns.findOneBy({ id, ...ofWorkspace() });
  }

  /** The campaign, locked as `lock` does. */
  findLocked(tx: Tx, id: string): Promise<Campaign | null> {
    return rowsIn(tx, Campaign).findOne({
      where: { id, ...ofWorkspace() },
      lock: { mode: 'for_no_key_update' },
    });
  }

  /** Newest first. */
  async list(page: Page, status?: CampaignStatus): Promise<Paged<Campaign>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const where = { ...ofWorkspace(), ...(status !== undefined && { status }) };
    const beyond = after ? { id: LessThan(String(after[0])) } : {};
    const [rows, total] = await Promise.all([
      this.campaigns.find({ where: { ...where, ...beyond }, order: { id: 'DESC' }, skip: offset, take }),
      this.campaigns.countBy(where),
    ]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), total };
  }

  /** Changes the fields given of a campaign whose lock `tx` holds. */
  async update(id: string, fields: PlannedFields, tx: Tx): Promise<void> {
    await rowsIn(tx, Campaign).update({ id, ...ofWorkspace() }, changesOf(fields));
    await this.tell(tx, id, 'campaign.updated', fields);
  }

  /**
   * Held by whoever inserts leads, taken before the first of them: until `tx` ends the campaign can neither
   * complete nor be deleted. Many may hold it at once.
   */
  async holdOpen(tx: Tx, campaignId: string): Promise<void> {
    await this.database.run(`SELECT pg_advisory_xact_lock_shared(${LEADS_LOCK})`, [campaignId], tx);
  }

  /** Taken by completion: false while leads are being inserted. A statement after it sees all leads committed. */
  async tryClose(tx: Tx, campaignId: string): Promise<boolean> {
    const [row] = await this.database.query<{ closed: boolean }>(
      `SELECT pg_try_advisory_xact_lock(${LEADS_LOCK}) AS closed`,
      [campaignId],
      tx,
    );
    return row?.closed ?? false;
  }

  /** Like `tryClose`, but waits (at most 10 s, then SQLSTATE 55P03) until running inserts are through. */
  async close(tx: Tx, campaignId: string): Promise<void> {
    await this.database.run(`SELECT set_config('lock_timeout', $1, true)`, [`${DELETE_WAIT_MS}ms`], tx);
    await this.database.run(`SELECT pg_advisory_xact_lock(${LEADS_LOCK})`, [campaignId], tx);
  }

  /**
   * Locks the campaign against moves, changes, claims and deletes, and answers its status; undefined: no such
   * campaign. References to it may still be inserted.
   */
  async lock(tx: Tx, id: string): Promise<CampaignStatus | undefined> {
    const values = [id];
    const [row] = await this.database.query<{ status: CampaignStatus }>(
      `SELECT status FROM campaigns WHERE id = $1${andOwn(values)} FOR NO KEY UPDATE`,
      values,
      tx,
    );
    return row?.status;
  }

  async hasOpenCalls(tx: Tx, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM calls WHERE campaign_id = $1 AND ended_at IS NULL LIMIT 1`,
      [id],
      tx,
    );
    return rows.length > 0;
  }

  /** Deletes the campaign; its leads and calls must be gone. */
  async delete(tx: Tx, id: string): Promise<void> {
    await this.events.record(tx, 'campaign.deleted', THE_CAMPAIGN, id);
    await this.database.run('DELETE FROM campaign_agents WHERE campaign_id = $1', [id], tx);
    await this.database.run('DELETE FROM campaigns WHERE id = $1', [id], tx);
  }

  private async tell(tx: Tx, id: string, type: EventType, { status }: PlannedFields): Promise<void> {
    await this.events.record(tx, type, THE_CAMPAIGN, id);
    if (status === 'scheduled') await this.events.record(tx, 'campaign.scheduled', THE_CAMPAIGN, id);
  }
}

/** A campaign that is scheduled anew has no reason any more to be as it was. */
function changesOf(fields: PlannedFields): QueryDeepPartialEntity<Campaign> {
  const isNewWindow = fields.callingWindow !== undefined || fields.rulePack !== undefined;
  const rejudged = isNewWindow ? { hasNewWindow: true, wakesAt: null } : {};
  const changes = { ...fields, ...optOutOf(fields), ...rejudged, updatedAt: () => 'now()' };
  if (fields.status !== 'scheduled') return changes;
  return { ...changes, pausedReason: () => 'NULL', stoppedReason: () => 'NULL' };
}

function optOutOf({ optOut }: CampaignFields): { optOut?: OptOut | null } {
  return optOut === undefined ? {} : { optOut: optOut && completeOptOut(optOut) };
}
