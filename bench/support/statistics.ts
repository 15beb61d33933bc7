const ascending = (a: number, b: number): number => a - b;

/** @returns NaN for no values */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted(ascending);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

/** The middle one, or the mean of the two in the middle. @returns NaN for no values */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted(ascending);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}

/** The largest minus the smallest. */
export function spreadOf(values: readonly number[]): number {
  return largest(values) + largest(values.map((value) => -value));
}

/** However many there are: as arguments of Math.max they would overflow the stack. @returns -Infinity for no values */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

/** How much y grows as x grows by one, by least squares. @returns NaN for fewer than two points */
export function slopeOf(points: readonly { x: number; y: number }[]): number {
  const mean = (read: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + read(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const above = mean(({ x, y }) => (x - meanX) * (y - meanY));
  return above / mean(({ x }) => (x - meanX) ** 2);
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
