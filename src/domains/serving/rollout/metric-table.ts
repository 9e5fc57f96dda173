import { rm } from 'node:fs/promises';
import type { ColumnToWrite } from '../../../engine/index.ts';
import type { ServingDeps } from '../deps.ts';
import type { Observations, ObservedColumn } from '../log/observations.ts';
import { observe } from '../log/observe.ts';
import { scratchPath } from '../log/scratch-files.ts';
import type { StoredRollout } from './rollout-store.ts';

/** The predictions of both arms since a rollout began, as a file that SQL of users may read. */
export interface PredictionsTable {
  path: string;
  /** Whether the candidate has answered anything. */
  hasCandidate: boolean;
  /** Deletes the file. */
  remove(): Promise<void>;
}

/** More rows than this are sampled evenly by hash of the id, so that a long rollout does not fill memory. */
const mostRows = 500_000;

/** Writes the table `predictions` of a rollout. */
export async function writePredictions(
  deps: ServingDeps,
  { rollout, createdAt }: StoredRollout,
): Promise<PredictionsTable> {
  const query = { endpoint: rollout.endpoint, loggedFrom: createdAt, includeShadow: true, limit: mostRows };
  const { observations } = await observe(deps, query);
  const path = await scratchPath(deps, 'parquet');
  const remove = () => rm(path, { force: true });
  try {
    await deps.engine.writeParquet(
      path,
      { columns: predictionColumns(observations, rollout) },
      { compressionLevel: 1 },
    );
  } catch (error) {
    await remove();
    throw error;
  }
  const hasCandidate = observations.version.some((version) => version === rollout.candidate);
  return { path, hasCandidate, remove };
}

/** What is read of observations. */
type Logged = Omit<Observations, 'matched' | 'model' | 'feedback' | 'probabilities'>;

interface Arms {
  candidate: number;
  champion: number | null;
}

/** The columns of the table: what is known of each answer, then features and outputs by their own names. */
export function predictionColumns(all: Logged, { candidate, champion }: Arms): ColumnToWrite[] {
  const kept: number[] = [];
  for (let row = 0; row < all.rows; row++) {
    if (all.version[row] === candidate || all.version[row] === champion) kept.push(row);
  }
  const number = (name: string, values: ArrayLike<number>, type: ColumnToWrite['type'] = 'DOUBLE') =>
    numberColumn({ name, type }, values, kept);
  const text = (name: string, pick: (row: number) => string | null): ColumnToWrite => ({
    name,
    type: 'VARCHAR',
    values: kept.map(pick),
  });
  const known = [
    text('prediction_id', (row) => all.predictionId[row]!),
    number('version', all.version, 'INTEGER'),
    text('variant', (row) => all.variant[row]!),
    text('arm', (row) => (all.version[row] === candidate ? 'candidate' : 'champion')),
    { name: 'shadow', type: 'BOOLEAN' as const, values: kept.map((row) => all.shadow[row] === 1) },
    number('at', all.at, 'TIMESTAMP'),
    number('logged_at', all.loggedAt, 'TIMESTAMP'),
    number('latency_ms', all.latencyMs),
    number('code', all.code, 'INTEGER'),
    number('propensity', all.propensity),
    number('score', all.score),
    number('label', all.label),
    text('label_text', (row) => all.labelText[row] ?? null),
    number('labelled_at', all.labelRecordedAt, 'TIMESTAMP'),
  ];
  const taken = new Set(known.map((column) => column.name));
  const named = (kind: string, columns: Record<string, ObservedColumn>) =>
    Object.entries(columns).map(([name, column]) => {
      const free = taken.has(name.toLowerCase()) ? `${kind}.${name}` : name;
      taken.add(free.toLowerCase());
      const { values } = column;
      return column.type === 'number'
        ? number(free, values as Float64Array)
        : text(free, (row) => (values as (string | null)[])[row] ?? null);
    });
  return [...known, ...named('feature', all.features), ...named('output', all.outputs)];
}

function numberColumn(
  column: Pick<ColumnToWrite, 'name' | 'type'>,
  all: ArrayLike<number>,
  kept: readonly number[],
): ColumnToWrite {
  const values = Float64Array.from(kept, (row) => all[row]!);
  const nulls = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
  return { ...column, values, nulls };
}
