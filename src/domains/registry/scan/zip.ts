import type { Readable } from 'node:stream';
import { collect } from './inflate.ts';

/** A file inside an archive, and where its bytes lie in it. */
export interface ArchiveEntry {
  name: string;
  isDeflated: boolean;
  start: number;
  end: number;
}

/** The files of an archive, and what is wrong with it. */
export interface Archive {
  entries: ArchiveEntry[];
  faults: string[];
}

/** Bytes that can be read from anywhere. */
export interface Source {
  bytes: number;
  range(start: number, end: number): Promise<Readable>;
}

const mostEntries = 20_000;
const mostDirectoryBytes = 16_777_216;
const large = 0xffffffff;

/** Reads the directory of a ZIP archive; flags and checksums that loaders ignore are ignored here, contradictions are told. */
export async function readArchive(source: Source): Promise<Archive> {
  const faults = new Set<string>();
  const directory = await findDirectory(source);
  if (!directory) return { entries: [], faults: ['The archive has no directory.'] };
  const { count, start, bytes } = directory;
  if (count > mostEntries || bytes > mostDirectoryBytes || start + bytes > source.bytes) {
    return { entries: [], faults: ['The directory of the archive is larger than is looked into.'] };
  }
  const listed = readEntries(await read(source, start, start + bytes));
  if (listed.length !== count) faults.add('The directory of the archive does not list what it says.');
  const entries: ArchiveEntry[] = [];
  for (const { name, method, compressed, offset } of listed) {
    const local = await read(source, offset, Math.min(offset + 30 + 1024, source.bytes));
    if (local.length < 30 || local.readUInt32LE(0) !== 0x04034b50) {
      faults.add('An entry of the archive is not where its directory says.');
      continue;
    }
    const nameEnd = 30 + local.readUInt16LE(26);
    if (local.toString('utf8', 30, nameEnd) !== name && nameEnd <= local.length) {
      faults.add('The archive names an entry in two ways.');
    }
    if (method !== 0 && method !== 8)
      faults.add(`An entry is compressed by method ${method}, which is not looked into.`);
    const at = offset + nameEnd + local.readUInt16LE(28);
    if (at + compressed > source.bytes) faults.add('An entry of the archive ends behind its end.');
    const isRead = (method === 0 || method === 8) && !name.endsWith('/');
    if (isRead)
      entries.push({ name, isDeflated: method === 8, start: at, end: Math.min(at + compressed, source.bytes) });
  }
  return { entries, faults: [...faults] };
}

async function read(source: Source, start: number, end: number): Promise<Buffer> {
  if (start < 0 || start >= end || start >= source.bytes) return Buffer.alloc(0);
  return collect(await source.range(start, Math.min(end, source.bytes)));
}

async function findDirectory(source: Source): Promise<{ count: number; start: number; bytes: number } | undefined> {
  const tailStart = Math.max(0, source.bytes - 65_557 - 20);
  const tail = await read(source, tailStart, source.bytes);
  const at = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (at < 0 || at + 22 > tail.length) return undefined;
  const plain = {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
  };
  const hasLarge = at >= 20 && tail.readUInt32LE(at - 20) === 0x07064b50;
  if (!hasLarge || (plain.count !== 0xffff && plain.bytes !== large && plain.start !== large)) return plain;
  const record = Number(tail.readBigUInt64LE(at - 20 + 8));
  const found = await read(source, record, record + 56);
  if (found.length < 56 || found.readUInt32LE(0) !== 0x06064b50) return undefined;
  const number = (place: number) => Number(found.readBigUInt64LE(place));
  return { count: number(32), bytes: number(40), start: number(48) };
}

interface Listed {
  name: string;
  method: number;
  compressed: number;
  offset: number;
}

function readEntries(directory: Buffer): Listed[] {
  const entries: Listed[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place));
    const extraAt = at + 46 + nameBytes!;
    const sizes = {
      whole: directory.readUInt32LE(at + 24),
      compressed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    };
    const name = directory.toString('utf8', at + 46, extraAt);
    const { compressed, offset } = enlarge(sizes, directory.subarray(extraAt, extraAt + extraBytes!));
    entries.push({ name, method: directory.readUInt16LE(at + 10), compressed, offset });
    at = extraAt + extraBytes! + commentBytes!;
  }
  return entries;
}

/** Sizes beyond 32 bits stand in an extra field, each only where its own place is full. */
function enlarge(sizes: { whole: number; compressed: number; offset: number }, extra: Buffer): typeof sizes {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const grown = { ...sizes };
    let place = at + 4;
    for (const key of ['whole', 'compressed', 'offset'] as const) {
      if (sizes[key] !== large || place + 8 > extra.length) continue;
      grown[key] = Number(extra.readBigUInt64LE(place));
      place += 8;
    }
    return grown;
  }
  return sizes;
}
