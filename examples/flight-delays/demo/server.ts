import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'tidemill.js');

/** A server of the demonstration's own. */
export interface DemoServer {
  url: string;
  home: string;
  /** Resolves when the process has ended. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts a server on a free loopback port with a home folder of its own; resolves when it is ready. */
export async function startServer(): Promise<DemoServer> {
  const home = mkdtempSync(join(tmpdir(), 'tidemill-demo-'));
  const args = [
    bin,
    'server',
    '--json',
    '--port',
    '0',
    '--home',
    home,
    '--data-roots',
    join(import.meta.dirname, '..'),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  process.once('exit', () => child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    void ended.then((code) => reject(new Error(`The server ended with ${code} before it was ready.`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  return { url, home, ended, stop };
}

/** Runs a command of the command line as a user would; fails with what it said. */
export function runCommand(url: string, words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...words, '--url', url], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    child.once('exit', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`tidemill ${words.join(' ')} ended with ${code}: ${err || out}`));
    });
  });
}
