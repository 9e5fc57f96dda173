import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import { keptRanges, type LogLimits, readRanges, segmentsOf } from './log-file.ts';
import { createRunStore } from './run-store.ts';
import { readSecrets, type StepFolder, stepFolderAt } from './step-folder.ts';

interface ArchiveDeps {
  database: Database;
  blobs: Blobs;
  root: string;
  log: LogLimits;
  onError(what: string, error: unknown): void;
}

interface Leaving {
  runId: string;
  idx: number;
  n: number;
  folder: StepFolder;
}

const atOnce = 4;

/** Moves logs of ended attempts into the store and removes their folders, beside the work of the engine. */
export class Archive {
  readonly #deps: ArchiveDeps;
  readonly #waiting: Leaving[] = [];
  readonly #working = new Set<Promise<void>>();

  constructor(deps: ArchiveDeps) {
    this.#deps = deps;
  }

  /** Takes over an attempt's folder. */
  add(attempt: { runId: string; idx: number; n: number }): void {
    this.#waiting.push({ ...attempt, folder: stepFolderAt(this.#deps.root, attempt) });
    while (this.#working.size < atOnce && this.#waiting.length > 0) {
      const worker: Promise<void> = this.#work().finally(() => this.#working.delete(worker));
      this.#working.add(worker);
    }
  }

  /** Resolves when nothing waits. */
  async settle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Takes over what an earlier server left behind, but for attempts that are under way. */
  async sweep(): Promise<void> {
    if (!existsSync(this.#deps.root)) return;
    const store = createRunStore(this.#deps.database.query);
    for (const runId of await readdir(this.#deps.root)) {
      const open = new Set((await store.openAttempts(runId)).map((row) => `${row.idx}.${row.n}`));
      for (const name of await readdir(join(this.#deps.root, runId)).catch(() => [])) {
        const [idx, n] = name.split('.').map(Number);
        if (!open.has(name) && idx !== undefined && n !== undefined) this.add({ runId, idx, n });
      }
    }
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await this.#store(next);
      } catch (error) {
        // The folder stays; the next start sweeps it up.
        this.#deps.onError('pipelines: storing a log', error);
      }
    }
  }

  async #store(leaving: Leaving): Promise<void> {
    const { folder } = leaving;
    const { database, blobs, log } = this.#deps;
    const segments = segmentsOf(folder);
    const total = segments.at(-1)?.end ?? 0;
    if (total > 0) {
      const ranges = keptRanges(total, log);
      const stored = await blobs.put(readRanges(segments, ranges, readSecrets(folder)));
      const head = ranges.length > 1 ? ranges[0]!.end : total;
      await createRunStore(database.query).noteLog(leaving, {
        bytes: total,
        head,
        kept: stored.bytes,
        digest: stored.digest,
      });
    }
    await rm(folder.root, { recursive: true, force: true });
    await rmdir(dirname(folder.root)).catch(() => {});
  }
}
