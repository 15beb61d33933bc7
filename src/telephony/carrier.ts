/** One placement, as the dialer asks for it. */
export interface PlacementRequest {
  /** E.164. */
  to: string;
  /** E.164, a number of the account. */
  from: string;
  /** Where the carrier asks what to say once the phone is answered. */
  twimlUrl: string;
  /** Where the carrier tells what becomes of the call; it names our call. */
  statusCallbackUrl: string;
  /** Seconds the phone may ring. */
  ringTimeoutS: number;
  /** Seconds the call may last. */
  timeLimitS: number;
  machineDetection: boolean;
  /** Asked in the last synchronous step before the bytes leave; `false` and nothing is sent. */
  maySend: () => boolean;
  /** Told at the instant the bytes were handed to the socket. */
  onSent?: () => void;
}

/** What the carrier's answer to a placement means for the call (DESIGN: "How a call is made", 3). */
export type PlacementResult =
  | { kind: 'accepted'; sid: string }
  /** The number's fault: no second try will help. */
  | { kind: 'recipient_refused'; code: string; message: string }
  /** Our account's or settings' fault: no other call would fare better. */
  | { kind: 'account_refused'; code: string; message: string }
  /** Certain that no phone rings: the same call may be tried again. */
  | { kind: 'not_placed'; code: string; message: string }
  /** The answer was lost or makes no sense: a phone may ring. Never post it again. */
  | { kind: 'unknown'; code: string; message: string };

/** The carrier's statuses of a call, in its own words. */
export const CARRIER_STATUSES = [
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
] as const;

export type CarrierStatus = (typeof CARRIER_STATUSES)[number];

/** A call as the carrier knows it. */
export interface CarrierCall {
  sid: string;
  to: string;
  from: string;
  status: CarrierStatus;
  createdAt: Date;
  /** Milliseconds talked; null while it lasts. */
  durationMs: number | null;
  answeredBy: string | null;
}

/** Who places calls: Twilio, or anything that speaks Twilio's REST API. */
export abstract class Carrier {
  /** Asks for one call. Never throws: whatever happens is one of the results. */
  abstract place(request: PlacementRequest): Promise<PlacementResult>;
  /** The call of that SID, or null when the carrier knows none. @throws CarrierError */
  abstract fetch(sid: string): Promise<CarrierCall | null>;
  /** Recent calls between two numbers, newest first, whether they have started or not. @throws CarrierError */
  abstract find(numbers: { to: string; from: string }): Promise<CarrierCall[]>;
  /** Ends a call in any open status. @throws CarrierError */
  abstract hangUp(sid: string): Promise<void>;
  /** Withdraws a call that has not been answered. @throws CarrierError */
  abstract cancel(sid: string): Promise<void>;
}

/** The carrier could not be asked, or refused a question. */
export class CarrierError extends Error {}
