/** When and how often a webhook is tried again. Times in real ms. */
export interface ConnectionOverride {
  /** Attempts after the first, 0–5. */
  retries: number;
  /** What is worth another attempt: no connection (ct), no answer in time (rt), an error status. */
  policies: ReadonlySet<'ct' | 'rt' | '4xx' | '5xx'>;
  connectMs: number;
  readMs: number;
  totalMs: number;
}

const POLICIES = ['ct', 'rt', '4xx', '5xx'] as const;

/**
 * Splits a webhook URL into what is requested (and signed) and what its fragment says about retries, as in
 * `https://app.example/hook#rc=5&rp=all`. Values out of Twilio's ranges are brought into them.
 * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export function splitOverride(url: string): { url: string; override: ConnectionOverride } {
  const parsed = new URL(url);
  const said = new URLSearchParams(parsed.hash.slice(1));
  parsed.hash = '';
  const wanted = (said.get('rp') ?? 'ct').split(',');
  const override = {
    retries: within(said.get('rc'), 0, 5, 1),
    policies: new Set(POLICIES.filter((policy) => wanted.includes('all') || wanted.includes(policy))),
    connectMs: within(said.get('ct'), 100, 10_000, 5000),
    readMs: within(said.get('rt'), 100, 15_000, 15_000),
    totalMs: within(said.get('tt'), 100, 15_000, 15_000),
  };
  return { url: parsed.href, override };
}

function within(text: string | null, min: number, max: number, otherwise: number): number {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.round(value))) : otherwise;
}
