import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import type { Case, LeadRow } from './rows.js';
import type { Blocked, Explanation, Reason } from './told.js';
import type { ExplainWorld } from './world.js';

/** What counts from now has moved on a moment later, so far at most. */
const MOVING = new Set(['caller_ids_paced']);
const MOVED_MS = 10_000;

/** The counts of the campaign tell of the lead what its explanation tells. The carrier goes on meanwhile, so both are asked again where they do not. */
export async function expectBlockedAgrees(world: ExplainWorld, lead: Case): Promise<void> {
  await waitFor(
    async () => {
      const told = await world.explain(lead);
      const [row, blocked] = [await world.rows.lead(lead), await world.blocked(lead.campaignId)];
      expect(blocked.leads).toEqual(await world.rows.byStatus(lead.campaignId));
      if (told.leadStatus === 'pending') expectPending(blocked, row, told, await world.rows.alike(lead));
      else await expectOther(world, blocked, row, lead);
      return true;
    },
    { message: 'the counts to agree', timeoutMs: 5000 },
  );
}

/** A campaign's reasons are reasons of each of its leads; the one that decides is among them, or the lead is counted under it. */
function expectPending(blocked: Blocked, row: LeadRow, told: Explanation, alike: Alike): void {
  for (const reason of blocked.reasons) expectSame(reason, told.reasons);
  const [first] = told.reasons;
  if (blocked.reasons.some(({ code }) => code === first?.code)) return;
  if (row.blockedReason === null) {
    const until = first?.until ?? null;
    expect(blocked.nextInLine.blocked).toContainEqual(
      expect.objectContaining({ reason: first?.code, nextAttemptAt: until }),
    );
    return;
  }
  expect(blocked.waiting).toContainEqual({
    ...{ reason: first?.code, count: alike.count, isCapped: false },
    nextAttemptAt: alike.first?.toISOString(),
  });
}

function expectSame(reason: Reason, told: Reason[]): void {
  const same = told.find(({ code }) => code === reason.code);
  if (!MOVING.has(reason.code)) {
    expect(same).toEqual(reason);
    return;
  }
  expect(same).toMatchObject({ ends: reason.ends });
  const movedMs = Math.abs(Date.parse(reason.until ?? '') - Date.parse(same?.until ?? ''));
  expect(movedMs, `${reason.code} until`).toBeLessThan(MOVED_MS);
}

/** Leads that wait for the same reason. */
interface Alike {
  count: number;
  first: Date | null;
}

async function expectOther(world: ExplainWorld, blocked: Blocked, row: LeadRow, lead: Case): Promise<void> {
  if (row.status === 'calling') {
    expect(blocked.leads.calling).toBeGreaterThan(0);
    return;
  }
  const { status, reason } = row;
  const { count } = await world.rows.alike(lead);
  expect(blocked.ended).toContainEqual({ status, reason, count, isCapped: false });
}
