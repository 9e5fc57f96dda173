import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { notFound } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { stringifyJson } from '../../../kernel/json.ts';
import type { ServingDeps } from '../deps.ts';
import type { ServingTables } from '../tables.ts';
import { scratchPath } from './scratch-files.ts';

/** Rows of a load that were not taken, written as they come. */
export interface FeedbackQuarantine {
  rows: number;
  add(row: Readonly<Record<string, unknown>>): Promise<void>;
  /** Keeps what was added; undefined where that is nothing. */
  keep(): Promise<{ id: string; bytes: number; rows: number } | undefined>;
  /** Forgets the file it was written to. */
  end(): Promise<void>;
}

const charsAtOnce = 65_536;

/** Makes a quarantine; its file is there from the first row on. */
export function createQuarantine(deps: ServingDeps, endpoint: string | undefined): FeedbackQuarantine {
  const id = newId();
  let path: string | undefined;
  let file: FileHandle | undefined;
  let text = '';
  const write = async () => {
    await file?.appendFile(text);
    text = '';
  };
  const quarantine: FeedbackQuarantine = {
    rows: 0,
    async add(row) {
      path ??= await scratchPath(deps, 'ndjson');
      file ??= await open(path, 'wx', 0o600);
      quarantine.rows++;
      text += `${stringifyJson(row)}\n`;
      if (text.length >= charsAtOnce) await write();
    },
    async keep() {
      if (path === undefined) return undefined;
      await write();
      const { digest, bytes } = await deps.blobs.put(createReadStream(path));
      const { rows } = quarantine;
      const row = { id, endpoint: endpoint ?? null, digest, bytes, rows, created_at: deps.clock.now() };
      const db = deps.database.query.withTables<ServingTables>();
      await db.insertInto('prediction_quarantine').values(row).execute();
      return { id, bytes, rows };
    },
    async end() {
      await file?.close();
      if (path !== undefined) await rm(path, { force: true });
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
