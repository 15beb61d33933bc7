import { readdir, readFile } from 'node:fs/promises';

/** USER_HZ, which Linux fixes for everything it tells of processes. */
const TICKS_PER_S = 100;

/** One process as Linux tells of it. */
export interface ProcessFact {
  pid: number;
  parent: number;
  /** The program's name, 15 characters at most. */
  name: string;
  /** Processor time so far, that of its ended children included. Seconds. */
  cpuS: number;
}

/** Every process of this machine; none where there is no /proc. */
export async function readProcesses(): Promise<ProcessFact[]> {
  const names = await readdir('/proc').catch(() => []);
  const facts = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((pid) => readProcess(pid)));
  return facts.filter((fact) => fact !== undefined);
}

/** See proc(5): the name stands in brackets and may hold anything, so the fields are counted from behind it. */
async function readProcess(pid: string): Promise<ProcessFact | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  return { pid: Number(pid), parent: Number(fields[1]), name, cpuS: ticks / TICKS_PER_S };
}

/** What a process holds in memory, in MB (10^6 bytes); NaN where it cannot be told. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024) / 1e6;
}
