export interface Reason {
  code: string;
  message: string;
  evidence: Record<string, unknown>;
  until: string | null;
  ends: string;
}

export interface Explanation {
  leadStatus: string;
  callable: boolean;
  reason: string | null;
  reasons: Reason[];
  nextAttemptAt: string | null;
  waitsFor: string | null;
  place: { ahead: number; isCapped: boolean } | null;
}

/** Leads of one reason, as they are counted. */
export interface Group {
  reason: string;
  status?: string;
  count: number;
  isCapped: boolean;
  nextAttemptAt?: string | null;
}

/** The leads of a campaign by reason. */
export interface Blocked {
  status: string;
  reasons: Reason[];
  leads: Record<string, number>;
  ready: { count: number; isCapped: boolean };
  nextInLine: { judged: number; callable: number; blocked: Group[] };
  waiting: Group[];
  ended: Group[];
}
