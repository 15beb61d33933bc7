import { Injectable } from '@nestjs/common';
import type { Suppression } from './suppression.entity.js';
import { SuppressionsRepository, type SuppressionFilter } from './suppressions.repository.js';

const BATCH = 5000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const HEADER = 'phoneNumber,campaignId,reason,source,expiresAt,createdAt\n';

/** The do-not-call list as a CSV file that the upload takes back, in bounded memory. */
@Injectable()
export class SuppressionExport {
  constructor(private readonly suppressions: SuppressionsRepository) {}

  async *csv(filter: SuppressionFilter): AsyncGenerator<string> {
    yield HEADER;
    let after = BEFORE_ALL;
    for (;;) {
      const batch = await this.suppressions.following(after, BATCH, filter);
      const last = batch.at(-1);
      if (!last) return;
      yield batch.map(lineOf).join('');
      after = last.id;
    }
  }
}

function lineOf(entry: Suppression): string {
  const { phoneNumber, campaignId, reason, source, expiresAt, createdAt } = entry;
  const times = [expiresAt?.toISOString() ?? '', createdAt.toISOString()];
  return `${[phoneNumber, campaignId ?? '', quoted(reason), quoted(source), ...times].join(',')}\n`;
}

/** What a spreadsheet would take for a formula is marked as text (OWASP, "CSV Injection"). */
function quoted(text: string | null): string {
  if (text === null) return '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
