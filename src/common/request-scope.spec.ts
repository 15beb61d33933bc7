import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { currentScope, keepScope, outsideScope, runInScope } from './request-scope.js';

async function* readers(ended: string[]): AsyncGenerator<string> {
  try {
    for (let n = 0; n < 50; n += 1) yield await Promise.resolve(currentScope()?.requestId ?? 'none');
  } finally {
    ended.push(currentScope()?.requestId ?? 'none');
  }
}

describe('the scope of a request', () => {
  it('should be left by what is done for the system', async () => {
    const scopes = await runInScope({ requestId: 'one' }, async () => {
      const outside = await outsideScope(async () => {
        await Promise.resolve();
        return currentScope();
      });
      return [outside, currentScope()?.requestId];
    });
    expect(scopes).toEqual([undefined, 'one']);
  });

  it('should be kept by what a stream reads, from wherever it is asked to go on', async () => {
    const ended: string[] = [];
    const kept = runInScope({ requestId: 'one' }, () => keepScope(readers(ended)));
    const stream = Readable.from(kept, { highWaterMark: 1 });
    const read = await runInScope({ requestId: 'another' }, () => stream.toArray());
    expect(new Set(read)).toEqual(new Set(['one']));
    expect(ended).toEqual(['one']);
  });

  it('should be kept where the reading is broken off', async () => {
    const ended: string[] = [];
    const kept = runInScope({ requestId: 'one' }, () => keepScope(readers(ended)));
    for await (const id of kept) {
      expect(id).toBe('one');
      break;
    }
    expect(ended).toEqual(['one']);
  });
});
