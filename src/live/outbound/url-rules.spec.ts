import { describe, expect, it } from 'vitest';
import { judgeUrl } from './url-rules.js';

const CLOSED = { allowPrivate: false };

describe('judgeUrl', () => {
  it.each([
    ['', 'a URL'],
    ['hooks.example.com/x', 'a URL'],
    ['http://hooks.example.com', 'https'],
    ['ftp://hooks.example.com', 'https'],
    ['file:///etc/passwd', 'https'],
    ['gopher://hooks.example.com', 'https'],
    ['https://user:secret@hooks.example.com', 'password'],
    ['https://user@hooks.example.com', 'user name'],
    ['https://hooks.example.com/#x', 'fragment'],
    ['https://hooks.example.com:22/', 'port'],
    ['https://hooks.example.com:80/', 'port'],
    ['https://127.0.0.1/', 'loopback'],
    ['https://2130706433/', 'loopback'],
    ['https://0x7f.1/', 'loopback'],
    ['https://0177.0.0.1/', 'loopback'],
    ['https://127.1/', 'loopback'],
    ['https://169.254.169.254/latest/meta-data/', 'linkLocal'],
    ['https://[::1]/', 'loopback'],
    ['https://[::ffff:127.0.0.1]/', 'loopback'],
    ['https://[::ffff:a9fe:a9fe]/', 'linkLocal'],
    ['https://[fd00:ec2::254]/', 'uniqueLocal'],
    ['https://１２７.０.０.１/', 'loopback'],
  ])('should refuse %s', (url, word) => {
    expect(judgeUrl(url, CLOSED)).toEqual({ ok: false, reason: expect.stringContaining(word) });
  });

  it.each([
    'https://hooks.example.com/calls?team=1',
    'https://hooks.example.com:8443/',
    'https://93.184.216.34/',
    'https://[2606:4700::1111]/',
  ])('should let %s pass', (url) => {
    expect(judgeUrl(url, CLOSED)).toMatchObject({ ok: true });
  });

  it('should let development send anywhere, but no password', () => {
    const open = { allowPrivate: true };
    expect(judgeUrl('http://127.0.0.1:80/hook', open)).toMatchObject({ ok: true });
    expect(judgeUrl('http://a:b@127.0.0.1/', open)).toMatchObject({ ok: false });
    expect(judgeUrl('ftp://127.0.0.1/', open)).toMatchObject({ ok: false });
  });
});
