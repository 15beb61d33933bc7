import { it } from 'vitest';
import { makeUpLeads } from '../file/made-up-leads.js';
import { playThrough } from './virtual-run.js';
import { DEFAULT_SETTINGS } from '../../simulator/index.js';
it('plays', () => {
  let t = performance.now();
  const leads = makeUpLeads({ count: 50000, countries: { US: 5, GB: 3, IN: 2 } }, 1);
  console.log('leads', performance.now() - t); t = performance.now();
  const r = playThrough({
    campaign: { maxConcurrent: 50, callDelay: 0, agentStrategy: 'primary_first', retryFailed: true, retryAttempts: 2, retryDelay: 3600000, retryRules: null,
      callingWindow: { timezone: 'lead', hours: [{ days: ['mon','tue','wed','thu','fri'], start: '09:00', end: '18:00' }] }, rulePack: 'none', localPresence: false, endAt: null, maxAttemptsPerNumber: null, weight: 1, maxCalls: null, maxSpend: null },
    leads, agents: [], account: { maxConcurrent: 60, cps: 5, callerIds: [{ number: '+12025550100', area: { country: 'US', areaCode: '202' }, isActive: true, rest: null, dailyCap: null, usedToday: 0, cps: null, queued: 0 }], rates: {}, ringTimeoutS: 30, callTimeLimitS: 600, machineDetection: true, breaker: { percent: 50, leastCalls: 20, windowS: 120 } },
    carrier: { ...DEFAULT_SETTINGS, talkMs: [30000, 120000] }, playMs: null, start: new Date('2026-11-23T06:00:00Z'), used: { placed: 0, spent: 0 } });
  console.log('run', performance.now() - t);
  const { hours, ...rest } = r;
  console.log(JSON.stringify(rest, null, 1));
  console.table(hours.slice(0, 24).map(({ blocked, ...h }) => ({ ...h, ...blocked })));
}, 60000);
