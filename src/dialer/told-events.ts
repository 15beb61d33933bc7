/**
 * What the dialer's statements tell of: calls that moved, from a CTE with call_row (and of news: "to", stays and is_end), and
 * leads that ended, from one with lead_row.
 */
const CALL = {
  row: 'call_row',
  campaignId: '(call_row).campaign_id',
  phoneNumber: '(call_row).phone_number',
};
const LEAD = {
  row: 'lead_row',
  campaignId: '(lead_row).campaign_id',
  phoneNumber: '(lead_row).phone_number',
};

/** Calls that the carrier told of, or that ended. One whose SID alone was noted has not moved. */
export const CALL_NEWS = {
  ...CALL,
  type: `CASE WHEN is_end THEN 'call.ended' WHEN "to" = 'in-progress' THEN 'call.answered' ELSE 'call.' || "to" END`,
  from: `FROM moved WHERE NOT stays AND (is_end OR "to" IN ('initiated', 'ringing', 'in-progress'))`,
};

/** Calls in `source` that ended, all of them. */
export const callEnds = (source: string) => ({
  ...CALL,
  type: `'call.ended'`,
  from: `FROM ${source} WHERE true`,
});

/** Leads in `source` that are completed or failed now. */
export const leadEnds = (source: string) => ({
  ...LEAD,
  type: `'lead.' || (lead_row).status`,
  from: `FROM ${source} WHERE (lead_row).status IN ('completed', 'failed')`,
});
