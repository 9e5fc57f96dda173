import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalBlobs } from '../../blobs/index.ts';
import { createBackground } from '../../database/background.ts';
import { connect } from '../../database/connect.ts';
import { migrate } from '../../database/migrate.ts';
import { type ColumnToWrite, createEngine } from '../../engine/index.ts';
import { systemClock as clock } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import { createRandom, normal } from '../../kernel/random.ts';
import { createLedger } from '../../ledger/index.ts';
import type { DatasetVersion } from '../data/index.ts';
import { createTracking } from '../tracking/index.ts';
import type { TrainingDeps } from './deps.ts';
import { createTraining } from './service.ts';

/** Training over real stores in a folder, with datasets that were written as Parquet there. */
export async function openTrainingHome(folder: string) {
  await mkdir(folder, { recursive: true });
  const database = await connect(join(folder, 'tidemill.db'));
  await migrate(database);
  const background = createBackground({ database, clock, onError: () => {} });
  const ledger = createLedger({ database, clock, background });
  const blobs = await createLocalBlobs(folder);
  const engine = createEngine();
  const tracking = createTracking({ database, ledger, clock, blobs });
  const versions = new Map<string, { version: DatasetVersion; parquetPaths: string[] }>();
  const data: TrainingDeps['data'] = {
    open: async (name) => versions.get(name) ?? fail('not_found', `There is no dataset '${name}'.`),
  };
  const training = createTraining({ data, tracking, engine, blobs, clock, version: '0.0.0-test' });
  return {
    training,
    tracking,
    blobs,
    async write(name: string, columns: ColumnToWrite[]) {
      const path = join(folder, `${name}.parquet`);
      await engine.writeParquet(path, { columns });
      const known = columns.map((column) => ({ name: column.name, type: column.type }));
      const version = { id: `id-${name}`, dataset: name, version: 1, digest: name, columns: known };
      versions.set(name, { version: version as unknown as DatasetVersion, parquetPaths: [path] });
    },
    async close() {
      await training.close();
      await engine.close();
      await database.close();
    },
  };
}

/** Flights of a made-up airport: numbers with gaps, categories, booleans, a date; lateness depends on hour, carrier and wind. */
export function flights(rows: number, seed = 1): ColumnToWrite[] {
  const random = createRandom(seed);
  const made = Array.from({ length: rows }, (_, i) => {
    const hour = Math.floor(random() * 24);
    const carrier = ['AA', 'UA', 'DL', 'WN'][Math.floor(random() * 4)]!;
    const wind = random() < 0.1 ? null : Math.abs(normal(random)) * 10;
    const rain = random() < 0.2;
    const delay = hour * 1.5 + (carrier === 'UA' ? 12 : 0) + (wind ?? 25) + (rain ? 8 : 0) + 6 * normal(random);
    const at = Date.UTC(2001, 0, 1) + i * 60_000;
    return { at, hour, carrier: random() < 0.05 ? null : carrier, wind, rain, delay, late: delay > 32 };
  });
  const column = (name: keyof (typeof made)[number], type: ColumnToWrite['type']) => ({
    name,
    type,
    values: made.map((row) => row[name]),
  });
  return [
    column('at', 'TIMESTAMP'),
    column('hour', 'INTEGER'),
    column('carrier', 'VARCHAR'),
    column('wind', 'DOUBLE'),
    column('rain', 'BOOLEAN'),
    column('delay', 'DOUBLE'),
    column('late', 'BOOLEAN'),
  ];
}
