import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/index.js';

/** One question to one server. Milliseconds. */
const ASK_MS = 2000;
/** The machine's own look-up, which may take half a minute where its name servers are away. Milliseconds. */
const LOOKUP_MS = 5000;

/** What names lead to, now: each call asks anew, and nothing is kept. */
@Injectable()
export class HostResolver {
  private readonly resolver: Resolver | undefined;

  constructor({ WEBHOOKS_DNS_SERVERS }: AppConfig) {
    if (WEBHOOKS_DNS_SERVERS.length === 0) return;
    this.resolver = new Resolver({ timeout: ASK_MS, tries: 2 });
    this.resolver.setServers(WEBHOOKS_DNS_SERVERS);
  }

  /** Every address of a name, or the address itself; empty: there is none. */
  async addressesOf(host: string): Promise<string[]> {
    if (isIP(host)) return [host];
    if (this.resolver) return this.ask(this.resolver, host);
    const looking = lookup(host, { all: true }).catch(() => []);
    const found = await Promise.race([looking, sleep(LOOKUP_MS, [], { ref: false })]);
    return found.map(({ address }) => address);
  }

  private async ask(resolver: Resolver, host: string): Promise<string[]> {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }
}
