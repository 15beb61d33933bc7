import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { newId, sliceOf, startOf, type Page, type Paged } from '../common/index.js';
import { andOwn, Database, newRowsWorkspace, ofWorkspace, rowsIn, type Tx } from '../database/index.js';
import { PhoneNumber, type RestReason } from './phone-number.entity.js';

/** What a caller may set; absent means the default, or no change. */
export type PhoneNumberFields = Partial<Pick<PhoneNumber, 'label' | 'isActive' | 'cps' | 'dailyCap'>>;

/** What decides whether a number may be taken away. */
export type LockedNumber = Pick<PhoneNumber, 'id' | 'phoneNumber' | 'source' | 'isActive'>;

/** A rest as it is ordered. */
export interface Rest {
  reason: RestReason;
  note: string | null;
  /** Null: until somebody ends it. */
  until: Date | null;
}

const NEWEST_FIRST = { name: 'phone-numbers', key: ['id'] } as const;

/** Rows of our own numbers. */
@Injectable()
export class PhoneNumbersRepository {
  constructor(
    @InjectRepository(PhoneNumber) private readonly numbers: Repository<PhoneNumber>,
    private readonly database: Database,
  ) {}

  /** Null when the number is there already. */
  async insert(tx: Tx, phoneNumber: string, fields: PhoneNumberFields): Promise<string | null> {
    const id = newId();
    const row = { id, workspaceId: newRowsWorkspace(), phoneNumber, source: 'api' as const, ...fields };
    const made = await rowsIn(tx, PhoneNumber)
      .createQueryBuilder()
      .insert()
      .values(row)
      .orIgnore()
      .returning('id')
      .execute();
    return (made.raw as unknown[]).length === 1 ? id : null;
  }

  find(id: string): Promise<PhoneNumber | null> {
    return this.numbers.findOneBy({ id, ...ofWorkspace() });
  }

  all(): Promise<PhoneNumber[]> {
    return this.numbers.find({ where: ofWorkspace(), order: { id: 'ASC' } });
  }

  /** Newest first. */
  async list(page: Page, isActive?: boolean): Promise<Paged<PhoneNumber>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const where = { ...ofWorkspace(), ...(isActive !== undefined && { isActive }) };
    const beyond = after ? { id: LessThan(String(after[0])) } : {};
    const [rows, total] = await Promise.all([
      this.numbers.find({ where: { ...where, ...beyond }, order: { id: 'DESC' }, skip: offset, take }),
      this.numbers.countBy(where),
    ]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), total };
  }

  /** Locks every number, so that of two takings away at once the later one sees what the earlier left. */
  lockAll(tx: Tx): Promise<LockedNumber[]> {
    const values: unknown[] = [];
    return this.database.query(
      `SELECT id, phone_number AS "phoneNumber", source, is_active AS "isActive" FROM phone_numbers
       WHERE true${andOwn(values)} ORDER BY id FOR UPDATE`,
      values,
      tx,
    );
  }

  /** The number, locked against other changes until `tx` ends. */
  findLocked(tx: Tx, id: string): Promise<PhoneNumber | null> {
    const where = { id, ...ofWorkspace() };
    return rowsIn(tx, PhoneNumber).findOne({ where, lock: { mode: 'pessimistic_write' } });
  }

  /** Changes the fields given. */
  async update(id: string, fields: PhoneNumberFields, tx: Tx): Promise<void> {
    const values = [id, JSON.stringify(fields)];
    await this.database.run(
      `UPDATE phone_numbers SET updated_at = clock_timestamp(),
         label = CASE WHEN f.given ? 'label' THEN f.given ->> 'label' ELSE label END,
         is_active = COALESCE((f.given ->> 'isActive')::boolean, is_active),
         cps = CASE WHEN f.given ? 'cps' THEN (f.given ->> 'cps')::float8 ELSE cps END,
         daily_cap = CASE WHEN f.given ? 'dailyCap' THEN (f.given ->> 'dailyCap')::integer ELSE daily_cap END
       FROM (SELECT $2::jsonb AS given) AS f WHERE id = $1${andOwn(values)}`,
      values,
      tx,
    );
  }

  async delete(id: string, tx: Tx): Promise<void> {
    const values = [id];
    await this.database.run(`DELETE FROM phone_numbers WHERE id = $1${andOwn(values)}`, values, tx);
  }

  /**
   * Begins a rest; only a person changes one that is not over. What was called before counts no more when the number comes back.
   * @returns whether it rests because of this
   */
  async rest(tx: Tx, id: string, { reason, note, until }: Rest): Promise<boolean> {
    const values = [id, reason, note, until];
    const { affected } = await this.database.run(
      `UPDATE phone_numbers SET rest_reason = $2, rest_note = $3, rest_until = $4, rested_at = clock_timestamp(),
         judged_from = COALESCE($4, clock_timestamp()), updated_at = clock_timestamp()
       WHERE id = $1 AND ($2 = 'manual' OR rest_reason IS NULL OR rest_until <= clock_timestamp())${andOwn(values)}`,
      values,
      tx,
    );
    return affected === 1;
  }

  async endRest(tx: Tx, id: string): Promise<void> {
    const values = [id];
    await this.database.run(
      `UPDATE phone_numbers SET rest_reason = NULL, rest_note = NULL, rest_until = NULL, rested_at = NULL,
         judged_from = clock_timestamp(), updated_at = clock_timestamp()
       WHERE id = $1${andOwn(values)}`,
      values,
      tx,
    );
  }

  /**
   * Makes the numbers of the configuration those of the default workspace. One that comes back is active again; one that has left is not used any more,
   * but keeps its settings. Safe for many processes at once.
   */
  async register(configured: string[]): Promise<void> {
    await this.database.run(
      `INSERT INTO phone_numbers AS known (id, phone_number, source)
       SELECT id, phone_number, 'config' FROM unnest($1::uuid[], $2::text[]) AS wanted (id, phone_number) ORDER BY phone_number
       ON CONFLICT (workspace_id, phone_number) DO UPDATE SET source = 'config',
         is_active = known.is_active OR known.source = 'former_config', updated_at = clock_timestamp()
       WHERE known.source <> 'config'`,
      [configured.map(() => newId()), configured],
    );
    await this.database.run(
      `UPDATE phone_numbers SET source = 'former_config', is_active = false, updated_at = clock_timestamp()
       WHERE source = 'config' AND phone_number <> ALL($1::text[])`,
      [configured],
    );
  }
}
