/** `k`'s calls, as its answers count them. */
const totals = (row: string): string => `jsonb_build_object('totals', (SELECT jsonb_build_object(
    'successfulCalls', COALESCE(sum(successful_calls), 0), 'failedCalls', COALESCE(sum(failed_calls), 0),
    'totalCalls', COALESCE(sum(successful_calls + failed_calls), 0), 'spendMicros', COALESCE(sum(spend_micros), 0))
  FROM campaign_counters WHERE campaign_id = (${row}).id))`;

/** What is told of campaigns: all of them, in a composite column or a table of that name, with their numbers. */
export const campaignEvent = (row: string) => ({
  row,
  campaignId: `(${row}).id`,
  data: `to_jsonb(${row}) || ${totals(row)}`,
});

/** A campaign by its id. */
export const THE_CAMPAIGN = {
  ...campaignEvent('campaigns'),
  from: 'FROM campaigns WHERE campaigns.id = $2::uuid',
};
