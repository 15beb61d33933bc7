import { describe, expect, it } from 'vitest';
import { redisOptionsOf } from './redis-options.js';

describe('redisOptionsOf', () => {
  it('should read host, port, database and password', () => {
    expect(redisOptionsOf('redis://:p%40ss@127.0.0.1:6390/3')).toMatchObject({
      host: '127.0.0.1',
      port: 6390,
      db: 3,
      password: 'p@ss',
    });
  });

  it('should read a user, TLS, IPv6 and the default port', () => {
    const options = redisOptionsOf('rediss://me:secret@[::1]');
    expect(options).toMatchObject({ host: '::1', port: 6379, db: 0, username: 'me', tls: {} });
    expect(redisOptionsOf('redis://localhost')).not.toHaveProperty('tls');
  });
});
