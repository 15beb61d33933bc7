import type { Reply } from '../desk.js';
import { Feeder } from '../feeder.js';
import type { FaultScenario } from '../scenario.js';
import type { Stage } from '../stage.js';
import { RESUME_WITHIN_MS } from './services.js';

const ASK_EVERY_MS = 500;
const RUN_BEFORE_MS = 3000;

interface Envelope {
  success?: boolean;
  code?: string;
}

/** Long enough that every time-out strikes: connections, leases, locks of jobs, calls that nobody hears of. */
export const outages: FaultScenario = {
  name: 'outages',
  words: 'Redis, then Postgres is gone for a minute in mid-campaign; the API says so meanwhile',
  play: async (stage, { awayS }, services) => {
    stage.mustResumeWithinMs = RESUME_WITHIN_MS;
    const feeder = new Feeder(stage);
    await feeder.next();
    const away = { kill: true, awayMs: awayS * 1000 };
    const strikeBoth = async () => {
      await gone(stage, 'Redis', () => services.redis(away), isAnswered);
      await gone(stage, 'Postgres', () => services.postgres(away), saysUnavailable);
    };
    await feeder.during(strikeBoth());
  },
};

/** The campaign is read from Postgres. */
const isAnswered = ({ status, body }: Reply<Envelope>): boolean => status === 200 && body?.success === true;

const saysUnavailable = ({ status, body }: Reply<Envelope>): boolean =>
  status === 503 && body?.success === false && body.code === 'UNAVAILABLE';

/** Asks the API again and again while the service is gone, and objects to any answer but the one it should give. */
async function gone(
  stage: Stage,
  service: string,
  strike: () => Promise<void>,
  isRight: (reply: Reply<Envelope>) => boolean,
): Promise<void> {
  await stage.pause(RUN_BEFORE_MS);
  let isBack = false;
  const back = strike().finally(() => (isBack = true));
  // It dies in an instant; until then the answer may still be the usual one.
  await stage.pause(ASK_EVERY_MS);
  while (!isBack) {
    const reply = await stage.desk.ask<Envelope>('GET', `/campaigns/${stage.campaigns[0]}`);
    // It may have come back while the question was on its way.
    if (!isBack && !isRight(reply)) stage.objections.push(wrongAnswer(service, reply));
    await stage.pause(ASK_EVERY_MS);
  }
  await back;
  stage.struck();
}

const wrongAnswer = (service: string, reply: Reply<Envelope>): Stage['objections'][number] => ({
  invariant: 8,
  rule: 'outage',
  sentence: `With ${service} gone a question was answered with ${reply.status ?? 'nothing'}`,
  evidence: { ...reply },
});
