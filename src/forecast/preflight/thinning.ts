/** 2^32 divided by the golden ratio: its multiples lie evenly and never repeat (Knuth). */
const GOLDEN = 0x9e3779b1;

/**
 * Whether the lead at this place of a list is played where each stands for so many: one of every block, at a place that looks random.
 * Always the same place would take a pattern of the list (each tenth from another source, say) for the list.
 * @param place from 0
 * @param every 1 or more
 */
export function isPlayed(place: number, every: number): boolean {
  const block = Math.floor(place / every);
  const random = (Math.imul(block + 1, GOLDEN) >>> 0) / 2 ** 32;
  return place % every === Math.floor(random * every);
}
