import { readProcesses, type ProcessFact } from './proc.js';
import type { House } from './house.js';

/** Whose processor time is told apart; `bench` is this process, with whatever load and floor it makes. */
const PARTIES = ['api', 'workers', 'postgres', 'redis', 'simulator', 'bench'] as const;

export type Party = (typeof PARTIES)[number];
/** Seconds. */
export type ProcessorTime = Record<Party, number>;

/** The processor time each party of a house has used so far. */
export async function processorTime(house: House): Promise<ProcessorTime> {
  const processes = await readProcesses();
  const byPid = new Map(processes.map((fact) => [fact.pid, fact]));
  const time: ProcessorTime = { api: 0, workers: 0, postgres: 0, redis: 0, simulator: 0, bench: 0 };
  for (const fact of processes) {
    const party = partyOf(fact, byPid, house);
    if (party) time[party] += fact.cpuS;
  }
  return time;
}

/** What was used between two readings. */
export function usedBetween(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return mapParties((party) => after[party] - before[party]);
}

export function mapParties(read: (party: Party) => number): ProcessorTime {
  const entries = PARTIES.map((party) => [party, read(party)] as const);
  return Object.fromEntries(entries) as ProcessorTime;
}

/** Postgres and Redis are children of the services' host, and Postgres has children of its own. */
function partyOf(fact: ProcessFact, byPid: Map<number, ProcessFact>, { pids }: House): Party | undefined {
  if (fact.pid === process.pid) return 'bench';
  if (fact.pid === pids.api) return 'api';
  if (pids.workers.includes(fact.pid)) return 'workers';
  if (fact.pid === pids.services) return 'simulator';
  if (!descendsFrom(fact, pids.services, byPid)) return undefined;
  return fact.name.startsWith('redis') ? 'redis' : 'postgres';
}

function descendsFrom(fact: ProcessFact, ancestor: number, byPid: Map<number, ProcessFact>): boolean {
  for (let at = byPid.get(fact.parent); at; at = byPid.get(at.parent)) if (at.pid === ancestor) return true;
  return false;
}
