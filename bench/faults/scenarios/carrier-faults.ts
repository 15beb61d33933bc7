import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';

/** How many requests each fault strikes. */
const SHARE = 0.4;
const LOST_CALLBACKS = { kind: 'drop-callback', share: 0.5 };
/** Within UNKNOWN_GRACE_MS: a call that lists do not show yet must not be given up. Milliseconds. */
const LAG_MS = 2500;

const KINDS: Readonly<Record<string, object[]>> = {
  'http-429': [{ kind: 'http-429', share: SHARE }],
  'http-500': [{ kind: 'http-500', share: SHARE }],
  'http-503': [{ kind: 'http-503', share: SHARE }],
  '500-but-placed': [{ kind: '500-but-placed', share: SHARE }, LOST_CALLBACKS],
  'reset-before-placing': [{ kind: 'reset-before-placing', share: SHARE }],
  'reset-after-placing': [{ kind: 'reset-after-placing', share: SHARE }, LOST_CALLBACKS],
  hang: [{ kind: 'hang', share: SHARE }],
  'hang-but-placed': [{ kind: 'hang-but-placed', share: SHARE }, LOST_CALLBACKS],
  'garbled-201': [{ kind: 'garbled-201', share: SHARE }, LOST_CALLBACKS],
  'list-lag': [
    { kind: 'reset-after-placing', share: SHARE },
    { kind: 'list-lag', delayMs: LAG_MS },
    { kind: 'drop-callback' },
  ],
  'list-refused': [
    { kind: 'reset-after-placing', share: SHARE },
    { kind: 'http-500', match: { on: 'list' }, share: 0.5 },
    { kind: 'http-503', match: { on: 'fetch' }, share: 0.5 },
    LOST_CALLBACKS,
  ],
};

/** One scenario for each way in which the carrier's answers go wrong. */
export const carrierFaults: readonly FaultScenario[] = Object.entries(KINDS).map(([kind, faults]) => ({
  name: `carrier:${kind}`,
  words: `${SHARE * 100} % of the placements meet ${kind}`,
  play: (stage: Stage, measure: Measure) => play(stage, measure, faults),
}));

/** Half with retries, half without. */
async function play(stage: Stage, { carrierCalls }: Measure, faults: object[]): Promise<void> {
  await stage.carrier({ faults });
  const half = Math.ceil(carrierCalls / 2);
  const once = await stage.draft({ maxConcurrent: 25 }, half);
  const retry = { retryFailed: true, retryAttempts: 2, retryDelay: 0 };
  const again = await stage.draft({ maxConcurrent: 25, ...retry }, half);
  await Promise.all([once, again].map((id) => stage.desk.start(id)));
  // The faults last until nearly everybody has been called: the rest shows that it goes on by itself.
  await stage.untilPlaced(Math.floor(carrierCalls * 0.9));
  await stage.carrierMended();
}
