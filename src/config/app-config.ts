import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { CHECKPOINTS } from '../common/index.js';
import { isLoopback } from './loopback.js';
import { IsRateTable } from './rate-table.js';

const LOCAL_URL = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** 32 bytes in base64. */
const SECRETS_KEY = /^[A-Za-z0-9+/]{43}=$/;

export function isSecretsKey(text: string | undefined): text is string {
  return text !== undefined && SECRETS_KEY.test(text);
}

function toNumber({ value }: { value: unknown }): unknown {
  return typeof value === 'string' ? Number(value) : value;
}

function toBoolean({ value }: { value: unknown }): unknown {
  if (value === 'true' || value === '1') return true;
  return value === 'false' || value === '0' ? false : value;
}

function toList({ value }: { value: unknown }): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function toObject({ value }: { value: unknown }): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Every address is no address to call: this machine reaches itself by loopback. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** A whole number from the environment, between `min` and `max`. */
function Whole(min: number, max: number): PropertyDecorator {
  return (target, key) => {
    for (const decorate of [Transform(toNumber), IsInt(), Min(min), Max(max)]) decorate(target, key);
  };
}

/** Every setting of the process, named as the variable that sets it. See DESIGN: "Configuration". */
export class AppConfig {
  @Whole(0, 65535) PORT = 3000;
  @IsString() @MinLength(1) HOST = '127.0.0.1';
  /** `api` answers HTTP, `worker` places calls and minds the campaigns, `all` does both. */
  @IsIn(['all', 'api', 'worker']) ROLE: 'all' | 'api' | 'worker' = 'all';
  @IsString() @MinLength(1) DATA_DIR = '.data';
  /** The user's cache folder, where an unpacked Redis is kept; unset: `~/.cache`. */
  @IsOptional() @IsString() @MinLength(1) XDG_CACHE_HOME?: string = undefined;
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must start with postgres://' })
  DATABASE_URL?: string = undefined;
  @Whole(2, 500) DATABASE_POOL_SIZE = 20;
  @IsOptional()
  @Matches(/^rediss?:\/\//, { message: 'REDIS_URL must start with redis://' })
  REDIS_URL?: string = undefined;
  /** Base of the URLs the carrier calls back, as the carrier sees it. */
  @IsOptional() @IsUrl(LOCAL_URL) PUBLIC_URL?: string = undefined;

  @IsOptional()
  @Matches(/^AC[0-9a-fA-F]{32}$/, { message: 'TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits' })
  TWILIO_ACCOUNT_SID?: string = undefined;
  @IsOptional() @IsString() @MinLength(1) TWILIO_AUTH_TOKEN?: string = undefined;
  @Transform(toList)
  @Matches(/^\+[1-9]\d{6,14}$/, {
    each: true,
    message: 'TWILIO_PHONE_NUMBERS must be E.164 numbers separated by commas',
  })
  TWILIO_PHONE_NUMBERS: string[] = [];
  @IsOptional() @IsUrl(LOCAL_URL) TWILIO_API_URL?: string = undefined;
  /** Calls per second the account may place; unset: 1 with Twilio (its own default), no limit with the simulator. */
  @IsOptional() @Transform(toNumber) @IsNumber() @Min(0.01) @Max(1000) CARRIER_CPS?: number = undefined;
  @IsOptional() @Whole(1, 100_000) CARRIER_MAX_CONCURRENT?: number = undefined;
  /** Milliseconds to wait for the carrier's answer to one request. */
  @Whole(100, 120_000) CARRIER_REQUEST_TIMEOUT_MS = 15_000;
  /** Seconds a phone may ring (Twilio's `Timeout`). */
  @Whole(5, 600) RING_TIMEOUT_S = 30;
  /** Seconds a call may last (Twilio's `TimeLimit`). */
  @Whole(10, 14_400) CALL_TIME_LIMIT_S = 600;
  /** Whether the carrier is asked to tell people from answering machines (it costs extra at Twilio). */
  @Transform(toBoolean) @IsBoolean() MACHINE_DETECTION = false;

  /** Percent of a campaign's calls that the carrier may fail before the campaign pauses itself; 0: any number. */
  @Whole(0, 100) CARRIER_BREAKER_PERCENT = 50;
  /** Fewer calls than this say nothing about the carrier. */
  @Whole(1, 500) CARRIER_BREAKER_CALLS = 20;
  /** Seconds looked back. */
  @Whole(1, 3600) CARRIER_BREAKER_WINDOW_S = 120;
  /** Prices a minute by the beginning of a number, before our estimates: `{"1": 0.014, "9198": 0.05, "default": 0.4}`. */
  @Transform(toObject)
  @IsRateTable()
  CALL_RATES: Record<string, number> = {};

  @Whole(0, 65535) SIMULATOR_PORT = 0;
  @Whole(0, 2 ** 31 - 1) SIMULATOR_SEED = 1;
  @Transform(toNumber) @IsNumber() @Min(0.1) @Max(1000) SIMULATOR_SPEED = 1;

  /** Requests one key, user or address may make in a minute; 0 turns all limits off. */
  @Whole(0, 10_000_000) RATE_LIMIT_PER_MINUTE = 3000;
  /** The same for logins, starts (and resumes) of campaigns, and uploads of files, each counted apart. */
  @Whole(1, 10_000_000) RATE_LIMIT_LOGIN_PER_MINUTE = 20;
  @Whole(1, 10_000_000) RATE_LIMIT_START_PER_MINUTE = 120;
  @Whole(1, 10_000_000) RATE_LIMIT_UPLOAD_PER_MINUTE = 60;
  /** Milliseconds without a sign of life after which a request with an Idempotency-Key counts as crashed. */
  @Whole(500, 600_000) IDEMPOTENCY_LEASE_MS = 30_000;
  /** How many proxies stand before the API (Express "trust proxy" hops). */
  @Whole(0, 10) TRUST_PROXY = 0;
  /** Pages that may call the API, e.g. `https://console.example.com`; `*`: any; unset: pages served on this machine. */
  @Transform(toList) @IsString({ each: true }) CORS_ORIGINS: string[] = [];
  /** Swagger UI and the OpenAPI document at /api-docs; unset: only where HOST is loopback. */
  @IsOptional() @IsIn(['on', 'off']) API_DOCS?: 'on' | 'off' = undefined;
  /** Milliseconds for a request's headers, and for its body; an upload: without a byte of it. */
  @Whole(100, 3_600_000) REQUEST_TIMEOUT_MS = 30_000;
  /** `open`: everybody is an owner, on loopback only; `required`: nobody gets in without a key or a token. */
  @IsIn(['open', 'required']) AUTH_MODE: 'open' | 'required' = 'open';
  /** Signs access tokens (HS256), 32 bytes or more, the same in every process. */
  @IsOptional() @IsString() JWT_SECRET?: string = undefined;
  /**
   * Keeps secrets that lie in Postgres: 32 bytes in base64, the same in every process; behind a comma those before it. Unset: made of
   * JWT_SECRET, else kept in DATA_DIR.
   */
  @Transform(toList)
  @Matches(SECRETS_KEY, {
    each: true,
    message: 'SECRETS_KEY must be 32 bytes in base64 (openssl rand -base64 32)',
  })
  SECRETS_KEY: string[] = [];
  /** The `iss` of an outside issuer whose tokens (RS256) are taken too. */
  @IsOptional() @IsString() @MinLength(1) AUTH_ISSUER?: string = undefined;
  /** The `aud` its tokens must have. */
  @IsOptional() @IsString() @MinLength(1) AUTH_AUDIENCE?: string = undefined;
  /** Where its public keys are; https, or http on this machine. */
  @IsOptional() @IsUrl(LOCAL_URL) AUTH_JWKS_URL?: string = undefined;
  /** The claim that holds the role, or roles: a name, or a path like `realm_access.roles`. */
  @IsString() @MinLength(1) AUTH_ROLE_CLAIM = 'role';
  /** The claim that holds the workspace's id; unset: the default workspace. */
  @IsOptional() @IsString() @MinLength(1) AUTH_WORKSPACE_CLAIM?: string = undefined;

  /** The largest file of leads that is taken, in MB (1,048,576 bytes). */
  @Whole(1, 100_000) UPLOAD_MAX_MB = 1024;

  /** For development: events may be sent by http, to any port, and to addresses of this machine and its network. */
  @Transform(toBoolean) @IsBoolean() WEBHOOKS_ALLOW_PRIVATE = false;
  /** Milliseconds for one attempt to tell an event, from the look-up of the name to the end of the answer. */
  @Whole(100, 60_000) WEBHOOKS_TIMEOUT_MS = 10_000;
  /** Milliseconds before the second attempt; each further one waits four times as long as the one before it, 16 h at most. */
  @Whole(1, 60_000) WEBHOOKS_RETRY_MS = 5000;
  /** Days that events and what became of them are kept. */
  @Whole(1, 365) WEBHOOKS_KEEP_DAYS = 7;
  /** Name servers to ask for receivers, e.g. `10.0.0.2:53`; none: as the machine does. */
  @Transform(toList)
  @Matches(/^([0-9.]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/, {
    each: true,
    message: 'WEBHOOKS_DNS_SERVERS must be addresses, each with a port or none, separated by commas',
  })
  WEBHOOKS_DNS_SERVERS: string[] = [];

  @Whole(100, 600_000) RECONCILE_INTERVAL_MS = 2000;
  /** No callback for so long: ask the carrier. */
  @Whole(100, 86_400_000) SILENT_CALL_AFTER_MS = 60_000;
  /** How long an unknown placement is looked for before it is declared not placed. */
  @Whole(100, 86_400_000) UNKNOWN_GRACE_MS = 600_000;

  /** For fault runs: `<checkpoint>:<nth>` ends the process there as kill -9 would. Refused with a real Twilio account. */
  @IsOptional()
  @Matches(new RegExp(`^(${CHECKPOINTS.join('|')}):[1-9]\\d{0,6}$`), {
    message: 'FAULT_POINT must be <checkpoint>:<nth>',
  })
  FAULT_POINT?: string = undefined;

  @IsIn(['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly']) LOG_LEVEL = 'info';
  @IsIn(['json', 'pretty']) LOG_FORMAT: 'json' | 'pretty' = 'pretty';

  /** Where callbacks are sent: `PUBLIC_URL`, else this process's own address. No slash at the end. */
  get publicUrl(): string {
    return (this.PUBLIC_URL ?? `http://${hostInUrl(this.HOST)}:${this.PORT}`).replace(/(?<!\/)\/+$/, '');
  }

  get servesDocs(): boolean {
    return this.API_DOCS === undefined ? isLoopback(this.HOST) : this.API_DOCS === 'on';
  }

  get isWorker(): boolean {
    return this.ROLE !== 'api';
  }
}
