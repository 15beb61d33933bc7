/**
 * Holds every request that the app sends to the carrier against Twilio's own OpenAPI definition (README.md).
 * Usage: node tools/twilio-contract/check.mjs --definition <twilio_api_v2010.json> [--prove] [--prism <folder>]
 */
import { mkdtemp, chmod, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { URLSearchParams } from 'node:url';
import { parseArgs } from 'node:util';
import { ACCOUNT_SID, AUTH_TOKEN, buildApp, FROM, startApp } from './app.mjs';
import { KnownParameters } from './parameters.mjs';
import { installPrism, startPrism, waitFor } from './prism.mjs';
import { Recorder } from './recorder.mjs';

const KINDS = ['create', 'create with MachineDetection', 'fetch', 'list', 'cancel', 'hang up'];
const STEP_TIMEOUT_MS = 30_000;
/** Never heard of again (no callback ever comes), so that the app soon asks. */
const SETTINGS = {
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  TWILIO_PHONE_NUMBERS: FROM,
  CARRIER_CPS: '100',
  SILENT_CALL_AFTER_MS: '500',
  RECONCILE_INTERVAL_MS: '500',
};

class Cleanup {
  undos = [];
  add(undo) {
    this.undos.push(undo);
  }
  async run() {
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) {
      await Promise.resolve(undo()).catch((error) => console.error(String(error)));
    }
  }
}

/** A campaign with these numbers, started. @returns its path */
async function startCampaign(app, numbers) {
  const { id } = await app.call('POST', '/campaigns', { name: 'contract', maxConcurrent: 10, callDelay: 0 });
  await app.call('POST', `/campaigns/${id}/leads/bulk`, {
    leads: numbers.map((phoneNumber) => ({ phoneNumber })),
  });
  await app.call('POST', `/campaigns/${id}/start`);
  return `/campaigns/${id}`;
}

const reached = (recorder, kind, count) =>
  waitFor(`${count} × ${kind}`, STEP_TIMEOUT_MS, () => recorder.count(kind) >= count);

/** Placed, a lost answer looked for by its numbers, silent calls asked about, what is still queued canceled, the rest hung up. */
async function exercise(app, recorder) {
  recorder.calls.lost.add('+13125550103');
  const first = await startCampaign(app, ['+13125550101', '+13125550102', '+13125550103']);
  await reached(recorder, 'create', 3);
  await reached(recorder, 'list', 1);
  await reached(recorder, 'fetch', 2);
  await app.call('POST', `${first}/pause`);
  await reached(recorder, 'cancel', 1);

  recorder.calls.status = 'in-progress';
  const second = await startCampaign(app, ['+13125550104', '+13125550105']);
  await reached(recorder, 'create', 5);
  await waitFor('both calls to be talking', STEP_TIMEOUT_MS, async () => {
    const calls = await app.call('GET', `${second}/calls`);
    return calls.filter((call) => call.status === 'in-progress').length === 2;
  });
  await app.call('POST', `${second}/stop?hangup=true`);
  await reached(recorder, 'hang up', 2);
}

async function runApp(folder, recorder, carrierUrl, cleanup) {
  await buildApp();
  const settings = { ...SETTINGS, TWILIO_API_URL: carrierUrl };
  const app = await startApp(join(folder, 'data'), settings, cleanup);
  await exercise(app, recorder);
  await app.stop();
  const detecting = await startApp(join(folder, 'data'), { ...settings, MACHINE_DETECTION: 'true' }, cleanup);
  await startCampaign(detecting, ['+13125550106']);
  await reached(recorder, 'create with MachineDetection', 1);
  await detecting.stop();
}

/** Requests that Twilio would not understand, through the same path: values of the wrong type, a misspelt name. */
async function sendInvalid(carrierUrl) {
  const url = `${carrierUrl}/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`;
  const authorization = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`;
  const valid = { To: '+13125550101', From: FROM, Url: 'http://127.0.0.1/twiml' };
  for (const wrong of [{ Timeout: 'abc' }, { TimeOut: '30' }]) {
    const body = new URLSearchParams({ ...valid, ...wrong });
    const answer = await globalThis.fetch(url, { method: 'POST', headers: { authorization }, body });
    await answer.text();
  }
  const list = await globalThis.fetch(`${url}?PageSize=abc`, { headers: { authorization } });
  await list.text();
}

/** Prints every request. @returns the exit code */
function judge(recorder, isProof) {
  for (const { kind, line, violations } of recorder.requests) {
    console.log(`${kind}: ${line}, ${violations.length} violations`);
    for (const violation of violations) console.log(`    ${violation}`);
  }
  const count = recorder.requests.reduce((sum, request) => sum + request.violations.length, 0);
  const missing = isProof ? [] : KINDS.filter((kind) => recorder.count(kind) === 0);
  for (const kind of missing) console.log(`never sent: ${kind}`);
  console.log(`${recorder.requests.length} requests, ${count} violations`);
  if (!isProof) return count === 0 && missing.length === 0 ? 0 : 1;
  const isSeen = recorder.requests.length === 3 && recorder.requests.every((r) => r.violations.length > 0);
  console.log(isSeen ? 'proved: each invalid request is reported' : 'NOT proved: an invalid request passed');
  return isSeen ? 0 : 1;
}

async function main({ definition, prove, prism }, cleanup) {
  if (process.env.TWILIO_ACCOUNT_SID)
    throw new Error('TWILIO_ACCOUNT_SID is set: unset it, no real carrier here.');
  if (!definition) throw new Error('--definition <twilio_api_v2010.json> is needed');
  const parameters = new KnownParameters(JSON.parse(await readFile(definition, 'utf8')));
  const folder = await mkdtemp(join(tmpdir(), 'twilio-contract-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  // Run by root, the app's Postgres is another user, who must pass through here.
  await chmod(folder, 0o711);
  const cli = await installPrism(prism ? resolve(prism) : join(folder, 'prism'));
  const recorder = new Recorder(await startPrism(cli, resolve(definition), cleanup), parameters);
  const carrierUrl = await recorder.listen();
  cleanup.add(() => recorder.close());
  try {
    if (prove) await sendInvalid(carrierUrl);
    else await runApp(folder, recorder, carrierUrl, cleanup);
  } catch (error) {
    judge(recorder, prove);
    throw error;
  }
  return judge(recorder, prove);
}

const { values } = parseArgs({
  options: {
    definition: { type: 'string' },
    prove: { type: 'boolean', default: false },
    prism: { type: 'string' },
  },
});
const cleanup = new Cleanup();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
}
let code = 1;
try {
  code = await main(values, cleanup);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await cleanup.run();
}
process.exit(code);
