import { describe, expect, it } from 'vitest';
import { DEFAULT_GREETING, placeholdersOf, renderGreeting } from './greeting.js';

const values = {
  name: 'Jane',
  agent: 'Sales Agent',
  metadata: { company: { name: 'Acme' }, seats: 3, tags: ['a'] },
};

describe('renderGreeting', () => {
  it('should fill names and metadata by path', () => {
    const text = renderGreeting(
      'Hi {{name}}, {{ metadata.company.name }} has {{metadata.seats}} seats.',
      values,
    );
    expect(text).toBe('Hi Jane, Acme has 3 seats.');
  });

  it('should leave out what is not there', () => {
    const nobody = { name: null, agent: null, metadata: {} };
    expect(renderGreeting(DEFAULT_GREETING, nobody)).toBe(
      'Hello. This is an automated call. Thank you for your time. Goodbye.',
    );
  });

  it('should speak neither objects nor what is inherited', () => {
    expect(
      renderGreeting('[{{metadata.tags}}{{metadata.constructor.name}}{{metadata.toString}}]', values),
    ).toBe('[]');
  });
});

describe('placeholdersOf', () => {
  it('should list each path once', () => {
    expect(placeholdersOf('{{name}} {{ metadata.a.b }}, {{name}} {{ not one }} {single}')).toEqual([
      'name',
      'metadata.a.b',
    ]);
  });
});
