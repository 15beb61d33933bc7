import { forbids } from '../bans.js';
import { groupBy } from '../docket.js';
import type { Docket, ListOperation, Placed, Violation } from '../evidence.js';

const entryOf = (number: string, campaignId: string | null): string =>
  `${number} ${campaignId ?? 'everywhere'}`;

/** 5: once a suppression has answered, its number is not placed until somebody asks to lift it. Tolerance 0 ms, as for halts. */
export function suppressions({ placed, suppressions: asked }: Docket): Violation[] {
  const byEntry = groupBy(asked, (each) => entryOf(each.phoneNumber, each.campaignId));
  return placed.flatMap((placement) => {
    const scopes = [null, placement.call?.campaignId ?? null];
    const bans = scopes.flatMap((scope) =>
      bansOf(byEntry.get(entryOf(placement.to, scope)) ?? [], placement),
    );
    return bans[0] ? [violationOf(placement, bans[0])] : [];
  });
}

function bansOf(asked: ListOperation[], { placedAt }: Placed): ListOperation[] {
  const lifts = asked.filter(({ action }) => action === 'lift');
  return asked.filter((each) => each.action === 'suppress' && forbids(each, placedAt, lifts));
}

function violationOf({ sid, to, placedAt }: Placed, ban: ListOperation): Violation {
  const late = placedAt - ban.answeredAt;
  return {
    invariant: 5,
    rule: 'suppressions',
    sentence: `The placement ${sid} to ${to} began ${late.toFixed(1)} ms after the number's suppression had answered`,
    evidence: { placedAt, suppression: ban },
  };
}
