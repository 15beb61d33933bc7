import { nowMs } from '../desk.js';
import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';

/** Of all callbacks 30 % are lost, 20 % told twice and 50 % overtaken; each fourth brings a forged one along. */
const CHAOS = [
  { kind: 'forge-callback', share: 0.25 },
  { kind: 'drop-callback', share: 0.3 },
  { kind: 'duplicate-callback', share: 0.2 / 0.7 },
  { kind: 'reorder-callback' },
];

export const callbacks: FaultScenario = {
  name: 'callbacks',
  words: 'callbacks: 30 % dropped, 20 % duplicated, 50 % reordered, forged ones beside them',
  play: async (stage: Stage, { callbackCalls }: Measure) => {
    await stage.carrier({ faults: CHAOS });
    const half = Math.ceil(callbackCalls / 2);
    const retry = { retryFailed: true, retryAttempts: 1, retryDelay: 100 };
    const ids = [
      await stage.draft({ maxConcurrent: 60 }, half),
      await stage.draft({ maxConcurrent: 60, ...retry }, half),
    ];
    await Promise.all(ids.map((id) => stage.desk.start(id)));
    await stage.untilPlaced(callbackCalls);
    stage.lastFaultAt = nowMs();
  },
};
