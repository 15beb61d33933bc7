/** Every event that can be subscribed to, with when it happens. */
export const EVENT_TYPES = {
  'campaign.created': 'A campaign was created',
  'campaign.updated': 'Its settings were changed, or a start that was due did not come about',
  'campaign.scheduled': 'It has a start of its own to come',
  'campaign.started': 'It became active, by hand or by its schedule',
  'campaign.paused': 'It was paused, or paused itself: `pausedReason` says why',
  'campaign.resumed': 'It became active again after a pause',
  'campaign.stopped': 'It was stopped, by hand or by its schedule',
  'campaign.completed': 'No lead is left to call',
  'campaign.deleted': 'It was deleted; the data is what it was last',
  'lead.created': 'A single lead was added (lists and files tell `import.*`, or nothing)',
  'lead.completed': 'It was reached',
  'lead.failed': 'It will not be called any more: `reason` says why',
  'lead.opted_out': 'The person pressed the key against further calls',
  'call.initiated': 'The carrier has taken the call',
  'call.ringing': 'The phone rings',
  'call.answered': 'The call is in progress',
  'call.ended': 'The call is over: `status` and `outcome` say how. Exactly one for each call',
  'import.completed': 'A file of leads is stored',
  'import.failed': 'A file of leads was refused as a whole',
  'webhook.disabled': 'Another subscription was disabled because its receiver fails',
} as const;

export type EventType = keyof typeof EVENT_TYPES;

const TYPES = Object.keys(EVENT_TYPES);
const KINDS = [...new Set(TYPES.map((type) => type.replace(/\..*/, '.*')))];

/** What a subscription may name: an event, all events of a kind (`lead.*`), or all (`*`). */
export const EVENT_PATTERNS: string[] = ['*', ...KINDS, ...TYPES];
