import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from './embedded.error.js';
import { freePort } from './ports.js';
import type { ServiceAddresses, SimulatorNeeds } from './protocol.js';
import { newSecret, readState, writeState } from './state-file.js';

/** Fictional ones: Twilio's own test number, and one of the range reserved for fiction. */
const PHONE_NUMBERS = ['+15005550006', '+12025550100'];

interface SimulatorState {
  accountSid: string;
  authToken: string;
  port?: number;
}

export interface RunningCarrier {
  carrier: NonNullable<ServiceAddresses['carrier']>;
  close(): Promise<void>;
}

/** Starts the carrier simulator in this process, with an account that stays the same from start to start. */
export async function startCarrier(dir: string, needs: SimulatorNeeds): Promise<RunningCarrier> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const statePath = join(dir, 'state.json');
  const account = { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: newSecret() };
  const state: SimulatorState = { ...account, ...(await readState<SimulatorState>(statePath)) };
  const port = await choosePort(needs.port, state.port);
  await writeState(statePath, { ...state, port });
  const { startSimulator } = await import('../simulator/index.js');
  const { accountSid, authToken } = state;
  const { seed, speed } = needs;
  const simulator = await startSimulator({ host: '127.0.0.1', port, accountSid, authToken, seed, speed });
  const carrier = { apiUrl: simulator.url, accountSid, authToken, phoneNumbers: PHONE_NUMBERS };
  return { carrier, close: () => simulator.close() };
}

async function choosePort(wanted: number, last: number | undefined): Promise<number> {
  const port = await freePort(wanted || last);
  if (wanted && port !== wanted)
    throw new EmbeddedError(`SIMULATOR_PORT ${wanted} is taken: choose another.`);
  return port;
}
