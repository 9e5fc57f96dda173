import { Readable } from 'node:stream';
import { type Compression, collect, inflated, Unreadable } from './inflate.ts';
import { judgeGlobal, type ScanLevel } from './judge-global.ts';
import { PickleFollower, type PickleReport } from './pickle.ts';
import { type ArchiveEntry, readArchive } from './zip.ts';

/** Something that is wrong with a file. */
export interface ScanFinding {
  /** Behind `!` the path within an archive. */
  path: string;
  level: ScanLevel;
  what: string;
}

/** A file that is looked at. */
export interface ScannedFile {
  path: string;
  bytes: number;
  /** Its bytes from one place to before another. */
  range(start: number, end: number): Promise<Readable>;
}

/** Bytes that can only be read from their start: all, or so many. */
type Opened = (limit?: number) => Promise<AsyncIterable<Buffer>>;

const headBytes = 512;
const mostNested = 3;
const pickledName = /\.(pkl|pickle|p|joblib|dill|pt|pth|ckpt|sav|cloudpickle)(\.(gz|gzip|z))?$/i;
const archives = ['PK\x03\x04', 'PK\x05\x06'];
/** What is no pickle by its name is one by these, but not within archives, where weights may begin so by chance. */
const pickleHeads = ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'];
const zlibHeads = ['x\x01', 'x\x5e', 'x\x9c', 'x\xda'];
const unread: [string, string][] = [
  ['BZh', 'compressed by bzip2'],
  ['\xfd7zXZ\x00', 'compressed by xz'],
  ['7z\xbc\xaf', 'a 7z archive'],
  ['\x04"M\x18', 'compressed by lz4'],
  ['(\xb5/\xfd', 'compressed by zstd'],
  ['Rar!', 'a rar archive'],
];

/**
 * Looks for code in a file: by its content, whatever its name is, in archives and compressed files too. Nothing of it is ever
 * run or unpacked to disk. What cannot be read to its end counts as suspicious.
 */
export function scanFile(file: ScannedFile): Promise<ScanFinding[]> {
  return scanStored(file, 0);
}

async function scanStored(file: ScannedFile, depth: number): Promise<ScanFinding[]> {
  const { path, bytes, range } = file;
  const open: Opened = async (limit = bytes) => inflated(await range(0, Math.min(bytes, limit)), undefined);
  const head = (await collect(await open(headBytes))).toString('latin1');
  if (!archives.some((magic) => head.startsWith(magic))) return scanBytes(path, open, depth);
  if (depth >= mostNested) return [tooDeep(path)];
  const { entries, faults } = await readArchive(file);
  const findings = faults.map((what): ScanFinding => ({ path, level: 'suspicious', what }));
  for (const entry of entries) findings.push(...(await scanEntry(file, entry, depth + 1)));
  return findings;
}

function tooDeep(path: string): ScanFinding {
  return { path, level: 'suspicious', what: 'Archives are nested deeper than is looked into.' };
}

async function scanEntry(archive: ScannedFile, entry: ArchiveEntry, depth: number): Promise<ScanFinding[]> {
  const path = `${archive.path}!${entry.name}`;
  if (!entry.isDeflated) {
    const range = (start: number, end: number) => archive.range(entry.start + start, entry.start + end);
    return scanStored({ path, bytes: entry.end - entry.start, range }, depth);
  }
  return scanCompressed(path, () => archive.range(entry.start, entry.end), { compression: 'deflate', depth });
}

async function scanCompressed(
  path: string,
  source: () => Promise<Readable>,
  { compression, depth }: { compression: Compression; depth: number },
): Promise<ScanFinding[]> {
  try {
    return await scanBytes(path, async (limit) => inflated(await source(), compression, limit), depth);
  } catch (error) {
    if (error instanceof Unreadable) return [{ path, level: 'suspicious', what: error.message }];
    throw error;
  }
}

/** Looks at bytes that come one after the other. */
async function scanBytes(path: string, open: Opened, depth: number): Promise<ScanFinding[]> {
  const say = (level: ScanLevel, what: string): ScanFinding[] => [{ path, level, what }];
  const head = (await collect(await open(headBytes))).toString('latin1');
  if (head.startsWith('PK\x03\x04')) return say('suspicious', 'It is an archive inside what is compressed.');
  const compression = compressionOf(head, path);
  if (compression) {
    if (depth >= mostNested) return [tooDeep(path)];
    const source = async () => Readable.from(await open());
    return scanCompressed(path, source, { compression, depth: depth + 1 });
  }
  const kind = unread.find(([magic]) => head.startsWith(magic));
  if (kind) return say('suspicious', `It is ${kind[1]}, which is not looked into.`);
  if (head.slice(257, 262) === 'ustar') return say('suspicious', 'It is a tar archive, which is not looked into.');
  if (head.startsWith('\x89HDF') || (/\.keras!/.test(path) && path.endsWith('config.json'))) {
    return (await holdsLambda(await open())) ? say('dangerous', 'A Lambda layer in it holds code.') : [];
  }
  if (head.startsWith('\x93NUMPY')) return scanArray(path, open, head);
  const isPickle = pickledName.test(path) || (!path.includes('!') && pickleHeads.includes(head.slice(0, 2)));
  return judge(path, await followPickles(await open()), isPickle);
}

function compressionOf(head: string, path: string): Compression | undefined {
  if (head.startsWith('\x1f\x8b')) return 'gzip';
  return zlibHeads.includes(head.slice(0, 2)) && pickledName.test(path) ? 'zlib' : undefined;
}

/** An array of objects is a pickle behind its head. */
async function scanArray(path: string, open: Opened, head: string): Promise<ScanFinding[]> {
  const isShort = head.charCodeAt(6) < 2;
  const length = isShort ? head.charCodeAt(8) + head.charCodeAt(9) * 256 : 0;
  if (isShort && length < headBytes && !/'descr':[^,]*O/.test(head.slice(10, 10 + length))) return [];
  if (!isShort)
    return [{ path, level: 'suspicious', what: 'The head of the array is of a kind that is not looked into.' }];
  return judge(path, await followPickles(skip(await open(), 10 + length)), true);
}

async function* skip(parts: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const part of parts) {
    if (part.length > left) yield part.subarray(left);
    left = Math.max(0, left - part.length);
  }
}

async function holdsLambda(parts: AsyncIterable<Buffer>): Promise<boolean> {
  let tail = '';
  for await (const part of parts) {
    const text = tail + part.toString('latin1');
    if (/"class_name":\s*"Lambda"/.test(text)) return true;
    tail = text.slice(-100);
  }
  return false;
}

/** Follows a pickle, and those behind it that say they are some. */
async function followPickles(parts: AsyncIterable<Buffer>): Promise<PickleReport[]> {
  const reports: PickleReport[] = [];
  let follower = new PickleFollower();
  for await (const part of parts) {
    let rest: Buffer = part;
    while (!follower.push(rest)) {
      reports.push(follower.report());
      rest = follower.rest;
      if (reports.at(-1)!.outcome === 'broken' || rest[0] !== 0x80 || reports.length > 100) return reports;
      follower = new PickleFollower();
    }
  }
  return [...reports, follower.report()];
}

/** Text may look like a pickle for a few bytes: what is not known as one counts only when it calls something. */
function judge(path: string, reports: readonly PickleReport[], isNamed: boolean): ScanFinding[] {
  return reports.flatMap(({ globals, hidden, calls, outcome, why }, i) => {
    const findings: ScanFinding[] = [];
    const say = (level: ScanLevel, what: string) => findings.push({ path, level, what });
    const isPickle = isNamed || (calls > 0 && globals.length + hidden > 0);
    if (!isPickle) return findings;
    for (const { module, name } of globals) {
      const level = judgeGlobal({ module, name });
      if (level) say(level, `Its pickle imports ${module}.${name}.`);
    }
    if (hidden > 0) say('dangerous', 'Its pickle puts names together as it is read.');
    if (i === 0 && outcome === 'broken') say('suspicious', `Its pickle cannot be followed to its end: ${why}.`);
    return findings;
  });
}
