import { join } from 'node:path';
import { type Engine, identifier, literal, parquetScan, type WrittenParquet } from '../../engine/index.ts';
import type { Expectation } from './expectation-schema.ts';
import type { Judgement, RowsToJudge } from './judge-rows.ts';

/** The rows that pass and the rows that do not, as two files. */
export interface SplitRows {
  valid: WrittenParquet;
  quarantine: WrittenParquet;
}

/** Columns of a quarantine file beside the data: the row's place in the ingest from 1, and the ids of all rules it breaks. */
export const quarantineColumns = ['_row', '_rules'] as const;

/** Writes the rows that break an `error` rule apart from the others, with the ids of every rule each of them breaks. */
export async function splitRows(
  engine: Engine,
  rows: RowsToJudge & { expectations: readonly Expectation[]; folder: string },
  judgement: Judgement,
): Promise<SplitRows> {
  const bad = judgement.quarantining.map((rule) => `coalesce(${rule.breaks}, false)`).join(' OR ');
  const ids = judgement.broken.map((rule) => `CASE WHEN ${rule.breaks} THEN ${literal(rule.id)} END`);
  // Rows that come back from an earlier quarantine bring the columns along; they are made anew.
  const kept = rows.columns.filter((column) => !quarantineColumns.includes(column.name as '_row'));
  const names = kept.map((column) => identifier(column.name)).join(', ');
  const quarantined = `SELECT ${names}, "_row", list_filter([${ids.join(', ')}], lambda r: r IS NOT NULL) AS "_rules"
    FROM (SELECT ${names}, row_number() OVER () AS "_row" FROM data) WHERE ${bad}`;
  const write = (sql: string, path: string) =>
    rows.expectations.some((each) => each.type === 'sql')
      ? engine.sandboxToParquet({ tables: { data: rows.paths }, sql, limits: rows.limits ?? {} }, path)
      : engine.writeParquet(path, { sql: `WITH data AS (FROM ${parquetScan(rows.paths)}) ${sql}` }, rows.limits);
  return {
    valid: await write(`SELECT * FROM data WHERE NOT (${bad})`, join(rows.folder, 'valid.parquet')),
    quarantine: await write(quarantined, join(rows.folder, 'quarantine.parquet')),
  };
}
