import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { StepFolder } from './step-folder.ts';

/** How much of a log is kept: its first and its last bytes. */
export interface LogLimits {
  headBytes: number;
  tailBytes: number;
}

/** Kept unless settings say otherwise. */
export const defaultLogLimits: LogLimits = { headBytes: 2 * 1024 * 1024, tailBytes: 6 * 1024 * 1024 };

/** A stretch of a log that still exists; positions count the bytes the step wrote. */
export interface LogSegment {
  start: number;
  end: number;
  read(start: number, end: number): Promise<Buffer> | Buffer;
}

const headName = 'log-head';
const tailPattern = /^log-tail-(\d+)$/;

/**
 * Keeps a log file that a process floods small on disk. The process writes at its own offset, so that after the file is cut
 * to nothing the next bytes land where they would have, behind a hole: the file's size goes on counting every byte written.
 */
export function cutFlood(folder: StepFolder, limits: LogLimits): void {
  const size = sizeOf(folder.log);
  const from = lastCut(folder)?.end ?? 0;
  if (size - from <= 2 * (limits.headBytes + limits.tailBytes)) return;
  const head = join(folder.root, headName);
  if (!existsSync(head)) writeAtomically(head, readPart(folder.log, 0, limits.headBytes));
  const before = lastCut(folder);
  const log = openSync(folder.log, 'r+');
  try {
    const end = moveTail(log, folder, size - limits.tailBytes);
    if (!freeUpTo(folder.log, end)) ftruncateSync(log, 0);
  } finally {
    closeSync(log);
  }
  if (before) truncateSync(join(folder.root, before.name), 0);
}

/**
 * Gives a file's bytes before `end` back to the disk and touches none after it, so that what a process writes meanwhile
 * stays. Node has no call for that; where the system has no program for it either, or its file system cannot, says so.
 */
function freeUpTo(path: string, end: number): boolean {
  const words = ['--punch-hole', '--offset', '0', '--length', String(end), path];
  return spawnSync('fallocate', words, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/**
 * Copies the log from `start` on to a tail file and gives where the copy ends. The process writes on meanwhile, and where
 * the log can only be cut as a whole, what it is cut of without being copied is lost, its last words too when it ends right
 * then: so each turn copies what came during the one before, until next to nothing comes between the last look and the cut.
 */
function moveTail(log: number, folder: StepFolder, start: number): number {
  const path = join(folder.root, 'log-tail.new');
  const tail = openSync(path, 'w');
  let end = start;
  const copyNew = () => {
    const bytes = readOpen(log, end, fstatSync(log).size);
    end += bytes.length;
    writeSync(tail, bytes);
    return bytes.length;
  };
  try {
    for (let turn = 0; turn < 20 && copyNew() > 0; turn++);
    renameSync(path, join(folder.root, `log-tail-${end}`));
    const named = end;
    if (copyNew() > 0) renameSync(join(folder.root, `log-tail-${named}`), join(folder.root, `log-tail-${end}`));
    return end;
  } finally {
    closeSync(tail);
  }
}

function writeAtomically(path: string, bytes: Buffer): void {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}

function lastCut(folder: StepFolder): { name: string; end: number } | undefined {
  let last: { name: string; end: number } | undefined;
  if (!existsSync(join(folder.root, headName))) return undefined;
  for (const name of readdirSync(folder.root)) {
    const end = Number(tailPattern.exec(name)?.[1] ?? -1);
    if (end > (last?.end ?? -1)) last = { name, end };
  }
  return last;
}

/** What there is of a log in an attempt's folder, in order; empty when there is none. */
export function segmentsOf(folder: StepFolder): LogSegment[] {
  const size = sizeOf(folder.log);
  const cut = lastCut(folder);
  const ofFile = (path: string, at: { start: number; end: number }): LogSegment => ({
    ...at,
    read: (start, end) =>
      readPart(path, start - (path === folder.log ? 0 : at.start), end - (path === folder.log ? 0 : at.start)),
  });
  if (!cut) return size > 0 ? [ofFile(folder.log, { start: 0, end: size })] : [];
  const head = join(folder.root, headName);
  const tail = join(folder.root, cut.name);
  const segments = [
    ofFile(head, { start: 0, end: sizeOf(head) }),
    ofFile(tail, { start: cut.end - sizeOf(tail), end: cut.end }),
  ];
  if (size > cut.end) segments.push(ofFile(folder.log, { start: cut.end, end: size }));
  return segments;
}

/** The stretches a stored log keeps of a whole one: all of it, or head and tail. */
export function keptRanges(total: number, limits: LogLimits): { start: number; end: number }[] {
  if (total <= limits.headBytes + limits.tailBytes) return total > 0 ? [{ start: 0, end: total }] : [];
  return [
    { start: 0, end: limits.headBytes },
    { start: total - limits.tailBytes, end: total },
  ];
}

const pieceBytes = 256 * 1024;

/** Reads ranges out of segments in pieces, secrets overwritten; bytes that no segment holds are left out. */
export async function* readRanges(
  segments: readonly LogSegment[],
  ranges: readonly { start: number; end: number }[],
  secrets: readonly string[],
): AsyncGenerator<Buffer> {
  for (const range of ranges) {
    for (const segment of segments) {
      const end = Math.min(range.end, segment.end);
      for (let at = Math.max(range.start, segment.start); at < end; at += pieceBytes) {
        yield await readMasked(segment, { start: at, end: Math.min(end, at + pieceBytes) }, secrets);
      }
    }
  }
}

/** Reads a part of a segment with secrets overwritten, also those that lie across the part's borders. */
export async function readMasked(
  segment: LogSegment,
  part: { start: number; end: number },
  secrets: readonly string[],
): Promise<Buffer> {
  const margin = secrets.reduce((most, secret) => Math.max(most, Buffer.byteLength(secret)), 0);
  const from = Math.max(segment.start, part.start - margin);
  const bytes = Buffer.from(await segment.read(from, Math.min(segment.end, part.end + margin)));
  for (const secret of secrets) {
    const needle = Buffer.from(secret);
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at)) {
      bytes.fill('*', at, at + needle.length);
    }
  }
  return bytes.subarray(part.start - from, part.end - from);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readPart(path: string, start: number, end: number): Buffer {
  const file = openSync(path, 'r');
  try {
    return readOpen(file, start, end);
  } finally {
    closeSync(file);
  }
}

function readOpen(file: number, start: number, end: number): Buffer {
  const length = Math.max(0, Math.min(end, fstatSync(file).size) - start);
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const count = readSync(file, bytes, read, length - read, start + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}
