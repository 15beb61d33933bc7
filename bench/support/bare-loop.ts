import { Agent, createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Carrier } from './house.js';

/** The same events, TwiML and settings that the app asks for. */
const EVENTS = ['initiated', 'ringing', 'answered', 'completed'];
const TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello.</Say><Hangup/></Response>';
const FROM = '+12025550100';

export interface BareLoopOptions {
  carrier: Carrier;
  numbers: string[];
  slots: number;
  signal: AbortSignal;
}

/**
 * The floor: what this machine allows at best. It posts to the carrier, answers its callbacks and TwiML requests, and
 * fills each slot as its call ends: no database, no queue, no signatures, no memory. Resolves when every call has ended.
 */
export async function runBareLoop(options: BareLoopOptions): Promise<void> {
  const loop = new BareLoop(options);
  try {
    await loop.run();
  } finally {
    loop.close();
  }
}

class BareLoop {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;
  private next = 0;
  private ended = 0;
  private finish = (_error?: Error): void => undefined;

  constructor(private readonly options: BareLoopOptions) {
    this.server = createServer((request, response) => {
      void textOf(request).then((body) => {
        const isTwiml = request.url === '/twiml';
        response.writeHead(isTwiml ? 200 : 204, isTwiml ? { 'Content-Type': 'text/xml' } : {});
        response.end(isTwiml ? TWIML : undefined);
        if (body.includes('CallStatus=completed')) this.callEnded();
      });
    });
  }

  async run(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', 4096, resolve));
    const stop = () => this.finish(new Error('stopped'));
    this.options.signal.addEventListener('abort', stop);
    await new Promise<void>((resolve, reject) => {
      this.finish = (error) => (error === undefined ? resolve() : reject(error));
      for (let slot = 0; slot < this.options.slots; slot += 1) this.placeNext();
    }).finally(() => this.options.signal.removeEventListener('abort', stop));
  }

  close(): void {
    this.agent.destroy();
    this.server.close();
    this.server.closeAllConnections();
  }

  private callEnded(): void {
    this.ended += 1;
    if (this.ended === this.options.numbers.length) this.finish();
    else this.placeNext();
  }

  private placeNext(): void {
    const to = this.options.numbers[this.next];
    this.next += 1;
    if (to !== undefined)
      this.place(to).catch((error: unknown) => {
        this.finish(error instanceof Error ? error : new Error(String(error)));
      });
  }

  private place(to: string): Promise<void> {
    const { apiUrl, accountSid, authToken } = this.options.carrier;
    const { port } = this.server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    const form = new URLSearchParams({ To: to, From: FROM, Url: `${base}/twiml`, Timeout: '30' });
    form.append('StatusCallback', `${base}/status`);
    for (const event of EVENTS) form.append('StatusCallbackEvent', event);
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${apiUrl}/2010-04-01/Accounts/${accountSid}/Calls.json`, {
        method: 'POST',
        agent: this.agent,
        auth: `${accountSid}:${authToken}`,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        const isPlaced = response.statusCode === 201;
        textOf(response).then((text) => {
          if (isPlaced) resolve();
          else reject(new Error(`The carrier answered ${response.statusCode}: ${text}`));
        }, reject);
      });
      request.end(form.toString());
    });
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString('utf8');
}
