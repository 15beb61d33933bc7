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
