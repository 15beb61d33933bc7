import { isId } from '../common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** Where the carrier reaches us about one call; the path names it, so that even a lost answer finds its row. */
export const CALL_CALLBACKS_PATH = 'webhooks/twilio/calls';

/** @param publicUrl base URL as the carrier sees it, without a slash at its end */
export function callbackUrls(
  publicUrl: string,
  callId: string,
): { twimlUrl: string; statusCallbackUrl: string } {
  const base = `${publicUrl}/${CALL_CALLBACKS_PATH}/${callId}`;
  return { twimlUrl: `${base}/twiml`, statusCallbackUrl: `${base}/status` };
}

/** What a call's TwiML offered for a key. It travels in the URL, so that it holds whatever became of the campaign since. */
export interface KeyOffer {
  /** The key that suppresses the number. */
  digit: string;
  scope: 'all' | 'campaign';
  /** Whose call it is. */
  workspaceId: string;
}

/** Where the carrier sends a key that was pressed in a call. */
export function keyUrl(publicUrl: string, callId: string, offer: KeyOffer): string {
  const { digit, scope, workspaceId } = offer;
  const query = new URLSearchParams({ digit, scope });
  if (workspaceId !== DEFAULT_WORKSPACE_ID) query.set('workspace', workspaceId);
  return `${publicUrl}/${CALL_CALLBACKS_PATH}/${callId}/keys?${query.toString()}`;
}

/** The offer of such a URL; null when there is none in it. */
export function readKeyOffer(url: string): KeyOffer | null {
  const { searchParams } = new URL(url, 'http://localhost');
  const digit = searchParams.get('digit') ?? '';
  const scope = searchParams.get('scope');
  const workspaceId = searchParams.get('workspace') ?? DEFAULT_WORKSPACE_ID;
  if (digit.length !== 1 || (scope !== 'all' && scope !== 'campaign') || !isId(workspaceId)) return null;
  return { digit, scope, workspaceId };
}
