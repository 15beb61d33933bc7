import type { Change } from '../../journal/index.js';
import type { ImportResult } from './lead-importer.service.js';

/** An import, as the audit log tells it: one entry with counts, however many leads. */
export function importChange(
  action: string,
  { id, campaignId }: { id: string; campaignId: string },
  result?: Pick<ImportResult, 'total' | 'stored' | 'refused' | 'duplicates'>,
): Change {
  const { total, stored, refused, duplicates } = result ?? {};
  return {
    action,
    entity: 'import',
    entityId: id,
    campaignId,
    details: result ? { total, stored, refused, duplicates } : null,
  };
}
