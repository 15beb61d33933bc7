import type { ExportColumns } from '../common/http/index.js';
import type { LeadRow } from './lead-list.repository.js';

export const COLUMN_SETS = ['all', 'import'] as const;
export type ColumnSet = (typeof COLUMN_SETS)[number];

/** What an import reads, under the names it knows. */
const IMPORTED: ExportColumns<LeadRow> = {
  phoneNumber: (lead) => lead.phoneNumber,
  name: (lead) => lead.name,
  priority: (lead) => lead.priority,
  metadata: (lead) => lead.metadata,
  timezone: (lead) => lead.timezone,
};

/** Columns of an export of leads; what came of them stands behind what they are. */
export const LEAD_COLUMNS: Readonly<Record<ColumnSet, ExportColumns<LeadRow>>> = {
  import: IMPORTED,
  all: {
    ...IMPORTED,
    id: (lead) => lead.id,
    status: (lead) => lead.status,
    reason: (lead) => lead.reason,
    attempts: (lead) => lead.attempts,
    lastAttemptAt: (lead) => lead.lastAttemptAt,
    nextAttemptAt: (lead) => lead.nextAttemptAt,
    createdAt: (lead) => lead.createdAt,
    updatedAt: (lead) => lead.updatedAt,
  },
};
