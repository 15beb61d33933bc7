/**
 * Whether the time of an answer tells how wrong a key, or a login, is. Against a running API (AUTH_MODE=required):
 *
 *   node tools/check-timing.mjs http://localhost:3000 ck_live_… [<e-mail address> <password>]
 *
 * The key is a viewer's: it is asked of a route for owners, so that the guard refuses it (403) just where it refuses the
 * others (401), and the times are those of the check alone. Each kind is asked for in turn, so that whatever else the
 * machine does meets all of them; medians are compared.
 * The noise is what the right key differs from itself by, in two halves. Ends with 1 where a kind differs by more.
 */
const ROUNDS = 3000;
/** Three failures each: together below what locks an address (100). */
const LOGINS = 30;
/** Below what locks an account (10), and forgotten when it logs in. */
const LOGINS_BETWEEN = 8;
/** Nobody far away can tell such times apart, whatever the noise here. Milliseconds. */
const LEAST_NOISE_MS = 0.05;
const LEAST_LOGIN_NOISE_MS = 5;

const { fetch, performance } = globalThis;
const [base, key, email, password] = process.argv.slice(2);
if (!base || !key) {
  console.error('node tools/check-timing.mjs <base URL> <API key of a viewer> [<e-mail address> <password>]');
  process.exit(2);
}

const changed = (text, at) => text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
const KEYS = {
  'right key': key,
  'right key again': key,
  'last sign but one wrong': changed(key, key.length - 2),
  'first secret sign wrong': changed(key, 21),
  'nothing right but the prefix': `${key.slice(0, 21)}${'x'.repeat(43)}`,
  'an unknown prefix': changed(key, 12),
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function timed(path, options) {
  const began = performance.now();
  const answer = await fetch(`${base}/api/v1${path}`, options);
  await answer.arrayBuffer();
  return { ms: performance.now() - began, status: answer.status };
}

async function measure(kinds, rounds, ask) {
  const times = Object.fromEntries(Object.keys(kinds).map((what) => [what, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [what, value] of Object.entries(kinds)) times[what].push((await ask(value)).ms);
  }
  return Object.fromEntries(Object.entries(times).map(([what, all]) => [what, median(all)]));
}

/** @returns whether every kind is within the noise of the first */
function report(medians, noise) {
  const [first] = Object.values(medians);
  console.log(`noise ${noise.toFixed(3)} ms`);
  const verdicts = Object.entries(medians).map(([what, ms]) => {
    const isWithin = Math.abs(ms - first) <= noise;
    console.log(`${isWithin ? 'ok  ' : 'FAIL'} ${what}: ${ms.toFixed(3)} ms (${(ms - first).toFixed(3)})`);
    return isWithin;
  });
  return verdicts.every(Boolean);
}

const withKey = (text) => timed('/audit', { headers: { 'X-API-Key': text } });
const login = (address, tried) =>
  timed('/auth/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: address, password: tried }),
  });
let asked = 0;
const wrongLogin = async (address) => {
  asked += 1;
  if (address === email && asked % (3 * LOGINS_BETWEEN) === 0) await login(email, password);
  return login(address ?? `nobody-${asked}-${Date.now()}@example.com`, 'a wrong password');
};

if ((await withKey(key)).status !== 403) {
  console.error("The key must be a viewer's.");
  process.exit(2);
}
await measure(KEYS, 200, withKey);
const keys = await measure(KEYS, ROUNDS, withKey);
const noise = Math.max(LEAST_NOISE_MS, 3 * Math.abs(keys['right key'] - keys['right key again']));
let isFine = report(keys, noise);
if (password) {
  const kinds = { 'unknown address': undefined, 'another unknown one': undefined, 'wrong password': email };
  const logins = await measure(kinds, LOGINS, wrongLogin);
  const spread = 3 * Math.abs(logins['unknown address'] - logins['another unknown one']);
  isFine = report(logins, Math.max(LEAST_LOGIN_NOISE_MS, spread)) && isFine;
}
process.exitCode = isFine ? 0 : 1;
