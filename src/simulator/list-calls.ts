import { FINAL_STATUSES } from './call-record.js';
import type { CallRecord } from './call-record.js';
import { API_VERSION, callResource } from './call-resource.js';
import type { CallsStore } from './calls-store.js';
import { refusal } from './errors.js';
import { nowMs } from './timers.js';

const FILTERS = ['To', 'From', 'Status', ...dateFilters('StartTime'), ...dateFilters('EndTime')] as const;
const STATUSES: readonly string[] = ['queued', 'ringing', 'in-progress', ...FINAL_STATUSES];
const DAY_MS = 86_400_000;
const LARGEST_PAGE = 1000;

function dateFilters<Name extends string>(name: Name) {
  return [name, `${name}<`, `${name}>`] as const;
}

/**
 * One page of calls, newest first, in Twilio's envelope. A call that never started is in no StartTime filter.
 * @param lagMs calls younger than this are not listed yet: Twilio's lists are eventually consistent
 */
export function listCalls(
  store: CallsStore,
  accountSid: string,
  query: URLSearchParams,
  lagMs = 0,
): Record<string, unknown> {
  const page = readCount(query, 'Page', 0, 0, 1_000_000);
  const pageSize = readCount(query, 'PageSize', 50, 1, LARGEST_PAGE);
  const token = query.get('PageToken');
  const last = token === null ? undefined : store.get(token.replace(/^PA/, ''));
  const matches = matcher(query);
  const listedUntil = lagMs > 0 ? nowMs() - lagMs : Infinity;
  const isListed = (call: CallRecord) => call.placedAt <= listedUntil && (!last || call.serial < last.serial);
  const found = store
    .newestFirst(query.get('To') ?? undefined)
    .filter((call) => isListed(call) && matches(call));

  // With a token the page is counted from its call, so that calls placed meanwhile shift nothing.
  const first = last ? 0 : page * pageSize;
  const shown = found.slice(first, first + pageSize);
  const hasMore = found.length > first + pageSize;
  const uri = (of: number, after?: CallRecord) => pageUri(accountSid, query, pageSize, of, after);
  return {
    calls: shown.map((call) => callResource(call, accountSid)),
    first_page_uri: uri(0),
    next_page_uri: hasMore ? uri(page + 1, shown.at(-1)) : null,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
    page,
    page_size: pageSize,
    start: page * pageSize,
    end: page * pageSize + Math.max(0, shown.length - 1),
    uri: uri(page),
  };
}

function pageUri(
  sid: string,
  query: URLSearchParams,
  pageSize: number,
  page: number,
  after?: CallRecord,
): string {
  const kept = FILTERS.flatMap((name) => query.getAll(name).map((value): [string, string] => [name, value]));
  const params = new URLSearchParams([...kept, ['PageSize', String(pageSize)], ['Page', String(page)]]);
  if (after) params.set('PageToken', `PA${after.sid}`);
  return `/${API_VERSION}/Accounts/${sid}/Calls.json?${params.toString()}`;
}

type Test = (call: CallRecord) => boolean;

function matcher(query: URLSearchParams): Test {
  const tests: Test[] = [
    ...textTest(query.get('From'), (call) => call.request.from),
    ...statusTest(query.get('Status')),
    ...timeTests(query, 'StartTime', (call) => call.dialedAt),
    ...timeTests(query, 'EndTime', (call) => call.endedAt),
  ];
  return (call) => tests.every((test) => test(call));
}

function textTest(wanted: string | null, of: (call: CallRecord) => string): Test[] {
  return wanted ? [(call) => of(call) === wanted] : [];
}

function statusTest(wanted: string | null): Test[] {
  if (!wanted) return [];
  if (!STATUSES.includes(wanted)) throw refusal(20001, 'Status');
  return textTest(wanted, ({ status }) => (status === 'initiated' ? 'queued' : status));
}

/** `Name` = on that day, `Name<` = on or before, `Name>` = on or after; dates and times are UTC, in seconds. */
function timeTests(
  query: URLSearchParams,
  name: string,
  of: (call: CallRecord) => number | undefined,
): Test[] {
  const test = (suffix: string, holds: (time: number, wanted: number) => boolean): Test[] => {
    const text = query.get(name + suffix);
    if (!text) return [];
    const wanted = Date.parse(text);
    if (Number.isNaN(wanted)) throw refusal(20001, name + suffix);
    return [(call) => holds(Math.floor((of(call) ?? NaN) / 1000) * 1000, wanted)];
  };
  return [
    ...test('', (time, wanted) => Math.floor(time / DAY_MS) === Math.floor(wanted / DAY_MS)),
    ...test('<', (time, wanted) => time <= wanted),
    ...test('>', (time, wanted) => time >= wanted),
  ];
}

function readCount(
  query: URLSearchParams,
  name: string,
  otherwise: number,
  min: number,
  max: number,
): number {
  const text = query.get(name) ?? '';
  if (text === '') return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw refusal(20001, name);
  return value;
}
