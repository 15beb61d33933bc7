import { Injectable, Logger } from '@nestjs/common';
import { CampaignsService } from '../../campaigns/index.js';
import { newId, notFound, type Page, type Paged } from '../../common/index.js';
import { Database } from '../../database/index.js';
import type { ReceivedFile } from '../../imports/index.js';
import { Audit } from '../../journal/index.js';
import { importChange } from './import-change.js';
import { ImportFilesRepository } from './import-files.repository.js';
import { ImportsQueue } from './imports.queue.js';
import type { LeadImport } from './lead-import.entity.js';
import { LeadImporter } from './lead-importer.service.js';
import { LeadImportsRepository } from './lead-imports.repository.js';
import { refusedCsv } from './refused-csv.js';

/** Bytes of a row that holds a piece of a file. */
const CHUNK = 1024 * 1024;

/** Imports as a resource: files that a worker does, and what came of every file. */
@Injectable()
export class LeadImportsService {
  private readonly log = new Logger('Leads');

  constructor(
    private readonly importer: LeadImporter,
    private readonly imports: LeadImportsRepository,
    private readonly files: ImportFilesRepository,
    private readonly queue: ImportsQueue,
    private readonly campaigns: CampaignsService,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Keeps the file in Postgres, where any worker can read it, and queues its import. All of it is kept or nothing.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, and those of `LeadImporter.inspect`
   */
  async enqueue(campaignId: string, file: ReceivedFile): Promise<LeadImport> {
    await this.campaigns.require(campaignId);
    await this.importer.inspect(file.read());
    const made = { id: newId(), campaignId, fileName: file.name, bytes: await file.size() };
    await this.database.transaction(async (tx) => {
      await this.imports.insertQueued(tx, made);
      await this.files.store(tx, made.id, file.read(CHUNK));
      await this.audit.record(tx, importChange('import.queued', made));
    });
    await this.queue.add({ id: made.id, queueSeq: 0 }).catch((error: unknown) => {
      this.log.warn(`Import ${made.id} waits for the tick: ${String(error)}`);
    });
    return this.get(campaignId, made.id);
  }

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `IMPORT_NOT_FOUND` */
  async get(campaignId: string, id: string): Promise<LeadImport> {
    const found = await this.imports.find(campaignId, id);
    if (found) return found;
    await this.campaigns.require(campaignId);
    throw notFound('Import');
  }

  /** Newest first. @throws DomainError `CAMPAIGN_NOT_FOUND` */
  async list(campaignId: string, page: Page): Promise<Paged<LeadImport>> {
    await this.campaigns.require(campaignId);
    return this.imports.list(campaignId, page);
  }

  /** Every row the import refused, as CSV in pieces. @throws DomainError `CAMPAIGN_NOT_FOUND`, `IMPORT_NOT_FOUND` */
  async refused(campaignId: string, id: string): Promise<AsyncIterable<string>> {
    const { header } = await this.get(campaignId, id);
    return refusedCsv(header ?? [], this.files.refusals(id));
  }
}
