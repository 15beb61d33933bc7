import { describe, expect, it } from 'vitest';
import { parseTwiml } from './twiml.js';
import { play, within, type Listener } from './twiml-play.js';

const SILENT: Listener = { openMs: 9000, keys: '', keyMs: 1000 };
const playing = (inner: string, listener: Partial<Listener> = {}) =>
  play(parseTwiml(`<Response>${inner}</Response>`), { ...SILENT, ...listener });

describe('play', () => {
  it('should take as long as the words and pauses, up to the hang-up', () => {
    expect(playing('<Say>1234567890</Say>')).toEqual({ ms: 650 });
    expect(playing('<Say loop="2">1234567890</Say><Pause length="2"/>')).toEqual({ ms: 3300 });
    expect(playing('<Pause/><Hangup/><Connect/>')).toEqual({ ms: 1000 });
    expect(playing('')).toEqual({ ms: 0 });
  });

  it('should stay for the open time where the TwiML does not say', () => {
    expect(playing('<Connect><ConversationRelay url="wss://app.example"/></Connect>')).toEqual({ ms: 9000 });
    expect(playing('<Gather input="speech"><Say>Speak</Say></Gather>', { keys: '9' })).toEqual({ ms: 9000 });
  });
});

describe('play, at a Gather', () => {
  const SAID = '<Say>12345678901234567890</Say>'; // 1.3 s
  const gathered = (digits: string, keys = '', over: object = {}) => ({
    digits,
    keys,
    action: '/keys',
    method: 'POST',
    ...over,
  });
  const asked = (attributes: string, listener: Partial<Listener> = {}) =>
    playing(`<Gather action="/keys" ${attributes}>${SAID}</Gather><Say>1234567890</Say><Hangup/>`, listener);

  it('should go on below when nobody presses a key in time', () => {
    expect(asked('')).toEqual({ ms: 1300 + 5000 + 650 });
    expect(asked('timeout="2"', { keys: '9', keyMs: 3300 })).toEqual({ ms: 1300 + 2000 + 650 });
  });

  it('should be interrupted by a key, and send as many digits as are wanted', () => {
    expect(asked('numDigits="1"', { keys: '91' })).toEqual({ ms: 1000, gathered: gathered('9', '1') });
    expect(asked('numDigits="2"', { keys: '912' })).toEqual({ ms: 2000, gathered: gathered('91', '2') });
  });

  it('should wait for more digits until the timeout, or the key that finishes', () => {
    expect(asked('timeout="3"', { keys: '12' })).toEqual({ ms: 2000 + 3000, gathered: gathered('12') });
    expect(asked('', { keys: '12#3' })).toEqual({ ms: 3000, gathered: gathered('12', '3') });
    expect(asked('finishOnKey="*"', { keys: '1#*' })).toEqual({ ms: 3000, gathered: gathered('1#') });
    expect(asked('finishOnKey="" numDigits="1"', { keys: '#' })).toEqual({
      ms: 1000,
      gathered: gathered('#'),
    });
    expect(asked('timeout="1"', { keys: '12', keyMs: 2000 })).toEqual({
      ms: 2000 + 1000,
      gathered: gathered('1', '2'),
    });
  });

  it('should tell of no digits only where that is wished', () => {
    expect(asked('', { keys: '#9' })).toEqual({ ms: 1000 + 650 });
    const wished = 'actionOnEmptyResult="true" method="get"';
    expect(asked(wished)).toEqual({ ms: 6300, gathered: gathered('', '', { method: 'GET' }) });
    expect(asked(wished, { keys: '#9' })).toEqual({
      ms: 1000,
      gathered: gathered('', '9', { method: 'GET' }),
    });
  });
});

describe('within', () => {
  it('should bring a time into its bounds, where there are any', () => {
    expect([within(9000, [100, 200]), within(0, [100, 200]), within(150, [100, 200]), within(7)]).toEqual([
      200, 100, 150, 7,
    ]);
  });
});
