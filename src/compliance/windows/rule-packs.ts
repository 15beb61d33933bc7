import type { DayHours, HolidayPlace } from './calling-window.js';

export const RULE_PACK_NAMES = ['none', 'us-tcpa', 'uk', 'in'] as const;
export type RulePackName = (typeof RULE_PACK_NAMES)[number];

/** What a law or a code of practice allows. It counts by the lead's own clock and only ever narrows a campaign's window. */
export interface RulePack {
  hours: DayHours[];
  holidays: HolidayPlace[];
  source: string;
  /** When the source was last compared with this table. */
  checkedOn: string;
}

const WORKDAYS: DayHours['days'] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const ALL_DAYS: DayHours['days'] = [...WORKDAYS, 'sat', 'sun'];

export const RULE_PACKS: Readonly<Record<Exclude<RulePackName, 'none'>, RulePack>> = {
  'us-tcpa': {
    hours: [{ days: ALL_DAYS, start: '08:00', end: '21:00' }],
    holidays: [],
    source:
      '47 CFR 64.1200(c)(1): no solicitation before 8 a.m. or after 9 p.m., local time at the called party’s location',
    checkedOn: '2026-11-26',
  },
  // Ofcom and the ICO name no hours (the ICO: no "calls at antisocial hours"). Which of the four nations a number is in
  // is not known, so a holiday of one of them counts for all.
  uk: {
    hours: [
      { days: WORKDAYS, start: '08:00', end: '21:00' },
      { days: ['sat'], start: '09:00', end: '21:00' },
    ],
    holidays: ['ENG', 'SCT', 'NIR', 'WLS'].map((region) => ({ country: 'GB', region })),
    source:
      'Direct Marketing Association (UK), telemarketing guide: weekdays 8–21, Saturdays 9–21, not on Sundays and public holidays',
    checkedOn: '2026-11-26',
  },
  in: {
    hours: [{ days: ALL_DAYS, start: '10:00', end: '21:00' }],
    holidays: [],
    source:
      'TRAI, Telecom Commercial Communications Customer Preference Regulations 2018: promotional communication 10:00–21:00 unless the customer chose other hours',
    checkedOn: '2026-11-26',
  },
};
