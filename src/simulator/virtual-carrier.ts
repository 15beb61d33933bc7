import { planCall, type CallPlan } from './call-plan.js';
import { SIP_CODES, wholeSeconds } from './call-ends.js';
import type { FinalStatus } from './call-record.js';
import { Scripts } from './scripts.js';
import type { Settings } from './settings.js';
import { within } from './twiml-play.js';

/** What a placement asks for that matters to the call's course. */
export interface VirtualRequest {
  /** E.164. */
  to: string;
  ringTimeoutS: number;
  timeLimitS: number;
  /** Milliseconds its TwiML takes to play; null: a conversation, as long as the settings draw. */
  playMs: number | null;
  machineDetection: boolean;
}

/** How a call goes, settled when it is placed. Milliseconds at speed 1. */
export interface CallCourse {
  status: Exclude<FinalStatus, 'canceled'>;
  /** From the placement to the end. */
  lastsMs: number;
  /** As the carrier tells it, whole seconds; null: nobody answered. */
  durationMs: number | null;
  answeredBy: 'human' | 'machine_start' | null;
  sipCode?: number;
}

/** The request was refused with one of Twilio's codes; nothing rings. */
export interface RefusedCourse {
  refusedWith: number;
}

/**
 * The simulator without HTTP and without time: the same settings draw the same calls, and say at once how they will go.
 */
export class VirtualCarrier {
  private readonly scripts = new Scripts();
  private readonly attempts = new Map<string, number>();

  constructor(private readonly settings: Settings) {}

  place(request: VirtualRequest): CallCourse | RefusedCourse {
    const { to } = request;
    const script = this.scripts.next(this.settings, to);
    if (script.refuse !== undefined) return { refusedWith: script.refuse };
    const attempt = (this.attempts.get(to) ?? 0) + 1;
    this.attempts.set(to, attempt);
    return courseOf(planCall(this.settings, script, { to, attempt }), request);
  }
}

/** The course that a real life of the plan takes (see CallLife), timers and callbacks left out. */
function courseOf(plan: CallPlan, request: VirtualRequest): CallCourse {
  const { outcome, queueMs, ringMs = Infinity } = plan;
  const timeoutMs = request.ringTimeoutS * 1000;
  if (outcome === 'failed') return unanswered('failed', queueMs + ringMs, plan.sipCode);
  if (outcome === 'no-answer' || ringMs > timeoutMs) {
    return unanswered('no-answer', queueMs + Math.min(ringMs, timeoutMs));
  }
  if (outcome === 'busy') return unanswered('busy', queueMs + ringMs);
  const heardMs = plan.fixedTalkMs ?? within(request.playMs ?? plan.openTalkMs, plan.talkBounds);
  const talkMs = Math.min(heardMs, request.timeLimitS * 1000);
  const who = outcome === 'machine' ? 'machine_start' : 'human';
  return {
    status: 'completed',
    lastsMs: queueMs + ringMs + talkMs,
    durationMs: wholeSeconds(talkMs) * 1000,
    answeredBy: request.machineDetection ? who : null,
  };
}

function unanswered(status: 'busy' | 'no-answer' | 'failed', lastsMs: number, sipCode?: number): CallCourse {
  return { status, lastsMs, durationMs: null, answeredBy: null, sipCode: sipCode ?? SIP_CODES[status] };
}
