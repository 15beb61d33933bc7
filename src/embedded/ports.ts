import { createServer } from 'node:net';

/** Binds a loopback port for an instant. @returns the port, or undefined where it is taken */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** The wished port if nobody has it, else any free one: clients of a restarted service find it where it was. */
export async function freePort(wished?: number): Promise<number> {
  const port = (wished ? await tryPort(wished) : undefined) ?? (await tryPort(0));
  if (port === undefined) throw new Error('No free port on 127.0.0.1');
  return port;
}
