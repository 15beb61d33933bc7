import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';

const LIMIT_MS = 1000;
/** Node looks for late headers as often as that, and the machine may be busy. */
const ENDS_WITHIN_MS = 6000;
const BOUNDARY = 'slow';

let app: TestApp;
let uploadPath: string;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api', REQUEST_TIMEOUT_MS: String(LIMIT_MS) });
  const campaign = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Slow' });
  uploadPath = `/api/v1/campaigns/${campaign.body.data.id}/leads/upload`;
});
afterAll(() => app.close());

interface Talk {
  socket: Socket;
  /** All that came back so far. */
  heard: () => string;
  /** Resolves with the milliseconds it was open. */
  ended: Promise<number>;
}

/** A connection that has said `words` and says no more by itself. */
function say(words: string): Talk {
  const began = performance.now();
  let text = '';
  const socket = connect(app.config.PORT, app.config.HOST);
  socket.write(words);
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(performance.now() - began));
    // A reset after the answer is an end too.
    socket.on('error', () => undefined);
  });
  return { socket, heard: () => text, ended };
}

/** Says it again and again until the other side has enough. */
function drip(talk: Talk, words: string): void {
  const timer = setInterval(() => talk.socket.writable && talk.socket.write(words), LIMIT_MS / 10);
  talk.socket.once('close', () => clearInterval(timer));
}

function head(path: string, headers: string[]): string {
  return [`POST ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}

const JSON_HEAD = ['Content-Type: application/json', 'Content-Length: 100000'];
const FORM_HEAD = [`Content-Type: multipart/form-data; boundary=${BOUNDARY}`, 'Transfer-Encoding: chunked'];
const FILE_HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nphoneNumber,name\n`;

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

describe.concurrent('a slow request', () => {
  it.each<[string, () => string, string?]>([
    ['headers that stop', () => 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow'],
    ['headers that drip', () => 'GET /health HTTP/1.1\r\nHost: localhost\r\n', 'X-A: 1\r\n'],
    ['a body that stops', () => head('/api/v1/agents', JSON_HEAD) + '{"name":'],
    ['a body that drips', () => head('/api/v1/agents', JSON_HEAD) + '{"name":"', 'x'],
    ['an upload that stops', () => head(uploadPath, FORM_HEAD) + chunk(FILE_HEAD)],
    ['a form before its first part', () => head(uploadPath, FORM_HEAD)],
    [
      "a carrier's form that drips",
      () =>
        head('/webhooks/twilio/calls/01930000-0000-7000-8000-000000000000/status', [
          'Content-Type: application/x-www-form-urlencoded',
          'Content-Length: 60000',
        ]),
      'a=1&',
    ],
  ])('should end with 408 in the envelope: %s', async (_what, words, more) => {
    const talk = say(words());
    if (more !== undefined) drip(talk, more);
    const ms = await talk.ended;
    expect(talk.heard()).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(talk.heard().split('\r\n\r\n')[1]!)).toMatchObject({
      success: false,
      code: 'REQUEST_TIMEOUT',
    });
    expect(ms).toBeGreaterThanOrEqual(LIMIT_MS * 0.9);
    expect(ms).toBeLessThan(ENDS_WITHIN_MS);
  });

  it('should be ended where it was refused and trickles on', async () => {
    const talk = say(head('/api/v1/agents', ['Content-Type: text/plain', 'Content-Length: 100000']));
    drip(talk, 'x');
    expect(await talk.ended).toBeLessThan(ENDS_WITHIN_MS);
    expect(talk.heard()).toMatch(/^HTTP\/1\.1 415 /);
  });

  it('should be taken where it is a file that takes longer than the limit, and keeps coming', async () => {
    const talk = say(head(uploadPath, FORM_HEAD) + chunk(FILE_HEAD));
    let rows = 0;
    const numberOf = (n: number) => `+1202555${String(100 + (n % 100)).padStart(4, '0')}`;
    const timer = setInterval(() => {
      talk.socket.write(chunk(`${numberOf(rows)},${createHash('md5').update(String(rows)).digest('hex')}\n`));
      rows += 1;
    }, LIMIT_MS / 5);
    await waitFor(() => rows >= 12, { message: 'twelve rows' });
    clearInterval(timer);
    talk.socket.write(`${chunk(`--${BOUNDARY}--\r\n`.replace(/^/, '\r\n'))}0\r\n\r\n`);
    await waitFor(() => talk.heard().includes('}}'), { message: 'the answer' });
    expect(talk.heard()).toMatch(/^HTTP\/1\.1 201 /);
    expect(talk.heard()).toContain(`"uploaded":${rows}`);
    talk.socket.destroy();
  });

  it('should leave the others alone meanwhile', async () => {
    const slow = Array.from({ length: 200 }, () => say(head('/api/v1/agents', JSON_HEAD)));
    const began = performance.now();
    expect((await app.get('/agents')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(ENDS_WITHIN_MS);
    await Promise.all(slow.map(({ ended }) => ended));
    for (const { heard } of slow) expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
  });
});
