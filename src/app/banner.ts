import { isIPv6 } from 'node:net';
import type { AppConfig } from '../config/index.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** What a person needs to know once it runs: where things are. */
export function bannerOf(config: AppConfig, simulatorUrl?: string, setupToken?: string): string {
  const base = `http://${hostInUrl(config.HOST)}:${config.PORT}`;
  const carrier =
    simulatorUrl === undefined
      ? 'Twilio: calls are real and cost money'
      : `simulated, nobody is called; what rang: ${simulatorUrl}/ledger`;
  return [
    '',
    'Campaign Calling is running',
    `  API      ${base}/api/v1`,
    ...(config.servesDocs ? [`  Docs     ${base}/api-docs`] : []),
    `  Health   ${base}/health`,
    `  Carrier  ${carrier}`,
    `  Access   ${config.AUTH_MODE === 'open' ? 'open: everybody on this machine is an owner' : 'by API key or login'}`,
    ...(setupToken === undefined ? [] : ['', firstOwner(base, setupToken)]),
    '',
  ].join('\n');
}

/** Every address is no address to type: a browser here reaches it by loopback. */
function hostInUrl(host: string): string {
  if (EVERY_ADDRESS.has(host)) return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

/** For the person who starts it first: no log line, which others may read. */
function firstOwner(base: string, token: string): string {
  const body = `{"token":"${token}","email":"you@example.com","password":"at least 12 signs"}`;
  return [
    'There is no user yet. Make the first owner, within a day:',
    `  curl ${base}/api/v1/auth/setup -H 'Content-Type: application/json' -d '${body}'`,
  ].join('\n');
}
