import { execFile, execFileSync } from 'node:child_process';

export interface CurlAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** Each `curl` of the script also prints its status on a line of its own, whatever its options are. */
const SHOW_STATUS = `curl() { command curl -sS -w '\\n%{http_code}\\n' "$@"; }\n`;

/** Runs a script with bash, to the letter. @returns what it printed @throws if it fails, with what it said */
export function bash(script: string, cwd?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-euo', 'pipefail', '-c', script], { cwd, timeout: 20_000 }, (error, out, said) => {
      if (error) reject(new Error(`${error.message}\n${out}${said}`, { cause: error }));
      else resolve(out);
    });
  });
}

/** Runs one curl command. */
export async function runCurl(command: string, cwd?: string): Promise<CurlAnswer> {
  const lines = (await bash(SHOW_STATUS + command, cwd)).trimEnd().split('\n');
  const status = Number(lines.pop());
  return { status, body: JSON.parse(lines.join('\n')) as Record<string, unknown> };
}

/** Whether the machine has a program. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync('bash', ['-c', 'command -v "$0"', name]);
    return true;
  } catch {
    return false;
  }
}
