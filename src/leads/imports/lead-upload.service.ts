import { Injectable } from '@nestjs/common';
import { newId } from '../../common/index.js';
import { Turns, type ReceivedFile } from '../../imports/index.js';
import { Audit } from '../../journal/index.js';
import { LeadInsertsRepository } from '../lead-inserts.repository.js';
import { importChange } from './import-change.js';
import { LeadImporter, type ImportResult } from './lead-importer.service.js';
import { LeadImportsRepository } from './lead-imports.repository.js';

/** Each upload holds a connection of the pool while it is read; the dialer needs the others. */
const AT_ONCE = 2;

export interface UploadOutcome {
  /** Null after a dry run. */
  importId: string | null;
  result: ImportResult;
}

/** Files that are imported while the client waits. */
@Injectable()
export class LeadUpload {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly importer: LeadImporter,
    private readonly imports: LeadImportsRepository,
    private readonly inserts: LeadInsertsRepository,
    private readonly audit: Audit,
  ) {}

  /** @throws DomainError as `LeadImporter.run` does */
  async import(campaignId: string, file: ReceivedFile): Promise<UploadOutcome> {
    const made = { id: newId(), campaignId, fileName: file.name, bytes: await file.size() };
    const result = await this.turns.take(() =>
      this.importer.run({ campaignId, source: file.read() }, async (tx, read) => {
        await this.imports.insertCompleted(tx, made, read);
        if (read.refused > 0) await this.inserts.keepRefused(tx, made.id);
        await this.audit.record(tx, importChange('import.completed', made, read));
      }),
    );
    return { importId: made.id, result };
  }

  /** What `import` would answer; stores nothing. */
  async rehearse(campaignId: string, file: ReceivedFile): Promise<UploadOutcome> {
    const result = await this.turns.take(() => this.importer.rehearse({ campaignId, source: file.read() }));
    this.audit.changedNothing();
    return { importId: null, result };
  }
}
