import { SLOTS, TURNS } from './account-setups.js';
import { ACTIVE } from './active-setups.js';
import { CALLER_IDS } from './caller-id-setups.js';
import { PAUSED } from './paused-setups.js';
import { AT_REST } from './rest-setups.js';
import type { Table } from './setup.js';
import { THROUGH } from './through-setups.js';
import { WAITING } from './waiting-setups.js';

/** Every case there is: what is not in here is shown by none. */
export const TABLES: Table[] = [
  {
    words: 'lead and campaign',
    settings: {
      ...{ CALL_RATES: '{"1": 0.05}', CALL_TIME_LIMIT_S: '120', MACHINE_DETECTION: 'true' },
      CARRIER_BREAKER_CALLS: '5',
      // One placement is never answered: the app, when it stops, waits for it.
      CARRIER_REQUEST_TIMEOUT_MS: '1000',
    },
    areApart: true,
    setups: [...AT_REST, ...PAUSED, ...WAITING, ...ACTIVE, ...CALLER_IDS, ...THROUGH],
  },
  {
    words: 'slots of the account',
    settings: { CARRIER_MAX_CONCURRENT: '2' },
    areApart: false,
    setups: SLOTS,
  },
  { words: 'turns of the account', settings: { CARRIER_CPS: '0.05' }, areApart: false, setups: TURNS },
];
