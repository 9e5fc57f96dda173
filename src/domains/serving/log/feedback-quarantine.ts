import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { notFound } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { stringifyJson } from '../../../kernel/json.ts';
import type { ServingDeps } from '../deps.ts';
import type { ServingTables } from '../tables.ts';

/** Rows of a load that were not taken, written as they come. */
export interface FeedbackQuarantine {
  rows: number;
  add(row: Readonly<Record<string, unknown>>): Promise<void>;
  /** Keeps what was added; undefined where that is nothing. */
  keep(): Promise<{ id: string; bytes: number; rows: number } | undefined>;
  /** Forgets the file it was written to. */
  end(): Promise<void>;
}

/** Makes a quarantine; its file is there from the first row on. */
export function createQuarantine(deps: ServingDeps, endpoint: string | undefined): FeedbackQuarantine {
  const id = newId();
  const path = join(deps.folder, 'exports', `${id}.ndjson`);
  let file: WriteStream | undefined;
  const quarantine: FeedbackQuarantine = {
    rows: 0,
    async add(row) {
      if (!file) {
        await mkdir(join(deps.folder, 'exports'), { recursive: true });
        file = createWriteStream(path, { mode: 0o600 });
      }
      quarantine.rows++;
      const opened = file;
      if (!opened.write(`${stringifyJson(row)}\n`)) await once(opened, 'drain');
    },
    async keep() {
      if (!file) return undefined;
      const opened = file;
      await new Promise<void>((resolve, reject) => {
        opened.once('error', reject);
        opened.end(resolve);
      });
      const { digest, bytes } = await deps.blobs.put(createReadStream(path));
      const { rows } = quarantine;
      const row = { id, endpoint: endpoint ?? null, digest, bytes, rows, created_at: deps.clock.now() };
      const db = deps.database.query.withTables<ServingTables>();
      await db.insertInto('prediction_quarantine').values(row).execute();
      return { id, bytes, rows };
    },
    async end() {
      file?.destroy();
      await rm(path, { force: true });
    },
  };
  return quarantine;
}

/** The content of a quarantine. */
export async function findQuarantine(deps: ServingDeps, id: string): Promise<{ digest: string; bytes: number }> {
  const db = deps.database.query.withTables<ServingTables>();
  const query = db.selectFrom('prediction_quarantine').select(['digest', 'bytes']).where('id', '=', id);
  return (await query.executeTakeFirst()) ?? notFound('feedback quarantine', id);
}
