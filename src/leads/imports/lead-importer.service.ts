import { Injectable } from '@nestjs/common';
import { CampaignsService } from '../../campaigns/index.js';
import { ruleError } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { inSlices, openCsv, type CsvFile, type CsvRow, type TextEncoding } from '../../imports/index.js';
import { LeadColumns } from '../lead-columns.js';
import { LeadGate } from '../lead-gate.js';
import { LeadInsertsRepository } from '../lead-inserts.repository.js';
import { makeLead, type MadeLead } from '../new-lead.js';
import type { LeadStage } from './lead-stage.js';

/** More than a person corrects by hand. */
const MAX_ERRORS = 100;

export interface RefusedRow {
  /** The row as it was written, by its headers. */
  row: Record<string, string>;
  /** The line of the file it begins on, from 1. */
  line: number;
  error: string;
}

/** One file on its way in. */
export interface ImportProgress {
  /** Bytes of the file read so far. */
  bytesRead: number;
  /** Rows without the header and blank ones. */
  total: number;
  refused: number;
}

export interface ImportResult extends ImportProgress {
  /** Leads that are new. */
  stored: number;
  /** Rows left out because the campaign, or the file before them, has their number. */
  duplicates: number;
  /** Rows that cannot be leads; the first 100. */
  errors: RefusedRow[];
  /** The cells of the first line. */
  header: string[];
  delimiter: string;
  encoding: TextEncoding;
}

/** A file to import. */
export interface ImportJob {
  campaignId: string;
  source: AsyncIterable<Uint8Array>;
  /** Told about each batch of rows. */
  onProgress?: (progress: ImportProgress) => void;
  /** Gives the import up: nothing of the file stays. */
  signal?: AbortSignal;
}

/** Writes down, in the transaction of the leads, that they came. */
type Recorder = (tx: Tx, result: ImportResult) => Promise<void>;

/** Leads from a CSV file of any size: all of its good rows, or, when something breaks, none. */
@Injectable()
export class LeadImporter {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly database: Database,
    private readonly gate: LeadGate,
    private readonly inserts: LeadInsertsRepository,
  ) {}

  /**
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CSV_NO_PHONE_COLUMN`, `CSV_NO_ROWS`, and those of `openCsv`; nothing of
   * the file is stored then
   */
  async run(job: ImportJob, record: Recorder): Promise<ImportResult> {
    const file = await this.open(job);
    let result: ImportResult | undefined;
    await this.gate.admit(job.campaignId, async (tx) => {
      const stored = await this.inserts.insertAll(tx, job.campaignId, (stage) => file.readInto(stage));
      result = file.resultOf(stored);
      await record(tx, result);
      return stored;
    });
    return result ?? file.resultOf(0);
  }

  /** What `run` would answer. Nothing is written. @throws DomainError as `run` does */
  async rehearse(job: ImportJob): Promise<ImportResult> {
    const file = await this.open(job);
    return this.database.transaction(async (tx) =>
      file.resultOf(await this.inserts.countAll(tx, job.campaignId, (stage) => file.readInto(stage))),
    );
  }

  /** @throws DomainError where the file as a whole is none, as far as its beginning tells */
  async inspect(source: AsyncIterable<Uint8Array>): Promise<void> {
    const { header, batches } = await openCsv(source);
    new LeadColumns(header.cells);
    for await (const _ of batches) return;
    throw noRows();
  }

  private async open(job: ImportJob): Promise<OpenFile> {
    const { defaultCountry } = await this.campaigns.require(job.campaignId);
    return OpenFile.open(job, defaultCountry);
  }
}

/** A file whose header has been read. */
class OpenFile {
  private readonly errors: RefusedRow[] = [];
  private staged = 0;

  private constructor(
    private readonly job: ImportJob,
    private readonly defaultCountry: string | null,
    private readonly progress: ImportProgress,
    private readonly csv: CsvFile,
    private readonly columns: LeadColumns,
  ) {}

  static async open(job: ImportJob, defaultCountry: string | null): Promise<OpenFile> {
    const progress = { bytesRead: 0, total: 0, refused: 0 };
    const csv = await openCsv(counted(job.source, progress));
    return new OpenFile(job, defaultCountry, progress, csv, new LeadColumns(csv.header.cells));
  }

  async readInto(stage: LeadStage): Promise<void> {
    for await (const rows of this.csv.batches) {
      this.job.signal?.throwIfAborted();
      await inSlices(rows, (row) => this.take(row, stage));
      await stage.flush();
      this.job.onProgress?.(this.progress);
    }
    if (this.progress.total === 0) throw noRows();
  }

  resultOf(stored: number): ImportResult {
    const { csv, errors, progress } = this;
    const { delimiter, header } = csv;
    const duplicates = this.staged - stored;
    return {
      ...progress,
      stored,
      duplicates,
      errors,
      header: header.cells,
      delimiter,
      encoding: csv.encoding(),
    };
  }

  private take({ line, cells }: CsvRow, stage: LeadStage): void {
    this.progress.total += 1;
    const made = this.leadOf(cells);
    if (made.ok) {
      this.staged += 1;
      stage.add(line, made.lead);
      return;
    }
    this.progress.refused += 1;
    stage.refuse(line, made.reason, cells);
    if (this.errors.length >= MAX_ERRORS) return;
    this.errors.push({ row: this.columns.original(cells), line, error: made.reason });
  }

  private leadOf(cells: string[]): MadeLead {
    const read = this.columns.read(cells);
    return read.ok ? makeLead(read.fields, this.defaultCountry) : read;
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  progress: ImportProgress,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    progress.bytesRead += bytes.length;
    yield bytes;
  }
}

function noRows(): Error {
  return ruleError('CSV_NO_ROWS', 'The file has a header but no rows');
}
