/**
 * Where the JSON object that begins at `start` ends: just after its closing brace. Only braces and strings are
 * followed, so broken JSON is kept in one piece too; undefined if it does not close before `limit`.
 */
export function jsonObjectEnd(text: string, start: number, limit: number): number | undefined {
  let depth = 0;
  let isString = false;
  for (let at = start; at < limit; at += 1) {
    const character = text.charAt(at);
    if (isString) {
      if (character === '\\') at += 1;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
