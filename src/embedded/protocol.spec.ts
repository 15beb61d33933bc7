import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { receiveReplies, receiveRequests } from './protocol.js';

describe.each([
  ['requests', receiveRequests],
  ['replies', receiveReplies],
])('the connection that carries %s', (_, receive) => {
  it('should break without an uncaught error', async () => {
    const socket = new Socket().on('error', () => undefined);
    let heard = 0;
    receive(socket, () => {
      heard += 1;
    });
    const uncaught: Error[] = [];
    const collect = (error: Error) => uncaught.push(error);
    process.on('uncaughtException', collect);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy(new Error('write EPIPE'));
    await closed;
    process.off('uncaughtException', collect);
    expect({ heard, uncaught }).toEqual({ heard: 0, uncaught: [] });
  });
});
