import { describe, expect, it } from 'vitest';
import { askForKey, sayAndHangUp } from './twiml.js';

const XML = '<?xml version="1.0" encoding="UTF-8"?>';

describe('sayAndHangUp', () => {
  it('should say the text, if there is one, and end the call', () => {
    expect(sayAndHangUp('A & B')).toBe(`${XML}<Response><Say>A &amp; B</Say><Hangup/></Response>`);
    expect(sayAndHangUp('  ')).toBe(`${XML}<Response><Hangup/></Response>`);
  });

  it('should leave out what no XML can hold', () => {
    const name = `J\u0007a\u{FFFE}n\uD800e \u{1D11E}`;
    const said = `${XML}<Response><Say>Hello Jane \u{1D11E}</Say><Hangup/></Response>`;
    expect(sayAndHangUp(`Hello ${name}`)).toBe(said);
    expect(sayAndHangUp('\u{FFFF}')).toBe(`${XML}<Response><Hangup/></Response>`);
    expect(askForKey(['\u{FFFF}', name], 'https://app.example')).toContain('<Say>Jane \u{1D11E}</Say>');
  });
});

describe('askForKey', () => {
  it('should take any one key at any time of what is said, for three seconds more, and send it to the URL', () => {
    const twiml = askForKey(['Hello.', '', 'Press 9.'], 'https://app.example/keys?digit=%239&scope=all');
    expect(twiml).toBe(
      `${XML}<Response><Gather numDigits="1" finishOnKey="" timeout="3" method="POST" ` +
        `action="https://app.example/keys?digit=%239&amp;scope=all#rc=5&amp;rp=all">` +
        `<Say>Hello.</Say><Say>Press 9.</Say></Gather><Hangup/></Response>`,
    );
  });
});
