/** The first 48 bits of a UUIDv7 are milliseconds since 1970 (RFC 9562, section 5.7). */
const HEX_DIGITS = 12;

/** When an id of ours was made. */
export function instantOf(id: string): Date {
  return new Date(parseInt(id.replaceAll('-', '').slice(0, HEX_DIGITS), 16));
}

/** The least id that can be made at that instant: what was made before has a lesser one. */
export function leastIdAt(instant: Date): string {
  const hex = Math.max(0, instant.getTime()).toString(16).padStart(HEX_DIGITS, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
