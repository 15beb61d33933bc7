import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';

const CLIENTS = 8;
const CAMPAIGNS = 4;
const LEADS = 150;
const GAP_MS = 150;
const KILL_GAP_MS = 2500;

interface Lead {
  id: string;
  phoneNumber: string;
}

/** Eight clients at once pause, resume, stop, start, hang up, add and delete leads, suppress and lift, while processes are killed. */
export const operators: FaultScenario = {
  name: 'operators',
  words: `${CLIENTS} clients pause, resume, stop, start, hang up, add and delete leads, suppress and lift at once, with kills between`,
  play,
};

async function play(stage: Stage, { hammerS }: Measure): Promise<void> {
  const shared = stage.take(LEADS / 2);
  for (let nth = 0; nth < CAMPAIGNS; nth += 1) {
    const retry = nth % 2 === 0 ? {} : { retryFailed: true, retryAttempts: 2, retryDelay: 100 };
    await stage.draft({ maxConcurrent: 8, ...retry }, LEADS, nth < 2 ? shared : []);
  }
  await Promise.all(stage.campaigns.map((id) => stage.desk.start(id)));
  const end = performance.now() + hammerS * 1000;
  const isOver = () => performance.now() > end;
  const clients = Array.from({ length: CLIENTS }, () => hammer(stage, isOver));
  await Promise.all([...clients, killSometimes(stage, isOver)]);
  // Their numbers belong to the scenarios after this one too.
  await stage.desk.liftAll();
  await Promise.all(stage.campaigns.map((id) => stage.resumed(id)));
}

async function hammer(stage: Stage, isOver: () => boolean): Promise<void> {
  const { desk, random } = stage;
  while (!isOver()) {
    const id = random.pick(stage.campaigns);
    const acts = [
      () => desk.act(id, 'pause'),
      () => desk.act(id, 'pause', '?hangup=true'),
      () => desk.act(id, 'resume'),
      () => desk.act(id, 'resume'),
      () => desk.act(id, 'resume'),
      () => desk.act(id, 'stop'),
      () => desk.act(id, 'start'),
      () => desk.act(id, 'start'),
      () => desk.addLeads(id, stage.take(2)),
      () => hangUp(stage, id),
      () => suppress(stage, id),
      () => lift(stage),
      () => deleteLead(stage, id),
    ];
    await random.pick(acts)();
    await stage.pause(random.gapMs(GAP_MS));
  }
}

async function hangUp({ desk, random }: Stage, campaignId: string): Promise<void> {
  const path = `/campaigns/${campaignId}/calls?limit=20&status=in-progress`;
  const { body } = await desk.ask<{ data?: { id: string }[] }>('GET', path);
  const calls = body?.data ?? [];
  if (calls.length > 0) await desk.ask('POST', `/calls/${random.pick(calls).id}/hangup`);
}

/** A number that waits or is in a call, for this campaign or for all. */
async function suppress(stage: Stage, campaignId: string): Promise<void> {
  const { desk, random } = stage;
  const lead = await oneOf(stage, campaignId, random.pick(['pending', 'calling']));
  if (lead) await desk.suppress(lead.phoneNumber, random.pick([campaignId, null]));
}

async function lift({ desk, random }: Stage): Promise<void> {
  const entries = await desk.suppressed();
  if (entries.length > 0) await desk.lift(random.pick(entries));
}

async function deleteLead(stage: Stage, campaignId: string): Promise<void> {
  const lead = await oneOf(stage, campaignId, 'pending');
  if (lead) await stage.desk.deleteLead({ ...lead, campaignId });
}

async function oneOf({ desk, random }: Stage, campaignId: string, status: string): Promise<Lead | undefined> {
  const path = `/campaigns/${campaignId}/leads?limit=50&status=${status}`;
  const { body } = await desk.ask<{ data?: Lead[] }>('GET', path);
  const leads = body?.data ?? [];
  return leads.length > 0 ? random.pick(leads) : undefined;
}

async function killSometimes(stage: Stage, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await stage.pause(stage.random.gapMs(KILL_GAP_MS));
    stage.random.pick(stage.crew.all).kill();
    stage.struck();
  }
}
