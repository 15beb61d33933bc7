export type OptOutScope = 'all' | 'campaign';

export const OPT_OUT_SCOPES: OptOutScope[] = ['all', 'campaign'];

/** The key a person can press in a call of a campaign so as not to be called again. */
export interface OptOut {
  /** One of `0`–`9`, `*`, `#`. */
  digit: string;
  /** What offers the key: a template like a greeting, in which `{{digit}}` is the key. */
  prompt: string;
  /** Said before the call is ended; empty: it is ended without a word. */
  confirmation: string;
  /** Whether the number is suppressed for every campaign, or for this one. */
  scope: OptOutScope;
}

export const DEFAULT_OPT_OUT: OptOut = {
  digit: '9',
  prompt: 'To stop these calls, press {{digit}}.',
  confirmation: 'You will not be called again. Goodbye.',
  scope: 'all',
};

/** What was left out takes its default. */
export function completeOptOut(given: Partial<OptOut>): OptOut {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_OPT_OUT, ...Object.fromEntries(named) };
}
