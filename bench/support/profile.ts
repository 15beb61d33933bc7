import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const TOP = 10;
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)/;
const ROOM = /\/dist\/src\/([^/.]+)/;
const NODE = /^node:(?:internal\/)?([^/]+)/;

/** What `node --cpu-prof` writes (the DevTools protocol's Profile); times in microseconds. */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

/**
 * Where the processes whose profiles lie in a folder spent their time, by package, room of ours or part of Node: the ten
 * largest of each, as shares of the time it was not idle. Native work (a write to a socket) stands under its own name.
 */
export async function profileTable(dir: string): Promise<string> {
  const files = (await readdir(dir)).filter((name) => name.endsWith('.cpuprofile')).toSorted();
  const tables = files.map(async (name) =>
    tableOf(name, JSON.parse(await readFile(join(dir, name), 'utf8')) as Profile),
  );
  return (await Promise.all(tables)).join('\n\n');
}

function tableOf(name: string, { nodes, samples, timeDeltas }: Profile): string {
  const placeOf = new Map(nodes.map(({ id, callFrame }) => [id, placeIn(callFrame)]));
  const spent = new Map<string, number>();
  samples.forEach((id, i) => {
    const place = placeOf.get(id) ?? '?';
    spent.set(place, (spent.get(place) ?? 0) + (timeDeltas[i] ?? 0));
  });
  spent.delete('(idle)');
  const busy = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...spent].toSorted(([, a], [, b]) => b - a).slice(0, TOP);
  const lines = rows.map(([place, time]) => `| ${place} | ${((100 * time) / busy).toFixed(1)} % |`);
  return [`${name}: busy for ${(busy / 1e6).toFixed(1)} s`, '| | |', '|---|---|', ...lines].join('\n');
}

function placeIn({ functionName, url }: Profile['nodes'][number]['callFrame']): string {
  const found = PACKAGE.exec(url)?.[1] ?? ROOM.exec(url)?.[1];
  if (found !== undefined) return url.includes('node_modules') ? found : `src/${found}`;
  const part = NODE.exec(url)?.[1];
  return part === undefined ? functionName || '?' : `node:${part}`;
}
