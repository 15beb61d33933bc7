import { toInstant } from '../common/http/index.js';
import { columnsOf } from '../imports/index.js';
import { MAX_REASON, MAX_SOURCE, type SuppressionFields } from './suppression-fields.js';

/** What a row says, or why it can be no suppression. */
export type ReadRow =
  | { ok: true; phoneNumber: string; reason: string; source: string; expiresAt: Date | null }
  | { ok: false; reason: string };

/** Headers people use, beside those of phone numbers. */
const ALIASES = {
  reason: ['reason'],
  source: ['source'],
  expiresAt: ['expiresat', 'expires', 'expiry', 'until'],
} as const;

type Role = keyof typeof ALIASES | 'phoneNumber';

/** Which column of a CSV file is what; columns nobody knows are left out. */
export class SuppressionColumns {
  private readonly columns: ReadonlyMap<Role, number>;

  /**
   * @param otherwise what holds for a row that says nothing else
   * @throws DomainError `CSV_NO_PHONE_COLUMN`
   */
  constructor(
    header: string[],
    private readonly otherwise: Pick<SuppressionFields, 'reason' | 'source' | 'expiresAt'>,
    private readonly now: Date,
  ) {
    this.columns = columnsOf(header, ALIASES);
  }

  read(cells: string[]): ReadRow {
    const reason = this.cell(cells, 'reason') || (this.otherwise.reason ?? '');
    const source = this.cell(cells, 'source') || (this.otherwise.source ?? '');
    if (reason.length > MAX_REASON) return refused(`reason must be at most ${MAX_REASON} characters`);
    if (source.length > MAX_SOURCE) return refused(`source must be at most ${MAX_SOURCE} characters`);
    const expiresAt = this.expiry(this.cell(cells, 'expiresAt'));
    if (typeof expiresAt === 'string') return refused(expiresAt);
    return { ok: true, phoneNumber: this.cell(cells, 'phoneNumber'), reason, source, expiresAt };
  }

  /** The instant, or what is wrong with it. */
  private expiry(text: string): Date | string | null {
    if (text === '') return this.otherwise.expiresAt ?? null;
    const instant = toInstant(text);
    if (!(instant instanceof Date))
      return 'expiresAt must be an ISO 8601 time with a zone, like 2030-01-31T09:00:00Z';
    return instant > this.now ? instant : 'expiresAt must be in the future';
  }

  private cell(cells: string[], role: Role): string {
    const column = this.columns.get(role);
    return column === undefined ? '' : (cells[column] ?? '').trim();
  }
}

function refused(reason: string): ReadRow {
  return { ok: false, reason };
}
