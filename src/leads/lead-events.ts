/** What is told of a lead, found by its id. */
export const THE_LEAD = {
  row: 'leads',
  campaignId: 'leads.campaign_id',
  phoneNumber: 'leads.phone_number',
  from: 'FROM leads WHERE leads.id = $2::uuid',
};
