import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTwiml, TwimlError } from './twiml.js';

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
  it('should tell what is nested from what follows', () => {
    const xml =
      '<Response><Gather><Say>Press <emphasis>9</emphasis></Say><Pause/></Gather><Say>Bye</Say></Response>';
    const [gather, say] = parseTwiml(xml);
    expect(gather?.nested.map(({ name, text }) => [name, text])).toEqual([
      ['Say', 'Press 9'],
      ['Pause', ''],
    ]);
    expect(gather?.text).toBe('Press 9');
    expect(say?.text).toBe('Bye');
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
