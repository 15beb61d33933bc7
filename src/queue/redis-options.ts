import type { RedisOptions } from 'ioredis';

/**
 * A `redis://` or `rediss://` URL as options, so that Bull makes the connections and closes them again (it leaves those
 * alone that are made for it). Commands fail after two tries, so that a request never hangs while Redis is away; Bull's
 * blocking connections wait as long as it takes.
 */
export function redisOptionsOf(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    db: Number(pathname.slice(1)) || 0,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
    enableReadyCheck: false,
    maxRetriesPerRequest: 2,
    retryStrategy: (tries) => Math.min(tries * 50, 500),
  };
}
