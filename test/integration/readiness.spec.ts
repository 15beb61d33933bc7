import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/common/index.js';
import {
  windowRulesOf,
  zonesOf,
  zonesOfNumber,
  type CallingWindow,
  type RulePackName,
  type Verdict,
} from '../../src/compliance/index.js';
import { ClaimService } from '../../src/dialer/claim.service.js';
import { BlockedLeads } from '../../src/dialer/readiness/blocked-leads.js';
import { insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { insertRow } from '../factories/sql.js';
import { startTestApp, type TestApp } from '../support/app.js';

const ZONES = [
  'Asia/Kolkata',
  'America/New_York',
  'Pacific/Auckland',
  'Europe/London',
  'America/Los_Angeles',
];
/** Of countries with one zone and with many, and of none. */
const NUMBERS = [
  ...[
    '+80012345678',
    '+12125550100',
    '+12135550101',
    '+18085550102',
    '+447700900103',
    '+442079460104',
    '+33639980105',
  ],
  ...['+61491570106', '+18005550107', '+12025550109', '+12065550110', '+13125550111'],
];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '20', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);

const anyWindow: fc.Arbitrary<CallingWindow> = fc
  .record({
    timezone: fc.constantFrom('lead', 'lead', ...ZONES),
    days: fc.subarray([...WEEKDAYS], { minLength: 3 }),
    start: time,
    end: time,
  })
  .filter(({ start, end }) => start !== end)
  .map(({ timezone, ...hours }) => ({ timezone, hours: [hours] }));

interface AnyLead {
  status: 'pending' | 'calling' | 'completed' | 'failed';
  /** Hours from now; null: ready. */
  nextAttempt: number | null;
  isSuppressed: boolean;
  timezone: string | null;
  priority: number;
}

const anyLead: fc.Arbitrary<AnyLead> = fc.record({
  status: fc.constantFrom('pending', 'pending', 'pending', 'pending', 'calling', 'completed', 'failed'),
  nextAttempt: fc.constantFrom(null, null, null, -1, 1),
  isSuppressed: fc.constantFrom(false, false, false, true),
  timezone: fc.constantFrom(null, ...ZONES),
  priority: fc.integer({ min: -2, max: 2 }),
});

const anyCampaign = fc.record({
  window: fc.option(anyWindow, { freq: 6 }),
  pack: fc.constantFrom<RulePackName>('none', 'none', 'us-tcpa', 'uk', 'in'),
  slots: fc.constantFrom(1, 3, 100),
  leads: fc.array(anyLead, { minLength: 1, maxLength: NUMBERS.length }),
});

type AnyCampaign = typeof anyCampaign extends fc.Arbitrary<infer T> ? T : never;
const aLead: AnyLead = {
  status: 'pending',
  nextAttempt: null,
  isSuppressed: false,
  timezone: null,
  priority: 0,
};
const byLeadsFrom = (start: string, end: string): CallingWindow => ({
  timezone: 'lead',
  hours: [{ days: [...WEEKDAYS], start, end }],
});

/** What chance seldom makes: a number that could be anywhere as the first of an open campaign, and hours that no pack allows. */
const RARE: AnyCampaign[] = [
  { window: byLeadsFrom('00:00', '23:59'), pack: 'none', slots: 100, leads: [aLead] },
  { window: byLeadsFrom('22:00', '23:00'), pack: 'us-tcpa', slots: 100, leads: [aLead, aLead] },
];

interface Row {
  id: string;
  phoneNumber: string;
  status: string;
  blockedReason: string | null;
  nextAttemptAt: Date | null;
  reason: string | null;
  dialBefore: Date | null;
}

describe('the claim and its judge', () => {
  let app: TestApp;
  let sql: pg.Pool;

  beforeAll(async () => {
    // An api process has neither tick nor placements: only what the test asks for happens.
    app = await startTestApp({ ROLE: 'api' });
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  const room = <T>(type: abstract new (...args: never[]) => T): T => app.app.get<T>(type, { strict: false });

  /** As the waker goes on until nothing is left to do. */
  async function claimAll(id: string): Promise<void> {
    for (let round = 0; round < 30; round += 1) {
      const claim = await room(ClaimService).claim(id);
      if (claim.metBlocked) await room(BlockedLeads).sweep(id);
      if (!claim.again) return;
    }
    throw new Error('The claim never came to rest');
  }

  async function rowsOf(id: string): Promise<Row[]> {
    const { rows } = await sql.query<Row>(
      `SELECT l.id, l.phone_number AS "phoneNumber", l.status, l.blocked_reason AS "blockedReason",
         l.next_attempt_at AS "nextAttemptAt", l.reason, c.dial_before AS "dialBefore"
       FROM leads l LEFT JOIN calls c ON c.lead_id = l.id WHERE l.campaign_id = $1 ORDER BY l.priority DESC, l.id`,
      [id],
    );
    return rows;
  }

  async function stored(leads: AnyLead[], campaign: Record<string, unknown>): Promise<string> {
    await sql.query('DELETE FROM calls; DELETE FROM leads; DELETE FROM campaigns; DELETE FROM suppressions');
    const id = await insertCampaign(sql, { status: 'active', call_delay: 0, ...campaign });
    for (const [i, { status, nextAttempt, isSuppressed, timezone, priority }] of leads.entries()) {
      const phone_number = NUMBERS[i];
      const next_attempt_at = nextAttempt === null ? null : new Date(Date.now() + nextAttempt * 3_600_000);
      await insertCampaignLead(sql, id, { phone_number, status, next_attempt_at, timezone, priority });
      if (isSuppressed) await insertRow(sql, 'suppressions', { id: newId(), phone_number });
    }
    return id;
  }

  it('should call whom the pure rules allow, first the first, and say of all others why not', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyCampaign, async ({ window, pack, slots, leads }) => {
        const rules = windowRulesOf(window, pack);
        const judge = (lead: AnyLead, number: string, now: Date): Verdict =>
          rules?.verdict(lead.timezone === null ? zonesOfNumber(number) : zonesOf(lead.timezone), now) ?? {
            open: true,
            closesAt: null,
          };
        const judgeAll = () => {
          const now = new Date();
          return leads.map((lead, i) => judge(lead, NUMBERS[i] ?? '', now));
        };
        const campaign = {
          calling_window: window && JSON.stringify(window),
          rule_pack: pack,
          max_concurrent: slots,
        };
        const id = await stored(leads, campaign);
        const verdicts = judgeAll();
        const onAll = rules?.verdictOnAll(new Date());
        await claimAll(id);
        // An edge came by in between: nobody can say which side of it the claim was on.
        if (JSON.stringify(judgeAll()) !== JSON.stringify(verdicts)) return;

        const rows = await rowsOf(id);
        const leadOf = (row: Row) => NUMBERS.indexOf(row.phoneNumber);
        const isReady = (row: Row) => {
          const lead = leads[leadOf(row)];
          return lead?.status === 'pending' && lead.nextAttempt === null;
        };
        const wanted = rows.filter((row) => {
          const lead = leads[leadOf(row)];
          return isReady(row) && !lead?.isSuppressed && verdicts[leadOf(row)]?.open;
        });
        const isAwake = onAll?.open !== false;
        const called = isAwake ? wanted.slice(0, slots) : [];
        const callsMade = rows.filter((row) => row.status === 'calling' && isReady(row));
        expect(callsMade.map((row) => row.phoneNumber)).toEqual(called.map((row) => row.phoneNumber));
        for (const row of callsMade) {
          const verdict = verdicts[leadOf(row)];
          expect(row.dialBefore).toEqual(verdict?.open ? verdict.closesAt : 'closed');
        }
        const others = rows.filter((row) => isReady(row) && row.status !== 'calling');
        for (const row of others) {
          const lead = leads[leadOf(row)];
          const verdict = verdicts[leadOf(row)];
          const isUntouched =
            row.status === 'pending' && row.blockedReason === null && row.nextAttemptAt === null;
          // Nobody got as far as this one.
          if (!isAwake || called.length === slots) {
            if (isUntouched) continue;
          }
          if (lead?.isSuppressed) {
            expect(row).toMatchObject({ status: 'failed', reason: 'suppressed' });
          } else if (verdict?.open === false && verdict.opensAt === null) {
            const reason = verdict.reason === 'unknown_zone' ? 'unknown_zone' : 'never_in_window';
            expect(row).toMatchObject({ status: 'failed', reason });
          } else {
            const until = verdict?.open === false ? verdict.opensAt : 'open';
            expect(row).toMatchObject({ status: 'pending', nextAttemptAt: until });
            expect(row.blockedReason).toBe(verdict?.open === false ? verdict.reason : 'open');
          }
          seen.add(row.reason ?? row.blockedReason ?? '');
        }
        if (callsMade.length > 0) seen.add('called');
        if (!isAwake) {
          seen.add('asleep');
          expect(others.length).toBe(rows.filter(isReady).length);
        }
      }),
      { numRuns: 150, examples: RARE.map((campaign) => [campaign]) },
    );
    const told = [
      'called',
      'asleep',
      'suppressed',
      'outside_window',
      'rule_pack',
      'never_in_window',
      'unknown_zone',
    ];
    expect([...seen]).toEqual(expect.arrayContaining(told));
  });

  it('should wait, not go round and round, while somebody holds the leads that are to be judged anew', async () => {
    const id = await stored([], { has_new_window: true });
    await insertCampaignLead(sql, id, {
      blocked_reason: 'outside_window',
      next_attempt_at: new Date(Date.now() + 3_600_000),
    });
    const holder = await sql.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM leads WHERE campaign_id = $1 FOR UPDATE', [id]);
    const began = performance.now();
    await room(BlockedLeads).sweep(id);
    expect(performance.now() - began).toBeGreaterThan(90);
    expect((await rowsOf(id)).map((row) => row.blockedReason)).toEqual(['outside_window']);
    await holder.query('COMMIT');
    holder.release();
    await claimAll(id);
    expect((await rowsOf(id)).map((row) => row.status)).toEqual(['calling']);
  });
});
