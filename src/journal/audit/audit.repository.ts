import { Injectable } from '@nestjs/common';
import {
  batchesOf,
  cappedTotal,
  COUNT_CAP,
  sliceOf,
  startOf,
  type Page,
  type Paged,
  type Slice,
  type Total,
} from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { currentWorkspace } from '../workspace.js';
import type { AuditEntry } from './audit-entry.entity.js';
import { storable } from './change.js';
import { leastIdAt } from './instants.js';

export type AuditRow = Omit<AuditEntry, 'workspaceId'>;

/** An entry to be written. Undefined workspace: its campaign's. */
export type NewEntry = AuditRow & { workspaceId: string | undefined };

/** Which entries; what is absent does not matter. */
export interface AuditFilter {
  entity?: string;
  entityId?: string;
  campaignId?: string;
  action?: string;
  /** The id of a user or a key, or a kind of actor. */
  actor?: string;
  since?: Date;
  until?: Date;
}

const NEWEST_FIRST = { name: 'audit', key: ['id'] } as const;
const KINDS = ['user', 'api_key', 'open', 'system'];
const COLUMNS = `id, at, actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName", action, entity,
  entity_id AS "entityId", campaign_id AS "campaignId", before, after, details, address, request_id AS "requestId"`;

/** Rows of the audit log: added and read, nothing else. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  async insert(entry: NewEntry, tx?: Tx): Promise<void> {
    const { before, after, details, ...row } = entry;
    await this.database.run(
      `INSERT INTO audit_entries (id, at, actor_kind, actor_id, actor_name, action, entity, entity_id, campaign_id,
         address, request_id, before, after, details, workspace_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
         COALESCE($15::uuid, (SELECT workspace_id FROM campaigns WHERE id = $9::uuid), $16::uuid))`,
      [
        ...[row.id, row.at, row.actorKind, row.actorId, row.actorName, row.action, row.entity, row.entityId],
        ...[row.campaignId, row.address, row.requestId],
        ...[before, after, details].map(storable),
        ...[row.workspaceId ?? null, currentWorkspace()],
      ],
      tx,
    );
  }

  /** Newest first, counted no further than `COUNT_CAP`. @throws DomainError `INVALID_CURSOR` */
  async page(filter: AuditFilter, page: Page): Promise<Paged<AuditRow>> {
    const [slice, total] = await Promise.all([this.slice(filter, page), this.count(filter)]);
    return { ...slice, ...total };
  }

  /** All that a list would show, in batches. */
  batches(filter: AuditFilter): AsyncGenerator<AuditRow[], void, undefined> {
    return batchesOf((page) => this.slice(filter, page));
  }

  private async slice(filter: AuditFilter, page: Page): Promise<Slice<AuditRow>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const { where, values } = conditionsOf(filter);
    if (after) where.push(`id < $${values.push(String(after[0]))}`);
    const rows = await this.database.read<AuditRow>(
      `SELECT ${COLUMNS} FROM audit_entries WHERE ${where.join(' AND ')}
        ORDER BY id DESC LIMIT $${values.push(take)} OFFSET $${values.push(offset)}`,
      values,
    );
    return sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]);
  }

  private async count(filter: AuditFilter): Promise<Total> {
    const { where, values } = conditionsOf(filter);
    const [row] = await this.database.read<{ counted: number }>(
      `SELECT count(*)::int AS counted FROM (
         SELECT 1 FROM audit_entries WHERE ${where.join(' AND ')} LIMIT ${COUNT_CAP + 1}) AS found`,
      values,
    );
    return cappedTotal(row?.counted ?? 0);
  }
}

function conditionsOf({ since, until, actor, ...equal }: AuditFilter) {
  const wanted: [column: string, value: string | undefined][] = [
    ['workspace_id =', currentWorkspace()],
    ['entity =', equal.entity],
    ['entity_id =', equal.entityId],
    ['campaign_id =', equal.campaignId],
    ['action =', equal.action],
    [KINDS.includes(actor ?? '') ? 'actor_kind =' : 'actor_id =', actor],
    ['id >=', since && leastIdAt(since)],
    ['id <', until && leastIdAt(until)],
  ];
  const given = wanted.filter(([, value]) => value !== undefined);
  return {
    where: given.map(([condition], i) => `${condition} $${i + 1}`),
    values: given.map(([, value]): unknown => value),
  };
}
