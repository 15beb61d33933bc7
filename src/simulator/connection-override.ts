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

/** What fragments said so far, since an app says the same on each of its URLs. */
const known = new Map<string, ConnectionOverride>();
const MOST_KNOWN = 100;

/**
 * Splits a webhook URL into what is requested (and signed) and what its fragment says about retries, as in
 * `https://app.example/hook#rc=5&rp=all`. Values out of Twilio's ranges are brought into them.
 * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 * @returns the URL without its fragment, as text and (`address`) parsed
 */
export function splitOverride(url: string): { url: string; address: URL; override: ConnectionOverride } {
  const address = new URL(url);
  const fragment = address.hash;
  address.hash = '';
  const override = known.get(fragment) ?? readOverride(fragment.slice(1));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(fragment, override);
  return { url: address.href, address, override };
}

function readOverride(fragment: string): ConnectionOverride {
  const said = new URLSearchParams(fragment);
  const wanted = (said.get('rp') ?? 'ct').split(',');
  return {
    retries: within(said.get('rc'), 0, 5, 1),
    policies: new Set(POLICIES.filter((policy) => wanted.includes('all') || wanted.includes(policy))),
    connectMs: within(said.get('ct'), 100, 10_000, 5000),
    readMs: within(said.get('rt'), 100, 15_000, 15_000),
    totalMs: within(said.get('tt'), 100, 15_000, 15_000),
  };
}

function within(text: string | null, min: number, max: number, otherwise: number): number {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.round(value))) : otherwise;
}
