import type { Docket } from './evidence.js';

/** Whether the key against further calls was pressed in a call. */
export function hasOptedOut({ eventsByCall }: Docket, callId: string): boolean {
  return eventsByCall.get(callId)?.some(({ type }) => type === 'call.opted_out') ?? false;
}
