import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository, whether this file runs compiled (from dist) or not. */
export const ROOT = rootOf(import.meta.dirname);

function rootOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootOf(dirname(folder));
}
