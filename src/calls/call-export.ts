import type { ExportColumns } from '../common/http/index.js';
import type { CallRow } from './calls.repository.js';

/** Columns of an export of calls; `duration` is milliseconds talked, times are UTC. */
export const CALL_COLUMNS: ExportColumns<CallRow> = {
  id: (call) => call.id,
  leadId: (call) => call.leadId,
  phoneNumber: (call) => call.phoneNumber,
  fromNumber: (call) => call.fromNumber,
  agentId: (call) => call.agentId,
  attempt: (call) => call.attempt,
  status: (call) => call.status,
  outcome: (call) => call.outcome,
  answeredBy: (call) => call.answeredBy,
  duration: (call) => call.durationMs,
  errorCode: (call) => call.errorCode,
  errorMessage: (call) => call.errorMessage,
  carrierSid: (call) => call.carrierSid,
  createdAt: (call) => call.createdAt,
  dialedAt: (call) => call.dialedAt,
  answeredAt: (call) => call.answeredAt,
  endedAt: (call) => call.endedAt,
};
