/** Why a campaign, or one of its runs, is as it is. */
export interface ScheduleReason {
  /** Stable, upper snake case. */
  code: string;
  message: string;
}

/** The reasons a schedule gives, in words. */
const WORDS = {
  END_AT: 'The end of the campaign (endAt) has come',
  RUN_TIME_UP: 'The run has lasted as long as it may (recurrence.runMinutes)',
  PREVIOUS_RUN_ACTIVE: 'The campaign was still active when the run was due',
  PREVIOUS_RUN_PAUSED: 'The campaign was paused when the run was due',
  PREVIOUS_RUN_OPENING: 'The run before was still being prepared when the run was due',
  SUPERSEDED: 'It was due while nothing could start it, and a later run was due by then',
  SUPERSEDED_MANY: 'It was due while nothing could start it, as earlier ones were that are not listed',
  LATE_RUN_TIME_UP: 'It could only have been started when its time (recurrence.runMinutes) was over',
  LATE_END_AT: 'It could only have been started when the end of the campaign (endAt) had come',
  SCHEDULE_CHANGED: 'The recurrence was changed while the run was being prepared',
} as const;

export type ScheduleReasonCode = keyof typeof WORDS;

export function reasonOf(code: ScheduleReasonCode): ScheduleReason {
  return { code, message: WORDS[code] };
}
