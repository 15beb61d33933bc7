/** Who wants to place, and where from. */
interface Placer {
  /** E.164. */
  fromNumber: string;
  /** Calls per second of that number; null: no limit. */
  numberCps: number | null;
}

/**
 * When the next placement may be (invariant 4): `callDelay` after the campaign's last, and a step of the account's and of the
 * number's pace after theirs. What the dialer keeps in `dial_turns`, on a clock of one's own.
 */
export class VirtualTurns {
  private campaignAt = -Infinity;
  private accountAt = -Infinity;
  private readonly numberAt = new Map<string, number>();

  /**
   * @param callDelay milliseconds
   * @param cps calls per second of the account; null: no limit
   */
  constructor(
    private readonly callDelay: number,
    private readonly cps: number | null,
  ) {}

  /** Epoch ms. */
  dueAt({ fromNumber }: Placer): number {
    return Math.max(this.campaignAt, this.accountAt, this.numberAt.get(fromNumber) ?? -Infinity);
  }

  take({ fromNumber, numberCps }: Placer, now: number): void {
    this.campaignAt = now + this.callDelay;
    if (this.cps !== null) this.accountAt = now + 1000 / this.cps;
    if (numberCps !== null) this.numberAt.set(fromNumber, now + 1000 / numberCps);
  }
}
