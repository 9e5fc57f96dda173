import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import { markNeeded } from './mark.ts';

/** What a collection found, and removed unless it was a dry run. */
export interface Collected {
  dryRun: boolean;
  /** Contents in the store, and their bytes. */
  stored: number;
  storedBytes: number;
  /** Those that nothing needs and that are old enough. */
  unused: number;
  unusedBytes: number;
  /** Those that nothing needs yet, but that came too lately to be sure. */
  young: number;
  youngBytes: number;
}

/** What collecting works with. */
export interface GarbageDeps {
  database: Database;
  blobs: Blobs;
  ledger: Ledger;
  clock: Clock;
}

const contentsAtOnce = 500;

/** Removes content that nothing refers to. */
export interface Garbage {
  /** Content younger than `minAgeMs` stays: somebody may be about to refer to it. One collection runs at a time. */
  collect(actor: Actor, options: { dryRun: boolean; minAgeMs: number }): Promise<Collected>;
}

/** Makes the collection of content that nothing refers to. */
export function createGarbage(deps: GarbageDeps): Garbage {
  let running = false;
  return {
    async collect(actor, options) {
      if (running) fail('conflict', 'A garbage collection is running already.', { field: 'garbage' });
      running = true;
      try {
        return await collect(deps, actor, options);
      } finally {
        running = false;
      }
    },
  };
}

async function collect(
  deps: GarbageDeps,
  actor: Actor,
  { dryRun, minAgeMs }: { dryRun: boolean; minAgeMs: number },
): Promise<Collected> {
  const { blobs, clock } = deps;
  const before = clock.now() - minAgeMs;
  const needed = await markNeeded(deps);
  const sum: Collected = { dryRun, stored: 0, storedBytes: 0, unused: 0, unusedBytes: 0, young: 0, youngBytes: 0 };
  for (let pageToken: string | undefined; ; ) {
    const page = await blobs.list({ limit: contentsAtOnce, ...(pageToken === undefined ? {} : { pageToken }) });
    for (const { digest, bytes } of page.items) {
      sum.stored++;
      sum.storedBytes += bytes;
      if (needed.has(digest)) continue;
      const isOld = await blobs.deleteUnused(digest, before, { dryRun });
      sum[isOld ? 'unused' : 'young']++;
      sum[isOld ? 'unusedBytes' : 'youngBytes'] += bytes;
    }
    pageToken = page.nextPageToken;
    if (pageToken === undefined) break;
  }
  if (!dryRun) await record(deps, actor, sum);
  return sum;
}

async function record({ database, ledger }: GarbageDeps, actor: Actor, { unused, unusedBytes }: Collected) {
  await database.transaction(async (tx) => {
    const subject = { kind: 'store', id: 'objects', name: 'objects' };
    await ledger.append(tx, { type: 'garbage.collected', actor, subject, data: { unused, unusedBytes } });
  });
}
