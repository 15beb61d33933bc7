import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { sendBytes } from '../wrong-input/send.js';

/** However large: what is refused costs nothing. Milliseconds. */
const REFUSED_WITHIN_MS = 2000;
const POST = 'POST /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
/** What another reader would take for a request of its own. */
const SMUGGLED = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
});
afterAll(() => app.close());

describe('a request that two readers would end in two places', () => {
  it.each<[string, string]>([
    ['a length and chunks', `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks and a length', `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${POST}Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n`],
    ['two lengths in one', `${POST}Content-Length: 0, ${SMUGGLED.length}\r\n\r\n`],
    ['a length with a sign', `${POST}Content-Length: +0\r\n\r\n`],
    ['a length in hexadecimal', `${POST}Content-Length: 0x0\r\n\r\n`],
    ['a coding that is none', `${POST}Transfer-Encoding: xchunked\r\n\r\n`],
    ['chunks before another coding', `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a blank before the colon', `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['a header on two lines', `${POST}Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`],
    ['a chunk size beyond all numbers', `${POST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`],
    ['a chunk size with a sign', `${POST}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n`],
    ['a bare line feed in a chunk', `${POST}Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n`],
    ['a carriage return in a header', `${POST}X-A: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ])('should be refused once and nothing after it read: %s', async (_what, bytes) => {
    const heard = await sendBytes(app.url, bytes + SMUGGLED);
    const statuses = [...heard.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map((match) => match[1]);
    expect(statuses).toEqual(['400']);
    expect(heard).not.toContain('is running');
    expect(JSON.parse(heard.split('\r\n\r\n')[1]!)).toMatchObject({ success: false });
  });
});

describe('a bomb of small things', () => {
  it.each<[string, string, number]>([
    ['1,200 parameters', Array.from({ length: 1200 }, (_, n) => `a${n}=1`).join('&'), 400],
    ['one parameter a thousand times', 'page=1&'.repeat(1500), 400],
    ['endless brackets', `a${'[b]'.repeat(3000)}=1`, 400],
    ['percent signs', `search=${'%25'.repeat(4000)}`, 400],
    ['a query beyond all headers', 'x'.repeat(20_000), 431],
  ])('should be refused at once: %s', async (_what, query, status) => {
    const began = performance.now();
    const answer = await fetch(`${app.url}/api/v1/campaigns?${query}`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ success: false });
    expect(performance.now() - began).toBeLessThan(REFUSED_WITHIN_MS);
  });

  it.each<[string, string]>([
    ['many headers', 'X-A: 1\r\n'.repeat(6000)],
    ['many cookies', `Cookie: ${'a=1; '.repeat(5000)}\r\n`],
    ['one header', `X-A: ${'x'.repeat(20_000)}\r\n`],
  ])('should be refused at once: %s', async (_what, headers) => {
    const heard = await sendBytes(app.url, `GET /health HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
    expect(JSON.parse(heard.split('\r\n\r\n')[1]!)).toMatchObject({ code: 'HEADERS_TOO_LARGE' });
  });

  it('should be refused in words that arrive, however much is still being sent', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    const write = promisify((bytes: string, done: (error?: Error | null) => void) =>
      socket.write(bytes, done),
    );
    await write(`${POST}Content-Length: 8000000\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`);
    // Whoever sends a large body reads nothing before it is gone.
    for (let n = 0; n < 80; n += 1) await write('x'.repeat(100_000));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 [^]*"HEADERS_TOO_LARGE"/);
  });

  it('should get no body where it asked for none', async () => {
    const heard = await sendBytes(
      app.url,
      `HEAD /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
    expect(heard.split('\r\n\r\n')[1]).toBe('');
  });
});

describe('a search', () => {
  it.each([
    ['digits', '1'.repeat(60) + 'x'],
    ['digits and blanks', '1 '.repeat(40) + 'x'],
    ['brackets', '('.repeat(80) + '!'],
    ['wildcards', '%_'.repeat(40)],
    ['backslashes', '\\'.repeat(80)],
  ])('should take no longer for %s', async (_what, text) => {
    const campaign = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Searched' });
    const began = performance.now();
    const { status } = await app.get(
      `/campaigns/${campaign.body.data.id}/leads?search=${encodeURIComponent(text)}`,
    );
    expect(performance.now() - began).toBeLessThan(REFUSED_WITHIN_MS);
    expect([200, 400]).toContain(status);
  });
});
