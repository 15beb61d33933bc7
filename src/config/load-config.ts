import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AppConfig } from './app-config.js';
import { isLoopback } from './loopback.js';

/** A setting that stops the start; its message is one sentence that names the variable. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>;

/** Names in the schema; anything else in the environment is none of our business. */
const NAMES = Object.getOwnPropertyNames(new AppConfig());

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
    throw new ConfigError(`${sentence} (it is "${env[first.property] ?? ''}").`);
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
  if (config.AUTH_MODE === 'required') {
    throw new ConfigError('AUTH_MODE=required is not there yet: keys and users come with a later release.');
  }
  if (!isLoopback(config.HOST) && !config.ALLOW_OPEN_BIND) {
    throw new ConfigError(
      `HOST ${config.HOST} is not loopback and AUTH_MODE=open lets anybody place calls: keep HOST on 127.0.0.1, or set ALLOW_OPEN_BIND=true where only you can reach the port.`,
    );
  }
}
