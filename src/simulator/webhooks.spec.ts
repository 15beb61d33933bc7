import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Timers } from './timers.js';
import { Webhooks } from './webhooks.js';

const PARAMS = { CallSid: 'CA1' };

describe('Webhooks', () => {
  let server: Server;
  let answer: RequestListener;
  let requests: IncomingMessage[];
  const timers = new Timers();
  let webhooks: Webhooks;

  beforeEach(async () => {
    requests = [];
    webhooks = new Webhooks('a-token', timers);
    server = createServer((request, response) => {
      requests.push(request);
      request.resume().once('end', () => answer(request, response));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    webhooks.close();
    timers.clear();
    server.closeAllConnections();
    server.close();
  });

  /** Without Twilio's own retries, unless `override` asks for them. */
  const send = (override = 'rc=0') => {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/hook#${override}`;
    return webhooks.send({ url, method: 'POST', params: PARAMS });
  };

  it('should send afresh what went out over a kept connection that was just closed', async () => {
    answer = (_, response) => response.writeHead(204).end();
    expect((await send()).status).toBe(204);
    const [kept] = requests.map(({ socket }) => socket);
    // Its client is free for the next request when this turn of the loop is over.
    await new Promise((resolve) => setImmediate(resolve));
    answer = (request, response) => {
      if (request.socket === kept) request.socket.destroy();
      else response.writeHead(200, { 'Content-Type': 'text/plain' }).end('heard');
    };
    expect(await send()).toEqual({ status: 200, contentType: 'text/plain', body: 'heard' });
    expect(requests.map(({ socket }) => socket === kept)).toEqual([true, true, false]);
  });

  it('should send once where a new connection is closed without an answer', async () => {
    answer = (request) => request.socket.destroy();
    await expect(send()).rejects.toMatchObject({ kind: 'rt' });
    expect(requests).toHaveLength(1);
  });

  it('should give up where no answer comes in time', async () => {
    answer = () => undefined;
    await expect(send('rc=0&rt=100')).rejects.toMatchObject({ kind: 'rt', message: 'no answer in time' });
    expect(requests).toHaveLength(1);
  });

  it('should read no more than 64 kB of an answer', async () => {
    answer = (_, response) => response.end('x'.repeat(64 * 1024 + 1));
    await expect(send()).rejects.toMatchObject({ kind: 'rt', message: 'the answer is longer than 64 kB' });
  });
});
