import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CreateCampaignDto } from '../../campaigns/index.js';
import { invalidInput, toMicros } from '../../common/index.js';
import { createValidationPipe } from '../../common/http/index.js';
import { callingAreaOf, parsePhoneNumber, type CreatePhoneNumberDto } from '../../compliance/index.js';
import { AppConfig } from '../../config/index.js';
import type { CallerId } from '../../dialer/index.js';
import {
  applyPatch,
  DEFAULT_SETTINGS,
  readSettings,
  sayMs,
  SettingsError,
  type Settings,
} from '../../simulator/index.js';
import { breakerOf } from '../account.js';
import type { Scenario, VirtualAccount, VirtualCampaign } from '../virtual/scenario.js';
import { readLeads } from './file-leads.js';
import { SimulationFileDto, type AccountDto } from './simulation-file.dto.js';

/** Called from where a file names no numbers: kept for fiction. */
const FICTIONAL_CALLER_ID = '+12025550100';
const CARRIER_FIELDS = ['odds', 'seed', 'queueMs', 'ringMs', 'talkMs', 'keys', 'numbers'] as const;

/** What a file says is to be played. */
export interface Simulation {
  scenario: Scenario;
  name: string;
  /** Rows and entries of the leads that were left out. */
  refusedLeads: number;
}

/** @throws DomainError `VALIDATION_FAILED`; SyntaxError for what is no JSON; what `readFile` throws */
export async function readSimulation(path: string): Promise<Simulation> {
  const value = JSON.parse(await readFile(path, 'utf8')) as unknown;
  const metadata = { type: 'body' as const, metatype: SimulationFileDto };
  const file = (await createValidationPipe().transform(value, metadata)) as SimulationFileDto;
  const carrier = carrierOf(file);
  const { defaultCountry = null, name, callerIds = null } = file.campaign;
  const { leads, refused } = await readLeads(file.leads, {
    ...{ defaultCountry, seed: carrier.seed, folder: dirname(path) },
  });
  const scenario: Scenario = {
    campaign: campaignOf(file.campaign),
    leads,
    agents: agentsOf(file),
    account: accountOf(file.account ?? {}, callerIds),
    carrier,
    playMs: file.greeting === undefined ? null : sayMs(file.greeting),
    start: new Date(Math.max(file.start.getTime(), file.campaign.scheduledAt?.getTime() ?? -Infinity)),
    ...{ callsEach: 1, used: { placed: 0, spent: 0 } },
  };
  return { scenario, name, refusedLeads: refused };
}

function carrierOf(file: SimulationFileDto): Settings {
  const given = CARRIER_FIELDS.map((field) => [field, file[field]] as const);
  try {
    return applyPatch(DEFAULT_SETTINGS, readSettings(Object.fromEntries(given)));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw invalidInput([{ field: 'carrier', message: error.message }]);
  }
}

/** The defaults of `POST /campaigns`, which the table's columns hold. */
function campaignOf(fields: CreateCampaignDto): VirtualCampaign {
  const { maxSpend = null } = fields;
  return {
    maxConcurrent: fields.maxConcurrent ?? 3,
    callDelay: fields.callDelay ?? 2000,
    agentStrategy: fields.agentStrategy ?? 'primary_first',
    retryFailed: fields.retryFailed ?? false,
    retryAttempts: fields.retryAttempts ?? 1,
    retryDelay: fields.retryDelay ?? 60_000,
    retryRules: fields.retryRules ?? null,
    maxAttemptsPerNumber: fields.maxAttemptsPerNumber ?? null,
    callingWindow: fields.callingWindow ?? null,
    rulePack: fields.rulePack ?? 'none',
    localPresence: fields.localPresence ?? false,
    endAt: fields.endAt ?? null,
    weight: fields.weight ?? 1,
    maxCalls: fields.maxCalls ?? null,
    maxSpend: maxSpend === null ? null : toMicros(maxSpend),
  };
}

function agentsOf({ agents = [] }: SimulationFileDto): Scenario['agents'] {
  return agents.map(({ isActive = true, maxConcurrentCalls = 3 }, i) => ({
    id: `agent-${String(i).padStart(4, '0')}`,
    ...{ isPrimary: i === 0, isActive, maxConcurrentCalls, open: 0 },
  }));
}

function accountOf(given: AccountDto, callerIds: string[] | null): VirtualAccount {
  const usual = new AppConfig();
  const numbers = given.phoneNumbers ?? [{ phoneNumber: FICTIONAL_CALLER_ID }];
  const ids = numbers.map(callerIdOf);
  return {
    maxConcurrent: given.maxConcurrent ?? null,
    cps: given.cps ?? null,
    callerIds: callerIds === null ? ids : ids.filter(({ number }) => callerIds.includes(number)),
    rates: given.rates ?? usual.CALL_RATES,
    ringTimeoutS: given.ringTimeoutS ?? usual.RING_TIMEOUT_S,
    callTimeLimitS: given.callTimeLimitS ?? usual.CALL_TIME_LIMIT_S,
    machineDetection: given.machineDetection ?? usual.MACHINE_DETECTION,
    breaker: breakerOf(usual),
  };
}

function callerIdOf({ phoneNumber, isActive = true, dailyCap, cps }: CreatePhoneNumberDto): CallerId {
  const parsed = parsePhoneNumber(phoneNumber);
  if (!parsed.ok) throw invalidInput([{ field: 'account.phoneNumbers', message: parsed.reason }]);
  const number = parsed.e164;
  const limits = { dailyCap: dailyCap ?? null, usedToday: 0, cps: cps ?? null, queued: 0 };
  return { number, area: callingAreaOf(number), isActive, rest: null, ...limits };
}
