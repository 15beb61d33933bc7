import { Injectable } from '@nestjs/common';
import { maskPhone } from '../common/index.js';
import type { Tx } from '../database/index.js';
import { Audit } from '../journal/index.js';
import type { CampaignStatus } from './campaign.states.js';

/** A move of a campaign's life, as the audit log tells it. */
export interface ToldMove {
  from?: CampaignStatus;
  to: CampaignStatus;
  /** Why, and how. */
  details?: object | null;
}

/** What a move is called. */
const ACTIONS: Partial<Record<CampaignStatus, string>> = {
  active: 'campaign.started',
  paused: 'campaign.paused',
  stopped: 'campaign.stopped',
  completed: 'campaign.completed',
};

/** Writes the moves of campaigns down, each in its own transaction. */
@Injectable()
export class CampaignDiary {
  constructor(private readonly audit: Audit) {}

  /** Somebody asked for it. */
  async asked(tx: Tx, id: string, move: ToldMove): Promise<void> {
    const isResumed = move.from === 'paused' && move.to === 'active';
    await this.audit.record(tx, { ...told(id, move), ...(isResumed && { action: 'campaign.resumed' }) });
  }

  /** A schedule, a safeguard or the end of its leads did it. */
  async byItself(tx: Tx, id: string, move: ToldMove): Promise<void> {
    await this.audit.recordForSystem(tx, told(id, move));
  }

  /** A start that was due did not come about. */
  async notStarted(tx: Tx, id: string, reason: object): Promise<void> {
    await this.audit.recordForSystem(tx, {
      ...changeOf(id, 'campaign.not_started'),
      details: masked({ reason }),
    });
  }
}

function told(id: string, { from, to, details = null }: ToldMove) {
  const before = from === undefined ? null : { status: from };
  return {
    ...changeOf(id, ACTIONS[to] ?? 'campaign.moved'),
    before,
    after: { status: to },
    details: details && masked(details),
  };
}

/** The carrier's words of why it refused may name who was to be called: they must be erasable, and this log is not. */
function masked(details: object): object {
  return JSON.parse(JSON.stringify(details).replace(/\+\d{7,15}/g, maskPhone)) as object;
}

function changeOf(id: string, action: string) {
  return { action, entity: 'campaign', entityId: id, campaignId: id };
}
