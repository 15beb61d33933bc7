import { opensLater } from './clock.js';
import type { Evidence, Made } from './setup.js';
import type { ExplainWorld } from './world.js';

/** Why a lead is not called whose campaign sleeps, whatever else there is. */
export const SLEEPING = ['outside_window', 'campaign_asleep'] as const;

/** What is told of a lead beside its campaign, whose window by its own clock opens at this time. */
export function sleepOf(opensAt: string): Record<(typeof SLEEPING)[number], Evidence> {
  const windows = [{ isOpen: false, reason: 'outside_window', opensAt, clocks: [{ timezone: 'UTC' }] }];
  return {
    outside_window: { timezoneFrom: 'number', windows },
    campaign_asleep: { verdict: 'outside_window', callingWindow: { timezone: 'UTC' } },
  };
}

/** A campaign that sleeps, so that it stays active and calls nobody. */
export async function asleep(
  world: ExplainWorld,
  settings: object = {},
): Promise<Pick<Made, 'lead'> & { others: ReturnType<typeof sleepOf> }> {
  const { callingWindow, opensAt } = opensLater('UTC');
  return { lead: await world.lead({ callingWindow, ...settings }), others: sleepOf(opensAt) };
}
