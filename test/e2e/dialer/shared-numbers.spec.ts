import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers, overlaps, timesCalled } from './world.js';

const SETTINGS = { maxConcurrent: 20, callDelay: 0 };

describe('two campaigns over the same numbers, two workers', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({ workers: 2 });
    await fleet.world.carrier({ talkMs: 100 });
  });

  afterAll(async () => {
    await fleet.close();
  });

  it('should never have two calls to one number, and complete both', async () => {
    const { world } = fleet;
    const numbers = fictionalNumbers(200);
    const ids = [
      await world.campaign(SETTINGS, numbers),
      await world.campaign(SETTINGS, numbers.toReversed()),
    ];
    await Promise.all(ids.map((id) => world.start(id)));
    for (const id of ids) await world.until(id, 'completed', 60_000);
    const ledger = await world.ledger();
    expect([...timesCalled(ledger).values()]).toEqual(numbers.map(() => 2));
    expect(overlaps(ledger)).toEqual([]);
    for (const id of ids)
      expect(await world.stats(id)).toMatchObject({ completed: 200, failed: 0, pending: 0 });
  });

  it('should call nobody twice and lose nobody while eight clients pause, stop and delete', async () => {
    const { world } = fleet;
    await fetch(`${fleet.simulator.url}/ledger`, { method: 'DELETE' });
    const numbers = fictionalNumbers(120, 300);
    const id = await world.campaign(SETTINGS, numbers);
    await world.start(id);
    const deleted = new Set<string>();
    let isOver = false;
    const answers: number[] = [];

    async function client(n: number): Promise<void> {
      for (let turn = n; !isOver; turn += 1) {
        const kind = turn % 4;
        if (kind === 0) await halt('pause', 'resume');
        else if (kind === 1) await halt('stop', 'start');
        else if (kind === 2) answers.push((await world.api.put(`/campaigns/${id}`, { callDelay: 0 })).status);
        else answers.push(await deleteOne(n));
      }
    }

    /** Whoever lets it go on waits for a call of it, a second at most: halted every few ms it calls nobody, ever. */
    async function halt(by: 'pause' | 'stop', goOn: 'resume' | 'start'): Promise<void> {
      answers.push((await world.act(id, by)).status, (await world.act(id, goOn)).status);
      const [placed, end] = [await world.placed(), Date.now() + 1000];
      await waitFor(async () => Date.now() >= end || (await world.placed()) > placed);
    }

    async function deleteOne(n: number): Promise<number> {
      interface Lead {
        id: string;
        phoneNumber: string;
      }
      const page = await world.api.get<{ data: Lead[] }>(`/campaigns/${id}/leads?status=pending&limit=20`);
      const lead = page.body.data[n];
      if (!lead || deleted.size >= 20) return page.status;
      const answer = await world.api.delete(`/campaigns/${id}/leads/${lead.id}`);
      if (answer.status === 200) deleted.add(lead.phoneNumber);
      return answer.status;
    }

    const clients = Array.from({ length: 8 }, (_, n) => client(n));
    await waitFor(async () => (await world.placed()) >= 60, { timeoutMs: 40_000, message: '60 placements' });
    isOver = true;
    await Promise.all(clients);
    expect(answers.filter((status) => ![200, 400, 404].includes(status))).toEqual([]);
    if (await world.isIn(id, 'paused')) await world.act(id, 'resume');
    if (await world.isIn(id, 'stopped')) await world.start(id);
    await world.until(id, 'completed', 40_000);

    const ledger = await world.ledger();
    const times = timesCalled(ledger);
    expect([...times.values()].filter((n) => n !== 1)).toEqual([]);
    expect(numbers.filter((number) => !times.has(number) && !deleted.has(number))).toEqual([]);
    expect(ledger.maxOpen).toBeLessThanOrEqual(SETTINGS.maxConcurrent);
  });
});
