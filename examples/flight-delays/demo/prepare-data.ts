import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { featureSql, features } from '../sql.ts';

const folder = join(import.meta.dirname, '..', '.data');
const all = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));

/** One flight as the replay sends it: when, the features in their order, and the truth that comes later. */
export interface Flight {
  at: number;
  features: number[];
  late: number;
}

/** Writes the flights of January, as a source system would deliver them. Done once. */
export async function prepareJanuary(): Promise<string> {
  const path = join(folder, 'january.parquet');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  await withDuck((run) =>
    run(`copy (select * from '${all}' where date < '2001-02-01') to '${path}.part' (format parquet)`),
  );
  renameSync(`${path}.part`, path);
  return path;
}

/** The flights of February to June in the order they left, every `nth` of them, each with what was known before it left. */
export async function readLiveFlights(nth: number): Promise<Flight[]> {
  return withDuck(async (run) => {
    const rows = await run(`
      select epoch_ms(date) as at, ${features.map((name) => `${name}::double as ${name}`).join(', ')}, late
      from (${featureSql(`'${all}'`)})
      where date >= '2001-02-01' and date < '2001-07-01' and hash(date, distance, origin_late, destination_late) % ${nth} = 0
      order by date, distance, hour`);
    return rows.map(([at, ...rest]) => ({
      at: Number(at),
      features: rest.slice(0, -1).map(Number),
      late: Number(rest.at(-1)),
    }));
  });
}

async function withDuck<T>(work: (run: (sql: string) => Promise<unknown[][]>) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await work(async (sql) => (await connection.runAndReadAll(sql)).getRows() as unknown[][]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
