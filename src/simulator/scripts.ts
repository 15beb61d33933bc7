import { MAGIC_NUMBERS } from './magic-numbers.js';
import type { NumberScript, Settings } from './settings.js';

const UNSCRIPTED: NumberScript = {};

/** Which script each call follows; a script may hold for so many calls. */
export class Scripts {
  private readonly used = new WeakMap<NumberScript, number>();

  /** The user's script for a number comes before the magic one; either may be used up. */
  next({ numbers }: Pick<Settings, 'numbers'>, to: string): NumberScript {
    for (const script of [numbers.get(to), MAGIC_NUMBERS.get(to)]) {
      const used = (script && this.used.get(script)) ?? 0;
      if (!script || used >= (script.times ?? Infinity)) continue;
      this.used.set(script, used + 1);
      return script;
    }
    return UNSCRIPTED;
  }
}
