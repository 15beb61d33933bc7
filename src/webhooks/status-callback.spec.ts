import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStatusCallback } from './status-callback.js';

interface Fixture {
  form: Record<string, string>;
}

const file = new URL('../../test/fixtures/twilio-callbacks.json', import.meta.url);
const { fixtures } = JSON.parse(readFileSync(file, 'utf8')) as { fixtures: Fixture[] };

const ID = '0199f0a2-7c1e-7d4c-9a55-2f6f5f0f6a01';

describe('readStatusCallback', () => {
  it('should read real callbacks, seconds as milliseconds', () => {
    const read = fixtures.map(({ form }) => readStatusCallback(ID, form));
    expect(read).toMatchObject([
      {
        status: 'completed',
        durationMs: 49_000,
        answeredBy: 'human',
        event: { data: { SequenceNumber: '3' } },
      },
      {
        status: 'busy',
        durationMs: 0,
        answeredBy: null,
        sipCode: 486,
        event: { data: { SipResponseCode: '486' } },
      },
    ]);
  });

  it('should keep no number of a person in the event', () => {
    for (const { form } of fixtures) {
      expect(JSON.stringify(readStatusCallback(ID, form)?.event)).not.toContain(form.To);
    }
  });

  it('should make the same key of a repeated callback and another of the next', () => {
    const [first, second] = ['0', '1'].map((SequenceNumber) =>
      readStatusCallback(ID, { CallSid: 'CA1', CallStatus: 'ringing', SequenceNumber }),
    );
    expect(first?.event.dedupeKey).not.toBe(second?.event.dedupeKey);
  });

  it.each<Record<string, string>>([
    {},
    { CallSid: 'CA1' },
    { CallSid: 'CA1', CallStatus: 'dancing' },
    { CallStatus: 'busy' },
  ])('should make nothing of %j', (form) => {
    expect(readStatusCallback(ID, form)).toBeNull();
  });
});
