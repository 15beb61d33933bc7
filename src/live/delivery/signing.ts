import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Bytes of a key: the specification asks for 24 to 64. */
const KEY_BYTES = 32;
const USER_AGENT = 'campaign-calling-webhooks/1';

/** A new secret, as Standard Webhooks writes them: `whsec_` and the key in base64. */
export function newSecret(): string {
  return `whsec_${randomBytes(KEY_BYTES).toString('base64')}`;
}

/** The headers of one attempt, signed by each secret. @param now the attempt's time, not the event's: old requests are no good */
export function headersOf(id: string, body: string, secrets: string[], now: Date): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'User-Agent': USER_AGENT,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}
