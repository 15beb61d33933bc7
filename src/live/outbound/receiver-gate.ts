import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/index.js';
import { refusalOfAddress } from './address-rules.js';
import { HostResolver } from './host-resolver.js';
import { hostOf, judgeUrl } from './url-rules.js';

/** A receiver, and the one address of it that was checked: that one is connected to, whatever its name says a moment later. */
export interface Receiver {
  url: URL;
  address: string;
}

/** Why nothing is sent there. */
export interface ReceiverRefusal {
  code: 'URL_REFUSED' | 'NOT_RESOLVED' | 'ADDRESS_REFUSED';
  reason: string;
}

export type GateVerdict = { ok: true; receiver: Receiver } | ({ ok: false } & ReceiverRefusal);

/**
 * Says where events may be sent: to addresses of the internet, by https. A name is refused when any of its addresses is, so that
 * nobody gets through by chance.
 */
@Injectable()
export class ReceiverGate {
  constructor(
    private readonly config: AppConfig,
    private readonly resolver: HostResolver,
  ) {}

  /** Why a subscription is refused that would send there; null: it is not. Names may lead elsewhere in development, or nowhere. */
  async refusalOf(text: string): Promise<string | null> {
    const verdict = judgeUrl(text, { allowPrivate: this.config.WEBHOOKS_ALLOW_PRIVATE });
    if (!verdict.ok) return verdict.reason;
    if (this.config.WEBHOOKS_ALLOW_PRIVATE) return null;
    const judged = await this.judge(text);
    return judged.ok ? null : judged.reason;
  }

  async judge(text: string): Promise<GateVerdict> {
    const allowPrivate = this.config.WEBHOOKS_ALLOW_PRIVATE;
    const verdict = judgeUrl(text, { allowPrivate });
    if (!verdict.ok) return { ok: false, code: 'URL_REFUSED', reason: verdict.reason };
    const host = hostOf(verdict.url);
    const addresses = await this.resolver.addressesOf(host);
    const [address] = addresses;
    if (address === undefined) return notResolved(host);
    const refused = allowPrivate
      ? undefined
      : addresses.map(refusalOfAddress).find((refusal) => refusal !== null);
    if (refused !== undefined) return addressRefused(host, refused);
    return { ok: true, receiver: { url: verdict.url, address } };
  }
}

function notResolved(host: string): GateVerdict {
  return { ok: false, code: 'NOT_RESOLVED', reason: `The name ${host} has no address` };
}

/** The range is told, the address is not: it may say something of a network that is not the asker's. */
function addressRefused(host: string, range: string): GateVerdict {
  return { ok: false, code: 'ADDRESS_REFUSED', reason: `The name ${host} leads to a ${range} address` };
}
