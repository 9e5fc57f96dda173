import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/tidemill.js', import.meta.url));

/** How a command ended, and what it wrote. */
export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What commands that list things write with --json. */
export interface Listed {
  items: { id: string; rows?: number }[];
  nextPageToken?: string;
}

/** A folder to run commands in, as in a terminal that no other variables of Tidemill are set in. */
export interface CommandLine {
  run(words: readonly string[], input?: string): Promise<CommandEnd>;
  /** Runs a command that must succeed, and gives what it wrote as JSON. */
  json<T = Listed>(words: readonly string[]): Promise<T>;
  start(words: readonly string[]): ChildProcess;
}

/** Makes a command line in a folder. */
export function createCommandLine(folder: string, env: Record<string, string> = {}): CommandLine {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEMILL_'));
  const start = (words: readonly string[]) =>
    spawn(process.execPath, [program, ...words], {
      cwd: folder,
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const run = async (words: readonly string[], input = '') => {
    const child = start(words);
    child.stdin.on('error', () => undefined).end(input);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: code as number | null, stdout, stderr };
  };
  const json = async <T>(words: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await run([...words, '--json']);
    if (code !== 0) throw new Error(`tidemill ${words.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  };
  return { run, json, start };
}
