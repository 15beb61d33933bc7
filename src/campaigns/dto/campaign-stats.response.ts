import { ApiProperty } from '@nestjs/swagger';
import { fromMicros } from '../../common/index.js';
import type { CounterTotals } from '../campaign-counters.repository.js';

const count = (example: number) => ({ type: 'integer', example }) as const;

/** Leads at this instant. */
export class RealtimeResponse {
  @ApiProperty(count(150)) total: number;
  @ApiProperty(count(25)) completed: number;
  @ApiProperty(count(2)) failed: number;
  @ApiProperty({ ...count(3), description: 'Leads being called' }) active: number;
  @ApiProperty(count(120)) pending: number;
}

/** A campaign's numbers. */
export class CampaignStatsResponse {
  @ApiProperty(count(150)) totalLeads: number;
  @ApiProperty(count(120)) pending: number;
  @ApiProperty(count(3)) calling: number;
  @ApiProperty(count(25)) completed: number;
  @ApiProperty(count(2)) failed: number;
  @ApiProperty({ ...count(27), description: 'Ended placed calls: successful and failed' }) totalCalls: number;
  @ApiProperty(count(25)) successfulCalls: number;
  @ApiProperty(count(2)) failedCalls: number;
  @ApiProperty({ ...count(8234), description: 'Milliseconds talked per successful call; 0 when none' })
  averageDuration: number;
  @ApiProperty({ type: 'number', example: 0.54, description: 'What ended calls cost, by estimate' })
  estimatedSpend: number;
  @ApiProperty({ type: RealtimeResponse }) realtime: RealtimeResponse;
}

export function toCampaignStats(totals: CounterTotals): CampaignStatsResponse {
  const { totalLeads, pending, calling, completed, failed, totalCalls, successfulCalls, failedCalls } =
    totals;
  return {
    totalLeads,
    pending,
    calling,
    completed,
    failed,
    totalCalls,
    successfulCalls,
    failedCalls,
    averageDuration: successfulCalls > 0 ? Math.round(totals.talkMs / successfulCalls) : 0,
    estimatedSpend: fromMicros(totals.spendMicros),
    realtime: { total: totalLeads, completed, failed, active: calling, pending },
  };
}
