import { Injectable, Logger } from '@nestjs/common';
import { DomainError, newId, ruleError } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { Audit } from '../../journal/index.js';
import { LeadInsertsRepository } from '../lead-inserts.repository.js';
import { ImportFilesRepository } from './import-files.repository.js';
import { importChange } from './import-change.js';
import { LeadImporter, type ImportProgress, type ImportResult } from './lead-importer.service.js';
import { LeadImportsRepository, type ClaimedImport } from './lead-imports.repository.js';

const BEAT_MS = 1000;
/** A file that ends its worker each time must not end them all. */
const MOST_ATTEMPTS = 10;

type Import = Pick<ClaimedImport, 'id' | 'campaignId'>;

/** What a run that was overtaken or stopped throws, to take back what it wrote. */
class GivenUp extends Error {}

/**
 * Does one queued import from its beginning to its end, in one transaction: the leads, the refused rows, the counters
 * and "completed" are there together or not at all. So a worker that dies leaves nothing, and the next begins anew.
 */
@Injectable()
export class ImportRunner {
  private readonly log = new Logger(ImportRunner.name);
  private readonly stopping = new AbortController();

  constructor(
    private readonly importer: LeadImporter,
    private readonly imports: LeadImportsRepository,
    private readonly files: ImportFilesRepository,
    private readonly inserts: LeadInsertsRepository,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws when Postgres is away or this process stops; the import is then begun again elsewhere */
  async run(id: string): Promise<void> {
    const holder = newId();
    const claimed = this.stopping.signal.aborted ? undefined : await this.imports.claim(id, holder);
    if (!claimed) return;
    try {
      if (claimed.attempts > MOST_ATTEMPTS) throw crashed();
      await this.work(claimed, holder);
    } catch (error) {
      await this.settle(claimed, holder, error);
    }
  }

  /** Gives up what is under way; nothing of it stays. */
  stop(): void {
    this.stopping.abort(new GivenUp('This process stops'));
  }

  private async work({ id, campaignId }: ClaimedImport, holder: string): Promise<void> {
    const progress: ImportProgress = { bytesRead: 0, total: 0, refused: 0 };
    const lost = new AbortController();
    const beating = setInterval(() => {
      this.imports.beat(id, holder, progress).then(
        (isOurs) => isOurs || lost.abort(new GivenUp('Another worker has taken the import over')),
        () => undefined,
      );
    }, BEAT_MS);
    try {
      const job = {
        campaignId,
        source: this.files.read(id),
        signal: AbortSignal.any([lost.signal, this.stopping.signal]),
        onProgress: (now: ImportProgress) => Object.assign(progress, now),
      };
      await this.importer.run(job, (tx, result) => this.record(tx, { id, campaignId }, holder, result));
    } finally {
      clearInterval(beating);
    }
  }

  private async record(tx: Tx, made: Import, holder: string, result: ImportResult): Promise<void> {
    const { id } = made;
    if (!(await this.imports.complete(tx, id, holder, result)))
      throw new GivenUp('The import was taken over');
    if (result.refused > 0) await this.inserts.keepRefused(tx, id);
    await this.files.drop(tx, id);
    await this.audit.recordForSystem(tx, importChange('import.completed', made, result));
  }

  private async settle(made: Import, holder: string, error: unknown): Promise<void> {
    const { id } = made;
    if (error instanceof GivenUp) {
      this.log.log(`Import ${id} is left to another worker: ${error.message}`);
      await this.imports.giveBack(id, holder);
      return;
    }
    if (!(error instanceof DomainError)) throw error;
    await this.database.transaction(async (tx) => {
      await this.imports.fail(tx, id, holder, error.code, error.details ?? error.message);
      await this.files.drop(tx, id);
      const details = { code: error.code };
      await this.audit.recordForSystem(tx, { ...importChange('import.failed', made), details });
    });
  }
}

function crashed(): DomainError {
  return ruleError(
    'IMPORT_CRASHED',
    'The import was given up',
    `It was begun ${MOST_ATTEMPTS} times and never ended`,
  );
}
