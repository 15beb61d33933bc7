import { Injectable } from '@nestjs/common';
import { Clock, ruleError } from '../common/index.js';
import type { Tx } from '../database/index.js';
import { inSlices, openCsv, Turns, type CsvRow, type ReceivedFile } from '../imports/index.js';
import { Audit } from '../journal/index.js';
import { SuppressionColumns } from './suppression-columns.js';
import { MAX_ERRORS, makeSuppression, type SuppressionFields } from './suppression-fields.js';
import { SuppressionGate } from './suppression-gate.js';
import {
  SuppressionsRepository,
  type NewSuppression,
  type SuppressionScope,
} from './suppressions.repository.js';
import { scopeOf, SuppressionsService } from './suppressions.service.js';

/** Each import holds a connection of the pool while it reads; the dialer needs the others. */
const AT_ONCE = 2;
/** Rows; a longer file is refused as a whole. */
const MAX_ROWS = 1_000_000;

export interface SuppressionImportResult {
  /** Numbers that were not suppressed so before. */
  added: number;
  /** Rows of the file, without its header and blank ones. */
  total: number;
  /** Rows whose number had its entry already, or came before in the file. */
  known: number;
  /** Rows that name no number; the first 100. */
  errors: { line: number; error: string }[];
}

interface Progress {
  total: number;
  staged: number;
  errors: { line: number; error: string }[];
}

/** Suppressions from a CSV file of up to a million rows: all of its good rows, or, when something breaks, none. */
@Injectable()
export class SuppressionImport {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly suppressions: SuppressionsService,
    private readonly rows: SuppressionsRepository,
    private readonly gate: SuppressionGate,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /**
   * @param fields what holds for every row that says nothing else
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CSV_NO_PHONE_COLUMN`, `CSV_NO_ROWS`, `CSV_TOO_MANY_ROWS`,
   * `SUPPRESSION_UNCONFIRMED`, and those of `openCsv`
   */
  async importFile(file: ReceivedFile, fields: SuppressionFields): Promise<SuppressionImportResult> {
    const country = await this.suppressions.countryFor(fields);
    return this.turns.take(() => this.importStream(file.read(), { ...fields, country }));
  }

  private async importStream(
    source: AsyncIterable<Uint8Array>,
    fields: SuppressionFields,
  ): Promise<SuppressionImportResult> {
    const { header, batches } = await openCsv(source);
    const columns = new SuppressionColumns(header.cells, fields, this.clock.now());
    const progress: Progress = { total: 0, staged: 0, errors: [] };
    const added = await this.gate.admit(async (tx) => {
      await this.rows.openStage(tx);
      for await (const rows of batches) {
        const entries = await entriesOf(rows, columns, fields.country ?? null, progress);
        if (entries.length > 0) await this.rows.stage(tx, entries);
      }
      if (progress.total === 0) throw ruleError('CSV_NO_ROWS', 'The file has a header but no rows');
      return this.addStaged(tx, scopeOf(fields), progress.total);
    });
    const { total, staged, errors } = progress;
    return { added, total, known: staged - added, errors };
  }

  private async addStaged(tx: Tx, scope: SuppressionScope, total: number): Promise<number> {
    const added = await this.rows.addStaged(tx, scope);
    const { campaignId } = scope;
    const change = { action: 'suppression.uploaded', entity: 'suppression', campaignId };
    await this.audit.record(tx, { ...change, details: { added, total } });
    return added;
  }
}

async function entriesOf(
  rows: CsvRow[],
  columns: SuppressionColumns,
  country: string | null,
  progress: Progress,
): Promise<NewSuppression[]> {
  const entries: NewSuppression[] = [];
  await inSlices(rows, ({ line, cells }) => {
    const read = columns.read(cells);
    const made = read.ok ? makeSuppression(read.phoneNumber, country, read) : read;
    if (made.ok) entries.push(made.entry);
    else if (progress.errors.length < MAX_ERRORS) progress.errors.push({ line, error: made.reason });
  });
  progress.total += rows.length;
  if (progress.total > MAX_ROWS) throw tooManyRows();
  progress.staged += entries.length;
  return entries;
}

function tooManyRows(): Error {
  return ruleError(
    'CSV_TOO_MANY_ROWS',
    `The file has more than ${MAX_ROWS.toLocaleString('en')} rows`,
    'Split it and upload the parts one after the other',
  );
}
