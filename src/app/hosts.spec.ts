import { describe, expect, it } from 'vitest';
import { isOwn } from './hosts.js';

describe('the host a request is meant for', () => {
  it.each(['localhost', 'localhost:3000', 'LocalHost:1', 'localhost.', 'app.localhost:80', '127.0.0.1:3000'])(
    'should be this machine as %s',
    (host) => expect(isOwn(host)).toBe(true),
  );

  it.each(['127.1:3000', '127.9.8.7', '[::1]', '[::1]:3000', '[0:0::1]:3000', '2130706433'])(
    'should be this machine as %s, however it is written',
    (host) => expect(isOwn(host)).toBe(true),
  );

  it.each([
    ...[
      'evil.example',
      'evil.example:3000',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'notlocalhost',
    ],
    ...[
      '0.0.0.0',
      '128.0.0.1',
      '192.168.0.1',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[fe80::1]',
      'calls.example.com',
    ],
    ...[
      '',
      ':3000',
      'evil.example@localhost',
      'localhost/evil',
      'localhost#',
      'a b',
      '127.0.0.1:99999',
      '[::1',
      '..',
    ],
    ...['127.0.0.1, evil.example', '127.0.0.256', '%6cocalhost'],
  ])('should be another as %j', (host) => expect(isOwn(host)).toBe(false));

  it('should be named, and may be where PUBLIC_URL leads', () => {
    expect(isOwn(undefined)).toBe(false);
    expect(isOwn('calls.example.com:8443', 'calls.example.com')).toBe(true);
    expect(isOwn('evil.calls.example.com', 'calls.example.com')).toBe(false);
  });
});
