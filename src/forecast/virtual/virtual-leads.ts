import { zonesOf, zonesOfNumber, type Zones } from '../../compliance/index.js';
import type { ScenarioLead, VirtualLead } from './scenario.js';

const NO_ZONES: Zones = [];

/**
 * The leads as they are played, in the order in which they would be called.
 * @param needsZones whether any rule asks for a lead's clock: looking it up takes up to 5 µs
 */
export function* virtualLeads(leads: readonly ScenarioLead[], needsZones: boolean): Generator<VirtualLead> {
  const inOrder = leads.toSorted((a, b) => b.priority - a.priority);
  for (const [rank, lead] of inOrder.entries()) yield virtualLead(lead, rank, needsZones);
}

function virtualLead(lead: ScenarioLead, rank: number, needsZones: boolean): VirtualLead {
  return {
    source: lead,
    phoneNumber: lead.phoneNumber,
    rank,
    id: spreadId(rank),
    zones: needsZones ? (lead.zones ?? zonesOfLead(lead)) : NO_ZONES,
    lastNumber: null,
    attempts: lead.attempts,
    ended: lead.outcomes ? new Map(Object.entries(lead.outcomes)) : null,
    calledAt: lead.placedAt ? [...lead.placedAt] : null,
  };
}

export function zonesOfLead({
  timezone,
  phoneNumber,
}: Pick<ScenarioLead, 'timezone' | 'phoneNumber'>): Zones {
  return timezone === null ? zonesOfNumber(phoneNumber) : zonesOf(timezone);
}

/**
 * The last eight digits of an id spread the leads over the caller IDs, so they must look random: Knuth's multiplicative
 * hash, by 2^32 divided by the golden ratio.
 */
function spreadId(rank: number): string {
  return (Math.imul(rank + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
}
