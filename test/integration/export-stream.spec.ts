import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sendExport } from '../../src/common/http/index.js';
import { waitFor } from '../support/wait-for.js';

interface Row {
  text: string;
}

const BATCH: Row[] = Array.from({ length: 1000 }, () => ({ text: 'x'.repeat(100) }));

/** An endless export, and what has been read of it. */
class Endless {
  batches = 0;
  hasEnded = false;
  result: Promise<void> | undefined;

  async *rows(): AsyncGenerator<Row[], void, undefined> {
    try {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        this.batches += 1;
        yield BATCH;
      }
    } finally {
      this.hasEnded = true;
    }
  }
}

/** Serves one export to one client, who holds it in `use`. */
async function served(batches: AsyncGenerator<Row[]>, use: (answer: IncomingMessage) => Promise<void>) {
  let result: Promise<void> = Promise.resolve();
  const server = createServer((_request, response) => {
    result = sendExport(response, {
      name: 'rows',
      format: 'csv',
      columns: { text: (row: Row) => row.text },
      batches,
    });
    result.catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.on('error', () => undefined);
    await use(answer);
    return await result;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('sendExport', () => {
  it('should read no further than a client that does not read lets it', async () => {
    const endless = new Endless();
    await served(endless.rows(), async (answer) => {
      let seen = -1;
      const standsStill = () => {
        const before = seen;
        seen = endless.batches;
        return before === seen;
      };
      await waitFor(standsStill, { intervalMs: 300, message: 'the reading to stand still' });
      // The sockets' own buffers take some megabytes, 0.1 MB a batch.
      expect(endless.batches).toBeLessThan(200);
      answer.destroy();
      await waitFor(() => endless.hasEnded);
    });
  });

  it('should end the reading when the client goes away, and take that for no failure', async () => {
    const endless = new Endless();
    const result = await served(endless.rows(), async (answer) => {
      await once(answer, 'data');
      answer.destroy();
      await waitFor(() => endless.hasEnded);
    });
    expect(result).toBeUndefined();
  });

  it('should cut the connection when reading fails in the middle', async () => {
    async function* failing(): AsyncGenerator<Row[], void, undefined> {
      yield BATCH;
      await Promise.reject(new Error('the database is gone'));
    }
    const broken = served(failing(), async (answer) => {
      answer.resume();
      await new Promise((resolve) => answer.once('close', resolve));
      expect(answer.complete).toBe(false);
    });
    await expect(broken).rejects.toThrow('the database is gone');
  });
});
