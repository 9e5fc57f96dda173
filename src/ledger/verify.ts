import { connect } from '../database/connect.ts';
import type { Database } from '../database/database.ts';
import { type Checkpoint, createCheckpointStore } from './checkpoint-store.ts';
import { GrowingTree, leafHash } from './merkle.ts';
import { storedLevel } from './seal.ts';
import { isSignedBy, keyIdOf } from './signing.ts';
import { createEventStore, type StoredEvent } from './store.ts';
import { createTreeStore } from './tree-store.ts';

/** What is wrong with a ledger, and where. */
export interface LedgerProblem {
  kind: 'event-changed' | 'event-missing' | 'checkpoint-signature' | 'checkpoint-root' | 'truncated' | 'subtree';
  /** The event's position, or the checkpoint's size. */
  position: number;
  message: string;
}

/** The outcome of checking every event, subtree and checkpoint. */
export interface LedgerVerdict {
  ok: boolean;
  events: number;
  checkpoints: number;
  /** Up to which event a valid checkpoint seals the ledger; what follows is not sealed yet. */
  sealedTo: number;
  /** At most 100. */
  problems: LedgerProblem[];
}

/** What to check, and against what. */
export interface LedgerEvidence {
  database: Database;
  /** Keys (SPKI PEM) whose signatures count. */
  publicKeys: readonly string[];
  /** A checkpoint kept elsewhere: the ledger must still hold it. Without one, a ledger cut back to an older checkpoint looks whole. */
  trusted?: Checkpoint | undefined;
}

// So few at a time that a server that checks itself goes on answering.
const batch = 200;
const mostProblems = 100;

/**
 * Recomputes the ledger from its rows and compares it with its signed checkpoints, reading everything once and trusting
 * nothing but the public keys. It needs no server.
 */
export async function verifyLedger(evidence: LedgerEvidence): Promise<LedgerVerdict> {
  const check = new LedgerCheck(evidence);
  const events = createEventStore(evidence.database.query);
  for (let at = 0; ; ) {
    const found = await events.readStored(at, batch);
    for (const stored of found) await check.event(stored);
    if (found.length < batch) break;
    at = found.at(-1)!.event.position;
  }
  return check.finish();
}

/** Checks the ledger of a database file or URL without a server, also beside one that runs. */
export async function verifyLedgerAt(url: string, evidence: Omit<LedgerEvidence, 'database'>): Promise<LedgerVerdict> {
  const database = await connect(url);
  try {
    return await verifyLedger({ ...evidence, database });
  } finally {
    await database.close();
  }
}

class LedgerCheck {
  readonly #evidence: LedgerEvidence;
  readonly #tree = new GrowingTree();
  readonly #computed = new Map<string, string>();
  readonly #problems: LedgerProblem[] = [];
  #waiting: Checkpoint[] = [];
  #readTo = 0;
  #allRead = false;
  #checkpoints = 0;
  #sealedTo = 0;

  constructor(evidence: LedgerEvidence) {
    this.#evidence = evidence;
  }

  async event({ event, digest, sound }: StoredEvent): Promise<void> {
    const { position } = event;
    const expected = this.#tree.size + 1;
    if (position !== expected) this.#wrong('event-missing', expected, `The event at position ${expected} is missing.`);
    if (!sound) this.#wrong('event-changed', position, `The event at position ${position} was changed.`);
    this.#tree.add(leafHash(Buffer.from(digest, 'hex')), (level, number, hash) => {
      if (level >= storedLevel) this.#computed.set(`${level}/${number}`, hash.toString('hex'));
    });
    const checkpoint = await this.#checkpointAt(this.#tree.size);
    if (checkpoint) this.#check(checkpoint, this.#tree.root().toString('hex'));
    const { trusted } = this.#evidence;
    if (trusted?.size === this.#tree.size) this.#checkTrusted(trusted);
  }

  async finish(): Promise<LedgerVerdict> {
    const { database, trusted } = this.#evidence;
    const events = this.#tree.size;
    for (;;) {
      const beyond = await this.#checkpointAt(Number.MAX_SAFE_INTEGER);
      if (!beyond) break;
      this.#check(beyond, undefined);
    }
    if (trusted && trusted.size > events) {
      this.#wrong('truncated', trusted.size, `${trusted.size} events were sealed, ${events} are left.`);
    }
    for (const { level, number, hash } of await createTreeStore(database.query).subtrees()) {
      if (this.#computed.get(`${level}/${number}`) === hash) continue;
      const position = (number + 1) * 2 ** level;
      this.#wrong(
        'subtree',
        position,
        `The stored hash of subtree ${number} of level ${level} is not that of its events.`,
      );
    }
    const { length } = this.#problems;
    return {
      ok: length === 0,
      events,
      checkpoints: this.#checkpoints,
      sealedTo: this.#sealedTo,
      problems: this.#problems,
    };
  }

  /** The next checkpoint whose size is at most `size`. */
  async #checkpointAt(size: number): Promise<Checkpoint | undefined> {
    if (this.#waiting.length === 0 && !this.#allRead) {
      this.#waiting = await createCheckpointStore(this.#evidence.database.query).after(this.#readTo, batch);
      this.#readTo = this.#waiting.at(-1)?.size ?? this.#readTo;
      this.#allRead = this.#waiting.length < batch;
    }
    return (this.#waiting[0]?.size ?? Number.POSITIVE_INFINITY) <= size ? this.#waiting.shift() : undefined;
  }

  #check(checkpoint: Checkpoint, root: string | undefined): void {
    const { size } = checkpoint;
    this.#checkpoints++;
    if (!isSignedBy(checkpoint, this.#evidence.publicKeys)) {
      const known = this.#evidence.publicKeys.some((key) => keyIdOf(key) === checkpoint.keyId);
      const why = known ? 'does not bear a valid signature' : `is signed with an unknown key (${checkpoint.keyId})`;
      this.#wrong('checkpoint-signature', size, `The checkpoint of size ${size} ${why}.`);
    } else if (root === undefined) {
      this.#wrong('truncated', size, `${size} events were sealed, ${this.#tree.size} are left.`);
    } else if (root !== checkpoint.root) {
      this.#wrong('checkpoint-root', size, `The first ${size} events are not those that were sealed.`);
    } else this.#sealedTo = size;
  }

  #checkTrusted(trusted: Checkpoint): void {
    if (!isSignedBy(trusted, this.#evidence.publicKeys)) {
      this.#wrong(
        'checkpoint-signature',
        trusted.size,
        'The checkpoint kept elsewhere does not bear a valid signature.',
      );
    } else if (trusted.root !== this.#tree.root().toString('hex')) {
      this.#wrong('checkpoint-root', trusted.size, `The first ${trusted.size} events are not those sealed elsewhere.`);
    }
  }

  #wrong(kind: LedgerProblem['kind'], position: number, message: string): void {
    if (this.#problems.length < mostProblems) this.#problems.push({ kind, position, message });
  }
}
