import { sql } from 'kysely';
import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import { type Holder, holders } from './holders.ts';

const rowsAtOnce = 500;
const digest = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
const [openObject, openList] = [0x7b, 0x5b];

/** Digests that are needed, each by its first 80 bits: two that share them would both stay. */
export class Needed {
  readonly #keys = new Set<string>();

  /** Gives whether it was new. */
  add(found: string): boolean {
    const before = this.#keys.size;
    this.#keys.add(found.slice(0, 20));
    return this.#keys.size > before;
  }

  has(one: string): boolean {
    return this.#keys.has(one.slice(0, 20));
  }
}

/** Every digest that some table names, or that JSON content that is needed names. */
export async function markNeeded({ database, blobs }: { database: Database; blobs: Blobs }): Promise<Needed> {
  const needed = new Needed();
  for (const [table, holder] of Object.entries(holders)) {
    for await (const text of textsOf(database, table, holder)) {
      const waiting = digestsIn(text);
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        if (needed.add(one)) waiting.push(...(await digestsInside(blobs, one)));
      }
    }
  }
  return needed;
}

/** The digests that a text holds. */
export function digestsIn(text: string): string[] {
  return text.match(digest) ?? [];
}

/** The texts of a table's columns, read in pages by its key so that no query takes long. */
async function* textsOf(database: Database, table: string, { key, columns }: Holder): AsyncGenerator<string> {
  const keyList = sql.join(key.map((name) => sql.ref(name)));
  const all = sql.join([...new Set([...key, ...columns])].map((name) => sql.ref(name)));
  for (let after: unknown[] | undefined; ; ) {
    const from = after ? sql`where (${keyList}) > (${sql.join(after)})` : sql``;
    const page = sql<Record<string, unknown>>`select ${all} from ${sql.table(table)} ${from}
      order by ${keyList} limit ${sql.lit(rowsAtOnce)}`;
    const { rows } = await page.execute(database.query);
    for (const row of rows) {
      for (const column of columns) if (typeof row[column] === 'string') yield row[column];
    }
    if (rows.length < rowsAtOnce) return;
    after = key.map((name) => rows.at(-1)![name]);
  }
}

/** The digests named inside JSON content, of any size; none in what is not JSON, or not there. */
async function digestsInside(blobs: Blobs, one: string): Promise<string[]> {
  const known = await blobs.stat(one);
  if (!known || known.bytes < 66) return [];
  const [first] = await bytesOf(blobs, one);
  if (first !== openObject && first !== openList) return [];
  const found = new Set<string>();
  let tail = '';
  for await (const chunk of await blobs.open(one)) {
    const text = tail + (chunk as Buffer).toString('latin1');
    for (const inside of digestsIn(text.slice(0, -1))) found.add(inside);
    // A digest may lie across two chunks; the last character tells whether one ends here.
    tail = text.slice(-130);
  }
  for (const inside of digestsIn(tail)) found.add(inside);
  return [...found];
}

async function bytesOf(blobs: Blobs, one: string): Promise<Buffer> {
  for await (const chunk of await blobs.open(one, { start: 0, end: 1 })) return chunk as Buffer;
  return Buffer.alloc(0);
}
