import type { Background } from '../database/background.ts';
import type { Database, Queries } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { messageOf, TidemillError } from '../kernel/errors.ts';
import type { EventType } from './catalogue.ts';
import type { LedgerEvent } from './event.ts';
import { createFailureStore, type FailedEvent } from './failure-store.ts';
import { createReaderStore } from './reader-store.ts';
import { createEventStore } from './store.ts';

/** Something that reacts to events, durably: it keeps a cursor, and catches up when it was down. */
export interface Reader {
  name: string;
  types: readonly EventType[] | 'all';
  /**
   * Handles one event. `tx` is the transaction that also moves the cursor: what is written through it happens exactly once.
   * Anything else happens at least once, so it must be idempotent. Never await anything slow: queue it and let a task do it.
   * Events come in order, save one whose handler threw: it is handled again by itself, later and later, while others go on.
   */
  handle(event: LedgerEvent, tx: Queries): Promise<void>;
  /** A new reader starts at the end that the ledger has at its first turn, unless this is `beginning`. */
  from?: 'beginning' | 'end';
}

/** How far a reader has come, and what holds it up. */
export interface ReaderState {
  name: string;
  /** The last event it is done with. */
  position: number;
  /** How many events were written after that. */
  behind: number;
  /** How many events its handler threw at and has not handled since. */
  failing: number;
  lastError?: { position: number; attempts: number; message: string; at: number; nextAt: number };
}

/** What readers run on. */
export interface ReaderDeps {
  database: Database;
  clock: Clock;
  background: Background;
}

const batch = 100;
/** So many events are handled in one transaction, unless one of them fails. */
const eventsAtOnce = 20;
const longestPauseMs = 3_600_000;

/** Runs a reader as a background task, woken by `wakeReader` and by itself every two seconds. */
export function runReader(deps: ReaderDeps, reader: Reader): void {
  deps.background.add({ name: taskOf(reader), everyMs: 2_000, run: ({ signal }) => advance(deps, reader, signal) });
}

/** Has the reader look for events now, when it cares for this one. */
export function wakeReader(background: Background, reader: Reader, event: LedgerEvent): void {
  const types: readonly string[] | 'all' = reader.types;
  if (types === 'all' || types.includes(event.type)) background.wake(taskOf(reader));
}

/** Where every reader stands. */
export async function readerStates({ database }: ReaderDeps, readers: readonly Reader[]): Promise<ReaderState[]> {
  const store = createReaderStore(database.query);
  const [cursors, failures] = [await store.cursors(), await createFailureStore(database.query).failures()];
  const end = await createEventStore(database.query).lastPosition();
  return readers.map(({ name, from }) => {
    const position = cursors.get(name) ?? (from === 'beginning' ? 0 : end);
    const failed = failures.filter((failure) => failure.reader === name);
    const state = { name, position, behind: end - position, failing: failed.length };
    const last = failed.at(-1);
    if (!last) return state;
    const { attempts, error, failedAt, nextAt } = last;
    return { ...state, lastError: { position: last.position, attempts, message: error, at: failedAt, nextAt } };
  });
}

/** Handles what failed and is due, then reads on from the cursor; gives `true` when there may be more. */
async function advance(deps: ReaderDeps, reader: Reader, signal: AbortSignal): Promise<boolean> {
  const { database, clock } = deps;
  const problems: unknown[] = [];
  const store = createReaderStore(database.query);
  const events = createEventStore(database.query);
  for (const failure of await createFailureStore(database.query).dueFailures(reader.name, clock.now(), batch)) {
    if (!signal.aborted) await retry(deps, { reader, failure, problems });
  }
  let cursor = await cursorOf(deps, reader);
  const end = await events.lastPosition();
  const types = reader.types === 'all' ? undefined : reader.types;
  const found = cursor < end ? await events.read({ after: cursor, before: end + 1, limit: batch, types }) : [];
  for (let at = 0; at < found.length; at += eventsAtOnce) {
    const some = found.slice(at, at + eventsAtOnce);
    if (signal.aborted || !(await handleSome(deps, { reader, events: some, cursor, problems }))) return false;
    cursor = some.at(-1)!.position;
  }
  if (found.length < batch && end > cursor) {
    await store.moveCursor(reader.name, { from: cursor, to: end, now: clock.now() });
  }
  if (problems.length > 0) throw problems[0];
  return found.length === batch;
}

async function cursorOf({ database, clock }: ReaderDeps, reader: Reader): Promise<number> {
  const store = createReaderStore(database.query);
  const cursor = await store.cursor(reader.name);
  if (cursor !== undefined) return cursor;
  const start = reader.from === 'beginning' ? 0 : await createEventStore(database.query).lastPosition();
  await store.startCursor(reader.name, start, clock.now());
  return start;
}

interface NewEventsTurn extends Omit<NewEventTurn, 'event'> {
  events: readonly LedgerEvent[];
}

/**
 * Handles events together, for a commit costs more than most handlers. Where one throws, those before it are handled again
 * without it, it is set aside, and those after it go on. False: another runner has moved the cursor.
 */
async function handleSome(deps: ReaderDeps, { reader, events, cursor, problems }: NewEventsTurn): Promise<boolean> {
  const { database, clock } = deps;
  if (events.length === 0) return true;
  if (events.length === 1) return handleNew(deps, { reader, event: events[0]!, cursor, problems });
  const to = events.at(-1)!.position;
  let at = 0;
  try {
    return await database.transaction(async (tx) => {
      if (!(await createReaderStore(tx).moveCursor(reader.name, { from: cursor, to, now: clock.now() }))) return false;
      for (at = 0; at < events.length; at++) await reader.handle(events[at]!, tx);
      return true;
    });
  } catch (error) {
    // What fails at the end is nobody's fault in particular.
    if (isPassing(error) || at === events.length) throw error;
    const before = events.slice(0, at);
    if (!(await handleSome(deps, { reader, events: before, cursor, problems }))) return false;
    const event = events[at]!;
    const from = before.at(-1)?.position ?? cursor;
    if (!(await setAside(deps, { reader, event, cursor: from, problems }, error))) return false;
    return handleSome(deps, { reader, events: events.slice(at + 1), cursor: event.position, problems });
  }
}

interface NewEventTurn {
  reader: Reader;
  event: LedgerEvent;
  cursor: number;
  problems: unknown[];
}

/** Handles the next event, or notes that it failed; either way the cursor moves. False: another runner has moved it. */
async function handleNew(deps: ReaderDeps, turn: NewEventTurn): Promise<boolean> {
  const { database, clock } = deps;
  const { reader, event, cursor } = turn;
  const move = { from: cursor, to: event.position, now: clock.now() };
  try {
    return await database.transaction(async (tx) => {
      if (!(await createReaderStore(tx).moveCursor(reader.name, move))) return false;
      await reader.handle(event, tx);
      return true;
    });
  } catch (error) {
    if (isPassing(error)) throw error;
    return setAside(deps, turn, error);
  }
}

/** Notes that an event failed, and moves the cursor past it. */
async function setAside(
  { database, clock }: ReaderDeps,
  { reader, event, cursor, problems }: NewEventTurn,
  error: unknown,
): Promise<boolean> {
  const move = { from: cursor, to: event.position, now: clock.now() };
  problems.push(error);
  return database.transaction(async (tx) => {
    if (!(await createReaderStore(tx).moveCursor(reader.name, move))) return false;
    await createFailureStore(tx).putFailed(failureOf(reader, event.position, { attempts: 1, error, now: clock.now() }));
    return true;
  });
}

async function retry(
  { database, clock }: ReaderDeps,
  { reader, failure, problems }: { reader: Reader; failure: FailedEvent; problems: unknown[] },
): Promise<void> {
  const { position } = failure;
  try {
    const event = await createEventStore(database.query).at(position);
    await database.transaction(async (tx) => {
      if ((await createFailureStore(tx).removeFailed(reader.name, position)) && event) await reader.handle(event, tx);
    });
  } catch (error) {
    if (isPassing(error)) throw error;
    problems.push(error);
    const again = failureOf(reader, position, { attempts: failure.attempts + 1, error, now: clock.now() });
    await createFailureStore(database.query).putFailed(again);
  }
}

function failureOf(
  reader: Reader,
  position: number,
  { attempts, error, now }: { attempts: number; error: unknown; now: number },
): FailedEvent {
  const pause = Math.min(longestPauseMs, 1_000 * 2 ** (attempts - 1));
  const message = messageOf(error).slice(0, 2_000);
  return { reader: reader.name, position, attempts, nextAt: now + pause, failedAt: now, error: message };
}

/** Whether the database or disk is at fault and not the event: then the cursor stays, and the whole turn is tried again. */
function isPassing(error: unknown): boolean {
  return error instanceof TidemillError && error.kind === 'unavailable';
}

function taskOf(reader: Reader): string {
  return `reader:${reader.name}`;
}
