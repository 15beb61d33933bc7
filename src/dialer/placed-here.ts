/** More calls than a process has open; those whose end another process hears of make room. */
const MOST = 10_000;

/** Which campaigns the calls are of that this process placed, until it hears of their end: known without asking Postgres. */
export class PlacedHere {
  private readonly campaigns = new Map<string, string>();

  note(callId: string, campaignId: string): void {
    this.campaigns.set(callId, campaignId);
    const [oldest] = this.campaigns.keys();
    if (this.campaigns.size > MOST && oldest !== undefined) this.campaigns.delete(oldest);
  }

  /** The campaign of the only call among `callIds`; of none where there are several. */
  ofOnly([callId, ...others]: string[]): string | undefined {
    return callId === undefined || others.length > 0 ? undefined : this.campaigns.get(callId);
  }

  forget(callIds: string[]): void {
    for (const id of callIds) this.campaigns.delete(id);
  }
}
