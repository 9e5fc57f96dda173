import { type Background, createBackground } from '../../src/database/background.ts';
import type { Database } from '../../src/database/database.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { createLedger, type Ledger } from '../../src/ledger/index.ts';

/** The ledger and its background runner over a test's database; errors of background tasks are collected. */
export interface Spine {
  ledger: Ledger;
  background: Background;
  clock: Clock;
  errors: unknown[];
}

/** Makes a spine; the caller starts and stops `background` when its test needs readers or tasks to run. */
export function createSpine(database: Database, clock: Clock = systemClock, leaseMs?: number): Spine {
  const errors: unknown[] = [];
  const onError = (_task: string, error: unknown) => errors.push(error);
  const background = createBackground({ database, clock, onError, ...(leaseMs !== undefined && { leaseMs }) });
  return { ledger: createLedger({ database, clock, background }), background, clock, errors };
}
