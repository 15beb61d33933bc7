import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTwiml, talkMs, TwimlError } from './twiml.js';

const codeOf = (xml: string): number | undefined => {
  try {
    parseTwiml(xml);
    return undefined;
  } catch (error) {
    return error instanceof TwimlError ? error.code : -1;
  }
};

describe('parseTwiml', () => {
  it('should read verbs, attributes and text', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
      <!-- a > comment -->
      <Response>
        <Say voice="Polly.Joanna" loop='2'>Tom &amp; &#74;<break time="1s"/>erry<![CDATA[ <3]]></Say>
        <Pause length="3"/><Hangup></Hangup>
      </Response>`;
    const [say, pause, hangup] = parseTwiml(xml);
    expect(say).toMatchObject({ name: 'Say', text: 'Tom & Jerry <3' });
    expect(say?.attributes.get('loop')).toBe('2');
    expect(pause?.attributes.get('length')).toBe('3');
    expect(hangup?.name).toBe('Hangup');
  });
  it.each([
    ['', 12100],
    ['hello', 12100],
    ['<Response>', 12100],
    ['<Response><Say>x</Response>', 12100],
    ['<Response></Response><Response/>', 12100],
    ['<Response/>tail', 12100],
    ['<Response><Say a=1>x</Say></Response>', 12100],
    ['<html><body>Not found</body></html>', 12200],
    ['<Response/>', undefined],
  ])('should judge %j with %s', (xml, code) => {
    expect(codeOf(xml)).toBe(code);
  });
  it('should never fail but with a TwiML error', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'Say',
      '"',
      '=',
      '&',
      ';',
      ' ',
      '<Response>',
      '</Response>',
      '<!--',
    );
    fc.assert(fc.property(fc.array(piece), (pieces) => codeOf(pieces.join('')) !== -1));
  });
});

describe('talkMs', () => {
  const verbs = (inner: string) => parseTwiml(`<Response>${inner}</Response>`);

  it('should take as long as the words and pauses, up to the hang-up', () => {
    expect(talkMs(verbs('<Say>1234567890</Say>'), 9000)).toBe(650);
    expect(talkMs(verbs('<Say loop="2">1234567890</Say><Pause length="2"/>'), 9000)).toBe(3300);
    expect(talkMs(verbs('<Pause/><Hangup/><Connect/>'), 9000)).toBe(1000);
    expect(talkMs(verbs(''), 9000)).toBe(0);
  });
  it('should stay for the open time where the TwiML does not say', () => {
    expect(talkMs(verbs('<Connect><ConversationRelay url="wss://app.example"/></Connect>'), 9000)).toBe(9000);
  });
  it('should keep within the bounds', () => {
    expect(talkMs(verbs('<Connect/>'), 9000, [100, 200])).toBe(200);
    expect(talkMs(verbs('<Hangup/>'), 9000, [100, 200])).toBe(100);
  });
});
