import { createReadStream } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { CampaignsService } from '../campaigns/index.js';
import { ruleError } from '../common/index.js';
import { inSlices, openCsv, Turns, type CsvRow } from '../imports/index.js';
import { LeadColumns } from './lead-columns.js';
import { LeadGate } from './lead-gate.js';
import { LeadInsertsRepository } from './lead-inserts.repository.js';
import { makeLead, type MadeLead, type NewLead } from './new-lead.js';

/** More than a person corrects by hand. */
const MAX_ERRORS = 100;
/** Each import holds a connection of the pool while it reads; the dialer needs the others. */
const AT_ONCE = 2;

export interface RefusedRow {
  /** The row as it was written, by its headers. */
  row: Record<string, string>;
  /** The line of the file it begins on, from 1. */
  line: number;
  error: string;
}

export interface ImportResult {
  /** Leads that are new. */
  uploaded: number;
  /** Rows of the file, without its header and blank ones. */
  total: number;
  /** Rows left out because the campaign, or the file before them, has their number. */
  duplicates: number;
  /** Rows that cannot be leads; the first 100. */
  errors: RefusedRow[];
}

/** One file on its way in. */
interface Progress {
  total: number;
  staged: number;
  errors: RefusedRow[];
}

/** Leads from a CSV file of any size: all of its good rows, or, when something breaks, none. */
@Injectable()
export class LeadImport {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly campaigns: CampaignsService,
    private readonly gate: LeadGate,
    private readonly inserts: LeadInsertsRepository,
  ) {}

  /**
   * @param path a file on disk
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CSV_NO_PHONE_COLUMN`, `CSV_NO_ROWS`, and those of `openCsv`
   */
  async importFile(campaignId: string, path: string): Promise<ImportResult> {
    const { defaultCountry } = await this.campaigns.require(campaignId);
    return this.turns.take(async () => {
      const file = createReadStream(path);
      try {
        return await this.importStream(campaignId, file, defaultCountry);
      } finally {
        file.destroy();
      }
    });
  }

  private async importStream(
    campaignId: string,
    source: AsyncIterable<Uint8Array>,
    defaultCountry: string | null,
  ): Promise<ImportResult> {
    const { header, batches } = await openCsv(source);
    const columns = new LeadColumns(header.cells);
    const progress: Progress = { total: 0, staged: 0, errors: [] };
    const uploaded = await this.gate.admit(
      campaignId,
      (tx) => this.inserts.insertStaged(tx, campaignId),
      async (tx) => {
        await this.inserts.openStage(tx);
        for await (const rows of batches) {
          const leads = await leadsOf(rows, columns, defaultCountry, progress);
          if (leads.length > 0) await this.inserts.stage(tx, leads);
        }
        if (progress.total === 0) throw ruleError('CSV_NO_ROWS', 'The file has a header but no rows');
      },
    );
    const { total, staged, errors } = progress;
    return { uploaded, total, duplicates: staged - uploaded, errors };
  }
}

async function leadsOf(
  rows: CsvRow[],
  columns: LeadColumns,
  defaultCountry: string | null,
  progress: Progress,
): Promise<NewLead[]> {
  const leads: NewLead[] = [];
  await inSlices(rows, ({ line, cells }) => {
    const made = leadOf(cells, columns, defaultCountry);
    progress.total += 1;
    if (made.ok) leads.push(made.lead);
    else if (progress.errors.length < MAX_ERRORS) {
      progress.errors.push({ row: columns.original(cells), line, error: made.reason });
    }
  });
  progress.staged += leads.length;
  return leads;
}

function leadOf(cells: string[], columns: LeadColumns, defaultCountry: string | null): MadeLead {
  const read = columns.read(cells);
  return read.ok ? makeLead(read.fields, defaultCountry) : read;
}
