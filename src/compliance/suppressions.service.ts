import { Injectable } from '@nestjs/common';
import { Clock, DomainError, maskPhone, notFound, type Page, type Paged } from '../common/index.js';
import { Database, newRowsWorkspace, type Tx } from '../database/index.js';
import { inSlices } from '../imports/index.js';
import { Audit } from '../journal/index.js';
import type { Suppression } from './suppression.entity.js';
import {
  addition,
  MAX_ERRORS,
  makeSuppression,
  refusePast,
  type SuppressionFields,
} from './suppression-fields.js';
import { SuppressionGate } from './suppression-gate.js';
import {
  SuppressionsRepository,
  type NewSuppression,
  type SuppressionFilter,
  type SuppressionScope,
} from './suppressions.repository.js';

export interface BulkSuppression {
  /** Numbers that were not suppressed so before. */
  added: number;
  /** Numbers in the request. */
  total: number;
  /** Numbers that had their entry already, or came twice. */
  known: number;
  /** Left out because they cannot exist; the first 100. */
  errors: { index: number; error: string }[];
}

/** The do-not-call list: one by one, in bulk; its search and its end. Files are SuppressionImport's. */
@Injectable()
export class SuppressionsService {
  constructor(
    private readonly suppressions: SuppressionsRepository,
    private readonly gate: SuppressionGate,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Suppresses a number. One that is suppressed already keeps its entry, which never ends sooner for it.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `INVALID_PHONE_NUMBER`, `VALIDATION_FAILED`, `SUPPRESSION_UNCONFIRMED`
   */
  async add(phoneNumber: string, fields: SuppressionFields): Promise<Suppression> {
    const country = await this.countryFor(fields);
    const made = makeSuppression(phoneNumber, country, fields);
    if (!made.ok) {
      const errors = [{ field: 'phoneNumber', message: made.reason }];
      throw new DomainError('invalid', 'INVALID_PHONE_NUMBER', 'Invalid phone number', made.reason, errors);
    }
    const scope = scopeOf(fields);
    return this.gate.admit((tx) => this.addOne(tx, scope, made.entry));
  }

  /**
   * Suppresses a list in one transaction; what cannot be a number is left out and reported.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `VALIDATION_FAILED`, `SUPPRESSION_UNCONFIRMED`
   */
  async addMany(phoneNumbers: string[], fields: SuppressionFields): Promise<BulkSuppression> {
    const country = await this.countryFor(fields);
    const entries: NewSuppression[] = [];
    const refused: { index: number; error: string }[] = [];
    await inSlices(phoneNumbers, (text, index) => {
      const made = makeSuppression(text, country, fields);
      if (made.ok) entries.push(made.entry);
      else refused.push({ index, error: made.reason });
    });
    const total = phoneNumbers.length;
    const added = await this.addAll(scopeOf(fields), entries, total);
    const known = entries.length - added;
    return { added, total, known, errors: refused.slice(0, MAX_ERRORS) };
  }

  /** The country that national numbers of a request are of. @throws DomainError `CAMPAIGN_NOT_FOUND`, `VALIDATION_FAILED` */
  async countryFor({ campaignId, country, expiresAt }: SuppressionFields): Promise<string | null> {
    refusePast(expiresAt, this.clock.now());
    if (!campaignId) return country ?? null;
    const campaign = await this.suppressions.campaign(campaignId);
    if (!campaign) throw notFound('Campaign');
    return country ?? campaign.defaultCountry;
  }

  /** Newest first. */
  list(page: Page, filter: SuppressionFilter): Promise<Paged<Suppression>> {
    return this.suppressions.list(page, filter);
  }

  /** @throws DomainError `SUPPRESSION_NOT_FOUND` */
  async get(id: string): Promise<Suppression> {
    const found = await this.suppressions.find(id);
    if (!found) throw notFound('Suppression');
    return found;
  }

  /** The number may be called from now on; leads that failed because of it stay so. @throws DomainError `SUPPRESSION_NOT_FOUND` */
  async delete(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const gone = await this.suppressions.delete(tx, id);
      if (!gone) throw notFound('Suppression');
      const { phoneNumber, campaignId } = gone;
      const before = { ...gone, phoneNumber: maskPhone(phoneNumber) };
      const change = { action: 'suppression.deleted', entity: 'suppression', entityId: id };
      await this.audit.record(tx, { ...change, campaignId, before });
    });
  }

  private async addOne(tx: Tx, scope: SuppressionScope, entry: NewSuppression): Promise<Suppression> {
    const isNew = (await this.suppressions.add(tx, scope, [entry])) === 1;
    await this.audit.record(tx, addition(scope.campaignId, entry, isNew));
    return this.suppressions.added(tx, scope, entry.phoneNumber);
  }

  private addAll(scope: SuppressionScope, entries: NewSuppression[], total: number): Promise<number> {
    if (entries.length === 0) {
      this.audit.changedNothing();
      return Promise.resolve(0);
    }
    return this.gate.admit(async (tx) => {
      const added = await this.suppressions.add(tx, scope, entries);
      const { campaignId } = scope;
      const change = { action: 'suppression.bulk_added', entity: 'suppression', campaignId };
      await this.audit.record(tx, { ...change, details: { added, total } });
      return added;
    });
  }
}

/** What somebody suppresses is about the calls of his workspace. */
export function scopeOf({ campaignId = null }: SuppressionFields): SuppressionScope {
  return { workspaceId: newRowsWorkspace(), campaignId };
}
