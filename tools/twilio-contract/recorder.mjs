import { once } from 'node:events';
import { createServer } from 'node:http';
import { URLSearchParams } from 'node:url';
import { PlayedCalls } from './played-calls.mjs';

/** Said by the connection, not by the request. */
const HOP_HEADERS = new Set(['host', 'connection', 'content-length', 'accept-encoding']);

/**
 * Stands between the app and Prism: forwards each request, notes what Prism found wrong with it, and gives Prism's
 * example answers the life that the app needs (a SID of its own for each call, a status that moves on).
 */
export class Recorder {
  /** One for each request: {kind, line, violations}. */
  requests = [];
  calls = new PlayedCalls();

  constructor(prismUrl, parameters) {
    this.prismUrl = prismUrl;
    this.parameters = parameters;
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error) => {
        this.requests.push({ kind: 'failed', line: request.url, violations: [String(error)] });
        response.destroy();
      });
    });
  }

  /** @returns its base URL */
  async listen() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  count(kind) {
    return this.requests.filter((request) => request.kind === kind).length;
  }

  async handle(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url, this.prismUrl);
    const answer = await this.forward(request, url, body);
    const form = new URLSearchParams(body);
    const violations = [
      ...answer.violations,
      ...this.parameters.unknown(request.method, url.pathname, [...url.searchParams.keys(), ...form.keys()]),
    ];
    const kind = kindOf(request.method, url.pathname, form);
    const line = `${request.method} ${url.pathname}${url.search} ${body} → ${answer.status}`;
    this.requests.push({ kind, line, violations });
    const isValid = answer.violations.length === 0;
    const played = isValid ? this.calls.play(kind, url, form, answer.json) : answer.json;
    // The app loses the answer: it must look for the call by its numbers.
    if (played === undefined) return response.destroy();
    response.writeHead(isValid && answer.status >= 400 ? 200 : answer.status, {
      'Content-Type': 'application/json',
    });
    response.end(JSON.stringify(played));
  }

  async forward(request, url, body) {
    const headers = Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name));
    const answer = await globalThis.fetch(url, {
      method: request.method,
      headers,
      body: request.method === 'GET' ? undefined : body,
    });
    const json = await answer.json();
    const header = answer.headers.get('sl-violations');
    return { status: answer.status, json, violations: violationsOf(answer.status, json, header) };
  }
}

/**
 * What Prism says of a request: in its own error document, or in a header where it answers all the same. It also finds
 * Twilio's own example of a list to be invalid (its `uri` is a path) and answers 500: not the request's fault.
 */
function violationsOf(status, json, header) {
  const found = [...(json.validation ?? []), ...(header ? JSON.parse(header) : [])];
  const ofRequest = found.filter(({ location }) => location?.[0] !== 'response');
  if (found.length === 0 && status >= 400) return [json.title ?? `answered ${status}`];
  return ofRequest.map(({ location, message }) => `${(location ?? []).join('.')}: ${message}`);
}

function kindOf(method, path, form) {
  const isOne = /\/Calls\/[^/]+\.json$/.test(path);
  if (method === 'GET') return isOne ? 'fetch' : 'list';
  if (!isOne) return form.has('MachineDetection') ? 'create with MachineDetection' : 'create';
  return form.get('Status') === 'canceled' ? 'cancel' : 'hang up';
}
