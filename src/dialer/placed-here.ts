/** More calls than a process has open; those whose end another process hears of make room. */
const MOST = 10_000;

/** Which campaigns the calls are of that this process placed, until it hears of their end: known without asking Postgres. */
export class PlacedHere {
  private readonly campaigns = new Map<string, string>();

  note(callId: string, campaignId: string): void {
    this.campaigns.set(callId, campaignId);
    if (this.campaigns.size <= MOST) return;
    for (const oldest of this.campaigns.keys()) {
      this.campaigns.delete(oldest);
      return;
    }
  }

  campaignOf(callId = ''): string | undefined {
    return this.campaigns.get(callId);
  }

  forget(callIds: string[]): void {
    for (const id of callIds) this.campaigns.delete(id);
  }
}
