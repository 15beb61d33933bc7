import type { ExportColumns } from '../../common/http/index.js';
import type { AuditRow } from './audit.repository.js';

/** Columns of an export of the audit log; times are UTC. */
export const AUDIT_COLUMNS: ExportColumns<AuditRow> = {
  id: (entry) => entry.id,
  at: (entry) => entry.at,
  actorKind: (entry) => entry.actorKind,
  actorId: (entry) => entry.actorId,
  actorName: (entry) => entry.actorName,
  action: (entry) => entry.action,
  entity: (entry) => entry.entity,
  entityId: (entry) => entry.entityId,
  campaignId: (entry) => entry.campaignId,
  before: (entry) => entry.before,
  after: (entry) => entry.after,
  details: (entry) => entry.details,
  address: (entry) => entry.address,
  requestId: (entry) => entry.requestId,
};
