import type { z } from 'zod';
import type { Actor } from '../kernel/actor.ts';

/** Event types (`<subject>.<past tense>`) and the shape of their data. */
export type EventSchemas = Record<string, z.ZodObject>;

/** What an event is about. */
export interface Subject {
  /** Such as `dataset`, `model-version`, `endpoint`. */
  kind: string;
  id: string;
  name?: string;
}

/** One fact of the ledger, never changed after it is written. */
export interface LedgerEvent {
  /** 1, 2, 3 … without gaps, in the order of commits. */
  position: number;
  id: string;
  type: string;
  /** Milliseconds, UTC. */
  at: number;
  actor: { id: string; kind: Actor['kind']; name: string };
  subject: Subject;
  data: Record<string, unknown>;
}
