import { createConfig, lintFromString, type RawUniversalConfig } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnswerJudge } from '../support/openapi/answer-judge.js';
import { operationsOf, type OpenApiDocument } from '../support/openapi/document.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** Redocly's recommended rules, every one an error, but for these. */
const RULES: RawUniversalConfig = {
  extends: ['recommended-strict'],
  rules: {
    // `leads/imports/{importId}` and `leads/{leadId}/explain` meet only where an id is a word, and no id is.
    'no-ambiguous-paths': 'off',
  },
};

let app: TestApp;
let document: OpenApiDocument;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  document = (await (await fetch(`${app.url}/api-docs-json`)).json()) as OpenApiDocument;
});
afterAll(() => app.close());

async function complaintsAbout(source: unknown): Promise<string[]> {
  const problems = await lintFromString({
    source: JSON.stringify(source),
    absoluteRef: 'openapi.json',
    config: await createConfig(RULES),
  });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`,
  );
}

describe('the OpenAPI document', () => {
  it('should have nothing that a linter would say', async () => {
    expect(await complaintsAbout(document)).toEqual([]);
  });

  it('should be looked at by a linter that sees what is wrong', async () => {
    const wrong = structuredClone(document);
    wrong.components.schemas.AgentResponse!.properties!.name = { $ref: '#/components/schemas/Nobody' };
    expect(await complaintsAbout(wrong)).toEqual([
      expect.stringMatching(/^no-unresolved-refs: .*AgentResponse\/properties\/name/),
    ]);
  });

  it('should name for every operation what it may be refused for', () => {
    for (const { method, path, responses } of operationsOf(document)) {
      const always = path.includes('health') ? ['400', '413', '431'] : ['400', '413', '429', '431', '503'];
      expect([method, path, Object.keys(responses)]).toEqual([
        method,
        path,
        expect.arrayContaining(path.includes('{') ? [...always, '404'] : always),
      ]);
    }
  });
});

describe('the documentation of a closed API', () => {
  it('should be served to nobody', async () => {
    const closed = await startTestApp({ ROLE: 'api', API_DOCS: 'off' });
    try {
      for (const path of [
        '/api-docs',
        '/api-docs/',
        '/api-docs-json',
        '/api-docs-yaml',
        '/api-docs/swagger-ui.css',
      ]) {
        const answer = await fetch(closed.url + path);
        expect([path, answer.status]).toEqual([path, 404]);
        expect(await answer.json()).toMatchObject({ success: false, code: 'ROUTE_NOT_FOUND' });
      }
      expect((await closed.get('/campaigns')).status).toBe(200);
    } finally {
      await closed.close();
    }
  });
});

describe('the judge of answers', () => {
  const AGENT = { id: '01930000-0000-7000-8000-000000000000', name: 'Agent' };
  const REFUSAL = { success: false, error: 'x', details: 'x', code: 'X' };
  const JSON_TYPE = 'application/json; charset=utf-8';

  function faultOf(path: string, status: number, body: unknown, type = JSON_TYPE): string | undefined {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return new AnswerJudge(document).faultOf({ method: 'GET', path, status, type, text });
  }

  it('should let pass what the app answers', async () => {
    const created = await app.post<{ data: object }>('/agents', { name: 'Agent' });
    const listed = await app.get('/agents?limit=5');
    expect(faultOf('/api/v1/agents?limit=5', 200, listed.body)).toBeUndefined();
    expect(faultOf(`/api/v1/agents/${AGENT.id}/`, 200, created.body)).toBeUndefined();
    expect(faultOf('/api/v1/nothing', 404, REFUSAL)).toBeUndefined();
  });

  it.each<[string, string, number, unknown, string?]>([
    ['schema', `/api/v1/agents/${AGENT.id}`, 200, { success: true, data: AGENT }],
    ['additional properties', '/api/v1/agents/x', 404, { ...REFUSAL, stack: 'at …' }],
    ['the document knows only', '/api/v1/agents', 202, { success: true, data: [] }],
    ['as "text/html"', '/api/v1/agents', 400, '<html>', 'text/html'],
    ['no JSON', '/api/v1/agents', 400, '{'],
    ['has no operation', '/api/v1/nothing', 200, { success: true, data: [] }],
    ['schema', '/api/v1/nothing', 404, { message: 'Not found', statusCode: 404 }],
  ])('should say %j of %s answering %d', (words, path, status, body, type) => {
    expect(faultOf(path, status, body, type)).toContain(words);
  });
});
