import type { AppConfig } from '../config/index.js';
import type { VirtualAccount } from './virtual/scenario.js';

/** When a campaign stops asking a carrier that fails, by the settings. */
export function breakerOf(config: AppConfig): VirtualAccount['breaker'] {
  return {
    percent: config.CARRIER_BREAKER_PERCENT,
    leastCalls: config.CARRIER_BREAKER_CALLS,
    windowS: config.CARRIER_BREAKER_WINDOW_S,
  };
}
