import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { fail } from '../../kernel/errors.ts';

/** Where one attempt lives while it runs. What it leaves there survives the server. */
export interface StepFolder {
  root: string;
  /** The process's working folder. */
  work: string;
  inputs: string;
  outputs: string;
  /** What it writes to standard output and error. */
  log: string;
}

/** The places of an attempt's folder; nothing is made. */
export function stepFolderAt(root: string, attempt: { runId: string; idx: number; n: number }): StepFolder {
  return placesIn(join(root, attempt.runId, `${attempt.idx}.${attempt.n}`));
}

function placesIn(root: string): StepFolder {
  return {
    root,
    work: join(root, 'work'),
    inputs: join(root, 'in'),
    outputs: join(root, 'out'),
    log: join(root, 'log'),
  };
}

/** Makes an attempt's folder, readable by this user alone. What an earlier, abandoned try to make it left is removed. */
export function makeStepFolder(folder: StepFolder): void {
  try {
    mkdirSync(folder.root, { mode: 0o700 });
  } catch (error) {
    // Rare, so the usual step pays for one call only: the run's first step, or a second try to make this one.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') rmSync(folder.root, { recursive: true, force: true });
    mkdirSync(folder.root, { recursive: true, mode: 0o700 });
  }
  mkdirSync(folder.work);
  mkdirSync(folder.inputs);
  mkdirSync(folder.outputs);
}

/** The exit status the wrapper wrote; nothing while it has not, or not wholly. */
export function readExit(folder: StepFolder): number | undefined {
  const text = readSmall(join(folder.root, 'exit'));
  return text?.endsWith('\n') ? Number(text.trim()) : undefined;
}

/** The process the wrapper says it is. */
export function readPid(folder: StepFolder): number | undefined {
  const text = readSmall(join(folder.root, 'pid'));
  return text?.endsWith('\n') ? Number(text.trim()) : undefined;
}

/** Tells a wrapper that has not begun yet not to; only then may its step be tried elsewhere. */
export function abandon(folder: StepFolder): void {
  if (existsSync(folder.root)) writeFileSync(join(folder.root, 'abandoned'), '');
}

/** Remembers secrets the process was given, so that they never show in its log, also after a restart. */
export function keepSecrets(folder: StepFolder, secrets: readonly string[]): void {
  if (secrets.length > 0) writeFileSync(join(folder.root, 'secrets'), JSON.stringify(secrets), { mode: 0o600 });
}

/** The secrets of an attempt. */
export function readSecrets(folder: StepFolder): string[] {
  const text = readSmall(join(folder.root, 'secrets'));
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}

/** A path inside a folder; fails with `invalid_path` when it would leave it. */
export function inside(folder: string, path: string, field: string): string {
  const place = resolve(folder, path);
  if (place !== folder && !place.startsWith(folder + sep)) {
    fail('invalid_path', `${field}: '${path}' leaves the folder it must stay in.`, { field, value: path });
  }
  return place;
}

function readSmall(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
