import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';

describe("a campaign's key against further calls", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
  });

  afterAll(async () => {
    await app.close();
  });

  it('should be a setting of the campaign, off unless asked for, with defaults of its own', async () => {
    const made = async (body: object) =>
      (await app.post<{ data: { id: string; optOut: unknown } }>('/campaigns', { name: 'A', ...body })).body
        .data;
    expect((await made({})).optOut).toBeNull();
    const { id, optOut } = await made({ optOut: { digit: '1' } });
    const defaults = {
      prompt: 'To stop these calls, press {{digit}}.',
      confirmation: 'You will not be called again. Goodbye.',
      scope: 'all',
    };
    expect(optOut).toEqual({ digit: '1', ...defaults });
    const put = async (body: object): Promise<unknown> =>
      (await app.put<{ data: { optOut: unknown } }>(`/campaigns/${id}`, body)).body.data.optOut;
    expect(await put({ name: 'B' })).toEqual({ digit: '1', ...defaults });
    expect(await put({ optOut: {} })).toEqual({ digit: '9', ...defaults });
    expect(await put({ optOut: null })).toBeNull();
  });

  it.each([
    [{ digit: 'a' }, 'optOut.digit'],
    [{ digit: '12' }, 'optOut.digit'],
    [{ digit: 9 }, 'optOut.digit'],
    [{ prompt: '  ' }, 'optOut.prompt'],
    [{ prompt: 'x'.repeat(501) }, 'optOut.prompt'],
    [{ confirmation: null }, 'optOut.confirmation'],
    [{ scope: 'workspace' }, 'optOut.scope'],
    [{ key: '9' }, 'optOut.key'],
    [[], 'optOut'],
    ['9', 'optOut'],
  ])('should refuse the setting %j', async (optOut, field) => {
    const answer: Answer<{ code: string; errors: { field: string }[] }> = await app.post('/campaigns', {
      name: 'A',
      optOut,
    });
    expect(answer.status).toBe(400);
    expect([answer.body.code, answer.body.errors.map((error) => error.field)]).toEqual([
      'VALIDATION_FAILED',
      [field],
    ]);
  });
});
