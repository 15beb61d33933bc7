import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository } from '../../campaigns/index.js';
import { ruleError } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { Audit } from '../../journal/index.js';
import { leadInCall } from '../lead.errors.js';
import { LeadHooks, type ErasedPerson } from '../lead.hooks.js';
import { ErasureRepository } from './erasure.repository.js';

/** What was erased. */
export interface Erasure {
  /** In all campaigns of the workspace. */
  leads: number;
}

/**
 * The right to erasure (GDPR, article 17): removes a person, known by a phone number, from the workspace, and leaves what
 * counts. What stays, and why, is in docs/erasure.md.
 */
@Injectable()
export class LeadErasure {
  constructor(
    private readonly database: Database,
    private readonly rows: ErasureRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly hooks: LeadHooks,
    private readonly audit: Audit,
  ) {}

  /**
   * All of it or, while the person is in a call or a file is being imported, nothing.
   * @param phoneNumber E.164
   * @param leadId of whom it was asked, if of one
   * @throws DomainError `LEAD_IN_CALL`, `IMPORT_IN_PROGRESS`
   */
  async erase(phoneNumber: string, leadId: string | null = null): Promise<Erasure> {
    if (!phoneNumber.startsWith('+')) {
      // Of an erased lead it is no number any more: nobody is left to look for.
      this.audit.changedNothing();
      return { leads: 0 };
    }
    return this.database.transaction(async (tx) => {
      const { leads, deltas } = await this.eraseIn(tx, phoneNumber);
      // That somebody was is told, not who: nothing of them is left.
      const change = { action: 'lead.erased', entity: 'lead', entityId: leadId, details: { leads } };
      await this.audit.record(tx, change);
      await this.counters.applyMany(tx, deltas);
      return { leads };
    });
  }

  /** Locks are taken as everywhere: campaigns, leads, calls; counters last. */
  private async eraseIn(tx: Tx, phoneNumber: string) {
    const campaigns = await this.rows.lockCampaigns(tx, phoneNumber);
    const leads = await this.rows.lockLeads(tx, campaigns, phoneNumber);
    if (leads.some(({ isInCall }) => isInCall)) throw leadInCall();
    if (await this.rows.isImporting(tx)) throw importing();
    const ids = leads.map(({ id }) => id);
    const names = [...new Set(leads.flatMap(({ name }) => name ?? []))];
    const person: ErasedPerson = { phoneNumber, names };
    const deltas = await this.rows.eraseLeads(tx, ids);
    await this.rows.eraseCalls(tx, ids, phoneNumber);
    await this.rows.eraseImports(tx, person);
    await this.rows.eraseNotes(tx, person);
    await this.rows.eraseAnswers(tx, person);
    for (const hook of this.hooks.erased.all()) await hook.erase(tx, person);
    return { leads: ids.length, deltas };
  }
}

function importing(): Error {
  return ruleError(
    'IMPORT_IN_PROGRESS',
    'Cannot erase a person while a file of leads is being imported',
    'Its rows could bring the person back: wait until the import ends',
  );
}
