import type { WireAnswer, WrongRequest } from '../wrong-input/send.js';
import type { Memory } from './fuzz-world.js';

/** A request and what came of it. */
export interface Sent {
  request: WrongRequest;
  answer: WireAnswer;
  /** Milliseconds from the first byte sent to the last one read. */
  ms: number;
}

const MB = 1024 * 1024;
const SLOWEST = 5;
const SHOWN = 120;

/** Counts what was sent, and says at the end how it went. It keeps no bodies: there are some hundred MB of them. */
export class FuzzBooks {
  private readonly times: number[] = [];
  private readonly classes: Record<string, number> = {};
  private readonly timeOf = new Map<string, number>();
  private slowest: { what: string; ms: number }[] = [];

  get length(): number {
    return this.times.length;
  }

  add({ request, answer, ms }: Sent): void {
    this.times.push(ms);
    const status = answer.status === 0 ? 'none' : `${Math.floor(answer.status / 100)}xx`;
    this.classes[status] = (this.classes[status] ?? 0) + 1;
    this.timeOf.set(request.what, (this.timeOf.get(request.what) ?? 0) + ms);
    const { method, path, body = '' } = request;
    const what = `${method} ${path.slice(0, SHOWN)} ${shown(body)} → ${answer.status}`;
    this.slowest.push({ what, ms });
    this.slowest = this.slowest.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  }

  /** Milliseconds that so many of a hundred took at most. */
  percentile(percent: number): number {
    const sorted = this.times.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
  }

  /** @param seconds that all of it took */
  verdict(before: Memory, after: Memory, seconds: number): string {
    const [[route, total] = ['none', 0]] = [...this.timeOf].toSorted(([, a], [, b]) => b - a);
    const classes = Object.entries(this.classes).toSorted(([a], [b]) => a.localeCompare(b));
    const ms = [50, 99, 100].map((percent) => Math.round(this.percentile(percent)));
    return [
      `fuzz: ${this.length} requests in ${Math.round(seconds)} s; ${classes.map(([status, count]) => `${status}: ${count}`).join(', ')}`,
      `p50 ${ms[0]} ms, p99 ${ms[1]} ms, longest ${ms[2]} ms; most time in all: ${route} (${Math.round(total / 1000)} s)`,
      ...this.slowest.map(({ what, ms: took }) => `  ${Math.round(took)} ms ${what}`),
      `memory in use ${mb(before.used)} → ${mb(after.used)}, of the process ${mb(before.rss)} → ${mb(after.rss)}`,
    ].join('\n');
  }
}

function shown(body: string | Buffer): string {
  return typeof body === 'string' ? body.slice(0, SHOWN) : `(${body.length} bytes)`;
}

function mb(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
