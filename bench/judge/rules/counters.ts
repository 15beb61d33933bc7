import { groupBy } from '../docket.js';
import type { CallFact, CounterFact, Docket, LeadFact, Placed, Violation } from '../evidence.js';

const broken = (sentence: string, evidence: Record<string, unknown>): Violation => ({
  invariant: 9,
  rule: 'counters',
  sentence,
  evidence,
});

/** 9: the counters equal a recount of the rows, and the rows equal what the carrier did. */
export function counters(docket: Docket): Violation[] {
  const leads = groupBy(docket.leads, (lead) => lead.campaignId);
  const calls = groupBy(docket.calls, (call) => call.campaignId);
  const kept = new Map(docket.counters.map((each) => [each.campaignId, each]));
  return [
    ...docket.campaigns.flatMap(({ id }) => {
      const recounted = recount(id, leads.get(id) ?? [], calls.get(id) ?? []);
      return compare(kept.get(id) ?? recount(id, [], []), recounted);
    }),
    ...docket.placed.flatMap(agreesWithCarrier),
  ];
}

function recount(campaignId: string, leads: LeadFact[], calls: CallFact[]): CounterFact {
  const count = (status: string) => leads.filter((lead) => lead.status === status).length;
  const ended = calls.filter((call) => call.endedAt !== null && call.carrierSid !== null);
  const good = ended.filter((call) => call.outcome === 'answered' || call.outcome === 'voicemail');
  return {
    campaignId,
    pending: count('pending'),
    calling: count('calling'),
    completed: count('completed'),
    failed: count('failed'),
    successfulCalls: good.length,
    failedCalls: ended.length - good.length,
    talkMs: good.reduce((sum, call) => sum + (call.durationMs ?? 0), 0),
  };
}

function compare(kept: CounterFact, recounted: CounterFact): Violation[] {
  const names = Object.keys(recounted) as (keyof CounterFact)[];
  const wrong = names.filter((name) => kept[name] !== recounted[name]);
  if (wrong.length === 0) return [];
  const sentence = `The counters of ${kept.campaignId} are wrong in ${wrong.join(', ')}`;
  return [broken(sentence, { kept, recounted })];
}

function agreesWithCarrier({ sid, status, call }: Placed): Violation[] {
  if (call?.carrierSid !== sid || call.endedAt === null || call.status === status) return [];
  return [broken(`The call ${call.id} is ${call.status}, the carrier ended it as ${status}`, { sid, call })];
}
