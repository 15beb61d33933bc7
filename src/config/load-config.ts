import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AppConfig } from './app-config.js';
import { isLoopback } from './loopback.js';

/** A setting that stops the start; its message is one sentence that names the variable. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>;

/** Names in the schema; anything else in the environment is none of our business. */
const NAMES = Object.getOwnPropertyNames(new AppConfig());
/** Variables whose values are never part of a sentence. */
const SECRET = /SECRET|TOKEN|DATABASE_URL|REDIS_URL/;
/** As long as the hash of HS256 (RFC 7518, section 3.2). */
const SECRET_BYTES = 32;

/**
 * Reads and checks the settings: the only reader of `process.env`. An empty variable counts as unset.
 * @throws ConfigError with one sentence naming the first variable that is wrong
 */
export function loadConfig(env: Environment = process.env): AppConfig {
  const given = NAMES.map((name) => [name, env[name]] as const).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const config = plainToInstance(AppConfig, Object.fromEntries(given), { exposeDefaultValues: true });
  const [first] = validateSync(config);
  if (first) {
    const reason = Object.values(first.constraints ?? {})[0] ?? 'is wrong';
    const sentence = reason.startsWith(first.property) ? reason : `${first.property}: ${reason}`;
    const shown = SECRET.test(first.property) ? 'not shown' : `it is "${env[first.property] ?? ''}"`;
    throw new ConfigError(`${sentence} (${shown}).`);
  }
  checkTogether(config);
  return config;
}

/** Rules over more than one variable. */
function checkTogether(config: AppConfig): void {
  const twilio = [config.TWILIO_ACCOUNT_SID, config.TWILIO_AUTH_TOKEN, config.TWILIO_PHONE_NUMBERS[0]];
  if (twilio.some(Boolean) && !twilio.every(Boolean)) {
    throw new ConfigError(
      'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBERS go together: set all three, or none for the simulator.',
    );
  }
  if (config.FAULT_POINT !== undefined && config.TWILIO_ACCOUNT_SID && config.TWILIO_API_URL === undefined) {
    throw new ConfigError(
      'FAULT_POINT is for fault runs on the simulator: unset it where Twilio is configured.',
    );
  }
  checkAccess(config);
}

/** Who may use the API, and from where. A secret is never part of the sentence. */
function checkAccess(config: AppConfig): void {
  const { AUTH_MODE, JWT_SECRET, HOST } = config;
  if (AUTH_MODE === 'open' && !isLoopback(HOST)) {
    throw new ConfigError(
      `HOST ${HOST} is not loopback and AUTH_MODE=open lets anybody place calls: keep HOST on 127.0.0.1, or set AUTH_MODE=required and JWT_SECRET.`,
    );
  }
  if (AUTH_MODE === 'required' && JWT_SECRET === undefined) {
    throw new ConfigError(
      'AUTH_MODE=required needs JWT_SECRET: set it to 32 random bytes or more (openssl rand -base64 48).',
    );
  }
  if (JWT_SECRET !== undefined && Buffer.byteLength(JWT_SECRET) < SECRET_BYTES) {
    throw new ConfigError(
      `JWT_SECRET has fewer than ${SECRET_BYTES} bytes: set it to random ones (openssl rand -base64 48).`,
    );
  }
  checkIssuer(config);
}

function checkIssuer({ AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL }: AppConfig): void {
  const issuer = [AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL];
  if (issuer.some(Boolean) && !issuer.every(Boolean)) {
    throw new ConfigError(
      'AUTH_ISSUER, AUTH_AUDIENCE and AUTH_JWKS_URL go together: set all three, or none.',
    );
  }
  if (AUTH_JWKS_URL === undefined) return;
  const { protocol, hostname } = new URL(AUTH_JWKS_URL);
  if (protocol !== 'https:' && !isLoopback(hostname.replace(/^\[|\]$/g, ''))) {
    throw new ConfigError(
      'AUTH_JWKS_URL must be https: whoever can change it on its way can let anybody in.',
    );
  }
}
