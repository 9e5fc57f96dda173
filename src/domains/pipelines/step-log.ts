import { existsSync } from 'node:fs';
import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import { notFound } from '../../kernel/errors.ts';
import { keptRanges, type LogLimits, type LogSegment, readMasked, segmentsOf } from './log-file.ts';
import { isActive, isTerminal } from './machine.ts';
import type { StepState } from './run-schema.ts';
import { type AttemptRow, createRunStore } from './run-store.ts';
import { readSecrets, stepFolderAt } from './step-folder.ts';

/** Which part of a step's log. */
export interface LogQuery {
  runId: string;
  step: string;
  /** The latest unless said. */
  attempt?: number | undefined;
  /** Counted in bytes the step wrote. */
  offset?: number | undefined;
  limitBytes?: number | undefined;
}

/** A piece of a log. */
export interface LogChunk {
  text: string;
  offset: number;
  /** Where to read on. */
  nextOffset: number;
  /** Nothing more will come. */
  ended: boolean;
}

interface LogDeps {
  database: Database;
  blobs: Blobs;
  root: string;
  limits: LogLimits;
}

const defaultBytes = 64 * 1024;
const followMs = 200;

/** Reads a piece of a step's log, live or stored. What was cut out of a flood shows as one line that counts it. */
export async function readLog(deps: LogDeps, query: LogQuery): Promise<LogChunk> {
  const source = await openLog(deps, query);
  if (!source.isLeaving) return readFrom(source, query);
  // The log of an ended attempt moves into the store: what was read while its files went may lack some.
  const read = await readFrom(source, query).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const now = await openLog(deps, query);
  return read && now.isLeaving ? read : readFrom(now, query);
}

async function readFrom(source: LogSource, query: LogQuery): Promise<LogChunk> {
  const { offset = 0, limitBytes = defaultBytes } = query;
  const segment = source.segments.find((one) => one.end > offset);
  if (!segment) return { text: '', offset, nextOffset: offset, ended: source.ended };
  if (segment.start > offset) {
    const text = `\n[${segment.start - offset} bytes of this log were cut]\n`;
    return { text, offset, nextOffset: segment.start, ended: false };
  }
  const end = Math.min(segment.end, offset + limitBytes);
  const bytes = await readMasked(segment, { start: offset, end }, source.secrets);
  const last = segment === source.segments.at(-1) && end === segment.end;
  const whole = last && source.ended ? bytes : bytes.subarray(0, wholeCharacters(bytes));
  const nextOffset = offset + (whole.length > 0 ? whole.length : bytes.length);
  return {
    text: (whole.length > 0 ? whole : bytes).toString('utf8').replaceAll('\0', ''),
    offset,
    nextOffset,
    ended: source.ended && last,
  };
}

/** Reads on from an offset until the step ends or the reader goes away. */
export async function* followLog(deps: LogDeps, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogChunk> {
  let offset = query.offset ?? 0;
  while (!signal.aborted) {
    const chunk = await readLog(deps, { ...query, offset });
    offset = chunk.nextOffset;
    if (chunk.text !== '' || chunk.ended) yield chunk;
    if (chunk.ended) return;
    if (chunk.text === '') await new Promise((resolve) => setTimeout(resolve, followMs).unref());
  }
}

interface LogSource {
  segments: LogSegment[];
  secrets: string[];
  ended: boolean;
  /** Still in the attempt's folder although it has ended. */
  isLeaving?: boolean;
}

async function openLog(deps: LogDeps, query: LogQuery): Promise<LogSource> {
  const store = createRunStore(deps.database.query);
  const node = await store.node(query.runId, query.step);
  if (!node)
    return (await store.run(query.runId)) ? notFound('step', query.step) : notFound('pipeline run', query.runId);
  const n = query.attempt ?? node.attempts;
  const row = await store.attempt(query.runId, node.idx, n);
  const over = isTerminal(node.state as StepState) || (query.attempt ?? n) < node.attempts;
  if (!row)
    return query.attempt === undefined ? { segments: [], secrets: [], ended: over } : notFound('attempt', String(n));
  if (row.log_digest !== null) return { segments: storedSegments(deps.blobs, row), secrets: [], ended: true };
  const folder = stepFolderAt(deps.root, { runId: query.runId, idx: node.idx, n });
  if (existsSync(folder.root)) {
    const ended = row.state !== 'submitting' && row.state !== 'running';
    const segments = segmentsOf(folder);
    const secrets = readSecrets(folder);
    return { segments: ended ? clip(segments, deps.limits) : segments, secrets, ended, isLeaving: ended };
  }
  // The folder went between the two looks: it is stored by now.
  const again = await store.attempt(query.runId, node.idx, n);
  if (again?.log_digest) return { segments: storedSegments(deps.blobs, again), secrets: [], ended: true };
  return { segments: [], secrets: [], ended: over && !isActive(node.state as StepState) };
}

/** What will be stored of a log that has ended. */
function clip(segments: readonly LogSegment[], limits: LogLimits): LogSegment[] {
  return keptRanges(segments.at(-1)?.end ?? 0, limits).flatMap((range) =>
    segments
      .map((one) => ({ ...one, start: Math.max(one.start, range.start), end: Math.min(one.end, range.end) }))
      .filter((one) => one.start < one.end),
  );
}

function storedSegments(blobs: Blobs, row: AttemptRow): LogSegment[] {
  const { log_offset: total, log_head: head, log_digest: digest } = row;
  const read = async (start: number, end: number) => {
    const parts: Buffer[] = [];
    for await (const part of await blobs.open(digest!, { start, end })) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };
  if (head >= total) return [{ start: 0, end: total, read }];
  const shift = row.log_kept - total;
  const tail = (start: number, end: number) => read(start + shift, end + shift);
  return [
    { start: 0, end: head, read },
    { start: head - shift, end: total, read: tail },
  ];
}

/** How many of the bytes make whole UTF-8 characters. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
