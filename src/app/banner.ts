import { isIPv6 } from 'node:net';
import type { AppConfig } from '../config/index.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** What a person needs to know once it runs: where things are. */
export function bannerOf(config: AppConfig, simulatorUrl?: string): string {
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
    '',
  ].join('\n');
}

/** Every address is no address to type: a browser here reaches it by loopback. */
function hostInUrl(host: string): string {
  if (EVERY_ADDRESS.has(host)) return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}
