import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Background } from '../database/background.ts';
import type { Database } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { fail, messageOf, notFound } from '../kernel/errors.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../kernel/page.ts';
import { typesMatching } from './catalogue.ts';
import { type Checkpoint, createCheckpointStore } from './checkpoint-store.ts';
import type { LedgerEvent } from './event.ts';
import { consistencyPath, inclusionPath, leafHash } from './merkle.ts';
import { seal, subtreeReader } from './seal.ts';
import type { LedgerKey } from './signing.ts';
import { createEventStore, eventDigest } from './store.ts';
import { type LedgerVerdict, verifyLedger } from './verify.ts';

/** Which events to list; all conditions hold together. */
export interface EventFilter {
  /** A type, or `<area>.*` for all that start so. */
  types?: readonly string[] | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
  subjectName?: string | undefined;
  actor?: string | undefined;
  /** UTC milliseconds, included. */
  from?: number | undefined;
  /** UTC milliseconds, not included. */
  to?: number | undefined;
  oldestFirst?: boolean | undefined;
}

/** That an event is in the sealed ledger: hashing `leaf` up `path` gives the checkpoint's root (RFC 6962 §2.1.1). */
export interface EventProof {
  event: LedgerEvent;
  /** The event's digest: sha256 of its canonical JSON. */
  digest: string;
  /** The leaf's place, from 0, and its hash. */
  index: number;
  leaf: string;
  path: string[];
  checkpoint: Checkpoint;
  /** SPKI PEM of this server's key. */
  publicKey: string;
}

/** The ledger as evidence: sealed, proved, checked and read by people. */
export interface Audit {
  list(filter: EventFilter, page: PageRequest): Promise<Page<LedgerEvent>>;
  /** Fails with `not_found` for an unknown position, with `unavailable` for an event not sealed yet. */
  proof(position: number): Promise<EventProof>;
  /** That the tree of the newest checkpoint extends the one of `oldSize` events (RFC 6962 §2.1.2). */
  consistency(oldSize: number): Promise<{ oldSize: number; path: string[]; checkpoint: Checkpoint }>;
  checkpoint(): Promise<Checkpoint | undefined>;
  /** Seals what was written so far, now. */
  seal(): Promise<Checkpoint | undefined>;
  verify(): Promise<LedgerVerdict>;
  readonly publicKey: string;
}

interface AuditOptions {
  database: Database;
  clock: Clock;
  background: Background;
  key: LedgerKey;
  /** A file beside the database that keeps the newest checkpoint, so that a database cut back is noticed. */
  headFile?: string;
}

/** Makes the audit over a ledger; it seals every ten seconds when there is something to seal. */
export function createAudit(options: AuditOptions): Audit {
  const { database, background, key } = options;
  background.add({
    name: 'ledger:seal',
    everyMs: 10_000,
    run: async () => (await sealOnce(options))?.more === true,
  });
  const checkpoint = () => createCheckpointStore(database.query).latest();
  return {
    list: (filter, page) => list(database, filter, page),
    proof: (position) => proof(options, position),
    consistency: (oldSize) => consistency(database, oldSize),
    checkpoint,
    async seal() {
      while ((await sealOnce(options))?.more);
      return checkpoint();
    },
    verify: async () =>
      verifyLedger({ database, publicKeys: [key.publicKey], trusted: await readHead(options.headFile) }),
    publicKey: key.publicKey,
  };
}

async function sealOnce(options: AuditOptions) {
  const sealed = await seal(options);
  const { headFile } = options;
  if (sealed && headFile) {
    await writeFile(`${headFile}.new`, `${JSON.stringify(sealed.checkpoint)}\n`, { mode: 0o600 });
    await rename(`${headFile}.new`, headFile);
  }
  return sealed;
}

/** Reads the checkpoint that was kept beside the database, or nothing when none was. */
export async function readHead(file: string | undefined): Promise<Checkpoint | undefined> {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Checkpoint;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    return fail('corrupt', `The checkpoint kept in ${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

async function list(database: Database, filter: EventFilter, page: PageRequest): Promise<Page<LedgerEvent>> {
  const { subjectKind, subjectId, subjectName, actor, from, to, oldestFirst = false } = filter;
  if ((subjectId ?? subjectName) !== undefined && subjectKind === undefined) {
    fail('invalid_input', 'A subject is named by its kind, too.', { field: 'subjectKind' });
  }
  const at = page.pageToken === undefined ? undefined : Number(decodePageToken(page.pageToken, ['number'])[0]);
  const events = await createEventStore(database.query).read({
    ...(oldestFirst ? { after: at } : { before: at }),
    types: filter.types?.flatMap(typesMatching),
    subject: subjectKind === undefined ? undefined : { kind: subjectKind, id: subjectId, name: subjectName },
    actor,
    from,
    to,
    limit: page.limit + 1,
    newestFirst: !oldestFirst,
  });
  return toPage(events, page.limit, (event) => [event.position]);
}

async function proof({ database, key }: AuditOptions, position: number): Promise<EventProof> {
  const event = (await createEventStore(database.query).at(position)) ?? notFound('ledger event', String(position));
  const checkpoint = await createCheckpointStore(database.query).latest();
  if (!checkpoint || checkpoint.size < position) {
    return fail('unavailable', `The event at position ${position} is not sealed yet; retry in some seconds.`);
  }
  const digest = eventDigest(event);
  const path = await inclusionPath(position - 1, checkpoint.size, subtreeReader(database.query));
  const leaf = leafHash(Buffer.from(digest, 'hex')).toString('hex');
  const hashes = path.map((hash) => hash.toString('hex'));
  return { event, digest, index: position - 1, leaf, path: hashes, checkpoint, publicKey: key.publicKey };
}

async function consistency(database: Database, oldSize: number) {
  const checkpoint = await createCheckpointStore(database.query).latest();
  if (!checkpoint || oldSize > checkpoint.size || oldSize < 0) {
    return fail('invalid_input', `The sealed ledger has ${checkpoint?.size ?? 0} events, not ${oldSize}.`, {
      field: 'oldSize',
      value: oldSize,
    });
  }
  const path = await consistencyPath(oldSize, checkpoint.size, subtreeReader(database.query));
  return { oldSize, path: path.map((hash) => hash.toString('hex')), checkpoint };
}
