import { Injectable } from '@nestjs/common';
import {
  COUNT_CAP,
  cappedTotal,
  sliceOf,
  startOf,
  type CursorKey,
  type Page,
  type Slice,
  type Total,
} from '../common/index.js';
import { andOwn, Database, searchedLeads } from '../database/index.js';
import type { Lead } from './lead.entity.js';
import { BY_NAME, BY_NUMBER, LEAD_ORDERS, type LeadOrder, type LeadSort } from './lead-orders.js';
import type { LeadSearch } from './lead-search.js';
import { LEAD_STATUSES, type LeadStatus } from './lead.states.js';

/** A lead as lists and exports show it. */
export type LeadRow = Omit<Lead, 'workspaceId'>;

/** Which leads of a campaign; what is absent does not matter. */
export interface LeadFilter {
  status?: LeadStatus;
  /** The lead's `reason`. */
  outcome?: string;
  priority?: number;
  search?: LeadSearch;
}

const COLUMNS = `id, campaign_id AS "campaignId", phone_number AS "phoneNumber", name, status, priority, timezone, metadata,
  attempts, last_attempt_at AS "lastAttemptAt", next_attempt_at AS "nextAttemptAt", blocked_reason AS "blockedReason",
  reason, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** The expressions of ix_leads_name and ix_leads_last_name, word for word; the second one's predicate too. */
const NAME = 'lower(name) COLLATE "C"';
const LAST_NAME = `lower(split_part(name, ' ', -1)) COLLATE "C"`;
const HAS_LAST_NAME = `strpos(name, ' ') > 0`;

/** Pages of a campaign's leads, each a walk along an index from where the page before ended. */
@Injectable()
export class LeadListRepository {
  constructor(private readonly database: Database) {}

  /** @throws DomainError `INVALID_CURSOR` */
  page(campaignId: string, filter: LeadFilter, page: Page, sort: LeadSort = 'createdAt') {
    const { search } = filter;
    if (search && 'name' in search) return this.pageByName(campaignId, filter, search.name, page);
    return this.pageBy(search ? BY_NUMBER : LEAD_ORDERS[sort], campaignId, filter, page);
  }

  /** How many leads pass the filter, counted no further than `COUNT_CAP`. */
  async count(campaignId: string, filter: LeadFilter): Promise<Total> {
    const sql = new Conditions(campaignId, filter);
    const { search } = filter;
    const sources =
      search && 'name' in search ? nameSources(sql, search.name).map(({ where }) => where) : walksOf(filter);
    const limit = sql.add(COUNT_CAP + 1);
    const found = sources.map(
      (where) => `(SELECT 1 FROM ${searchedLeads()} WHERE ${sql.text} ${where} LIMIT ${limit})`,
    );
    const [row] = await this.database.read<{ count: number }>(
      `SELECT count(*)::int AS count FROM (${found.join(' UNION ALL ')}) AS found`,
      sql.values,
    );
    return cappedTotal(row?.count ?? 0);
  }

  /** The page is found in the index alone, so that a deep one by number reads no rows it does not show. */
  private async pageBy(
    order: LeadOrder,
    campaignId: string,
    filter: LeadFilter,
    page: Page,
  ): Promise<Slice<LeadRow>> {
    const { after, offset, take } = startOf(page, order);
    const sql = new Conditions(campaignId, filter);
    const beyond = after ? `AND ${order.after(...after.map((part) => sql.add(part)))}` : '';
    const rows = await this.database.read<LeadRow>(
      `SELECT ${COLUMNS} FROM leads JOIN (
         SELECT id AS shown_id FROM ${sourceOf(order, filter, `${sql.text} ${beyond}`)}
          LIMIT ${sql.add(take)} OFFSET ${sql.add(offset)}
       ) AS shown ON shown_id = id ORDER BY ${order.orderBy}`,
      sql.values,
    );
    return sliceOf(rows, page, order, (lead) => keyOf(order, lead));
  }

  /** Two walks, along the names and along the last words of names, merged; each reads no more than the page needs. */
  private async pageByName(
    campaignId: string,
    filter: LeadFilter,
    name: string,
    page: Page,
  ): Promise<Slice<LeadRow>> {
    const { after, offset, take } = startOf(page, BY_NAME);
    const sql = new Conditions(campaignId, filter);
    const [key, id] = after?.map((part) => sql.add(part)) ?? [];
    const most = sql.add(take + offset);
    const walks = nameSources(sql, name).map(
      ({
        expression,
        where,
      }) => `(SELECT id AS shown_id, ${expression} AS found FROM ${searchedLeads()} WHERE ${sql.text} ${where}
         ${after ? `AND (${expression}, id) > (${key}::text COLLATE "C", ${id}::uuid)` : ''}
         ORDER BY ${expression}, id LIMIT ${most})`,
    );
    const rows = await this.database.read<LeadRow & { found: string }>(
      `SELECT ${COLUMNS}, found FROM leads JOIN (
         SELECT shown_id, found FROM (${walks.join(' UNION ALL ')}) AS walks
          ORDER BY found, shown_id LIMIT ${sql.add(take)} OFFSET ${sql.add(offset)}
       ) AS shown ON shown_id = id ORDER BY found, id`,
      sql.values,
    );
    return sliceOf(rows, page, BY_NAME, (lead) => [lead.found, lead.id]);
  }
}

/** By priority a lead is in the index of the ready ones or in that of the others. */
const BY_PRIORITY = [
  `AND status = 'pending' AND next_attempt_at IS NULL`,
  `AND (status <> 'pending' OR next_attempt_at IS NOT NULL)`,
];
const BY_STATUS = LEAD_STATUSES.map((status) => `AND status = '${status}'`);

/** Conditions of the walks along which the leads that pass are found: each lead is on one of them. */
function walksOf({ priority }: LeadFilter, key = ''): string[] {
  return priority !== undefined || key === 'integer' ? BY_PRIORITY : [''];
}

/**
 * Ids in the order's order. Leads by priority are two walks, merged as they go, and all leads of a campaign by id are four
 * along (campaign_id, status, id), one for each status: an index of their own would be written with every lead and at every
 * move of one. The order within each walk is what makes it a "Merge Append"; without it Postgres reads and sorts them all.
 */
function sourceOf(order: LeadOrder, filter: LeadFilter, where: string): string {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const walks = !isFiltered && order.key[0] === 'id' ? BY_STATUS : walksOf(filter, order.key[0]);
  const { orderBy } = order;
  if (walks.length === 1) return `${searchedLeads()} WHERE ${where} ORDER BY ${orderBy}`;
  const columns = 'id, phone_number, (-priority) AS rank';
  const each = walks.map(
    (walk) => `(SELECT ${columns} FROM ${searchedLeads()} WHERE ${where} ${walk} ORDER BY ${orderBy})`,
  );
  return `(${each.join(' UNION ALL ')}) AS walks ORDER BY ${orderBy.replace('(-priority)', 'rank')}`;
}

/** The conditions that every order shares, and the statement's parameters. */
class Conditions {
  readonly values: unknown[] = [];
  readonly text: string;

  constructor(campaignId: string, { status, outcome, priority, search }: LeadFilter) {
    const all = [`campaign_id = ${this.add(campaignId)}`];
    if (status !== undefined) all.push(`status = ${this.add(status)}`);
    if (outcome !== undefined) all.push(`reason = ${this.add(outcome)}`);
    // By the index's own expression.
    if (priority !== undefined) all.push(`(-priority) = -${this.add(priority)}::int`);
    if (search && 'number' in search) {
      const begin = `${this.add(search.number)}::text`;
      // Digits alone follow, at most 15: true in any collation, and the unique index over the numbers serves.
      all.push(`phone_number >= ${begin} AND phone_number <= ${begin} || '${'9'.repeat(15)}'`);
    }
    this.text = all.join(' AND ') + andOwn(this.values);
  }

  /** @returns the parameter's place, `$3` */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** Where a name is looked for: each lead is in one of them at the most. */
function nameSources(sql: Conditions, name: string): { expression: string; where: string }[] {
  const begin = `lower(${sql.add(name)}::text)`;
  const within = (expression: string) =>
    `${expression} >= ${begin} COLLATE "C" AND ${expression} <= (${begin} || chr(1114111)) COLLATE "C"`;
  return [
    { expression: NAME, where: `AND ${within(NAME)}` },
    {
      expression: LAST_NAME,
      where: `AND ${HAS_LAST_NAME} AND ${within(LAST_NAME)} AND NOT (${within(NAME)})`,
    },
  ];
}

function keyOf({ key }: LeadOrder, lead: LeadRow): CursorKey {
  return key.map((kind) => {
    if (kind === 'id') return lead.id;
    return kind === 'integer' ? lead.priority : lead.phoneNumber;
  });
}
