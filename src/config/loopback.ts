const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether only this machine itself reaches what listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}
