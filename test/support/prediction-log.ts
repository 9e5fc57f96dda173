import type { ObservationQuery, Observations, ObservedColumn } from '../../src/domains/serving/index.ts';

/** One logged prediction of a test. */
export interface LoggedRow {
  at: number;
  loggedAt?: number;
  version?: number;
  features?: Record<string, number | string | null>;
  outputs?: Record<string, number | string | null>;
  score?: number;
  label?: number | null;
  latencyMs?: number;
  code?: number;
}

/** A prediction log in memory with the reading rules of serving's: by event time, rows by time of logging, sampling left out. */
export function createPredictionLog(model = 'm') {
  const rows: LoggedRow[] = [];
  let ticks = 0;
  return {
    rows,
    add(...more: LoggedRow[]) {
      for (const row of more) rows.push({ loggedAt: ++ticks * 10_000, ...row });
    },
    async logSpan() {
      const times = rows.map((row) => row.at);
      return times.length === 0 ? undefined : { minAt: Math.min(...times), maxAt: Math.max(...times) };
    },
    async countLabels(_endpoint: string, ranges: readonly { from: number; to: number }[]) {
      const isLabelled = (row: LoggedRow) => row.label !== null && row.label !== undefined;
      return ranges.map(
        ({ from, to }) => rows.filter((row) => row.at >= from && row.at < to && isLabelled(row)).length,
      );
    },
    async observations(query: ObservationQuery): Promise<Observations> {
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, loggedFrom = 0 } = query;
      const found = rows
        .filter((row) => row.at >= from && row.at < to && row.loggedAt! >= loggedFrom)
        .filter((row) => query.includeFailed !== false || (row.code ?? 200) < 400)
        .sort((a, b) => a.at - b.at);
      const numbers = (of: (row: LoggedRow) => number | null | undefined) =>
        Float64Array.from(found, (row) => of(row) ?? Number.NaN);
      const labelled = query.labels !== false;
      return {
        rows: found.length,
        matched: found.length,
        predictionId: found.map((_, i) => `p${i}`),
        at: numbers((row) => row.at),
        loggedAt: numbers((row) => row.loggedAt),
        model: found.map(() => model),
        version: numbers((row) => row.version ?? 1),
        variant: found.map(() => 'champion'),
        shadow: new Uint8Array(found.length),
        propensity: numbers(() => 1),
        latencyMs: numbers((row) => row.latencyMs ?? 1),
        code: numbers((row) => row.code ?? 200),
        features: columns(found, (row) => row.features, query.features),
        outputs: columns(found, (row) => row.outputs, undefined),
        score: numbers((row) => row.score),
        label: numbers((row) => (labelled ? row.label : null)),
        labelText: found.map((row) => (labelled && row.label != null ? String(row.label) : null)),
        labelledAt: numbers(() => null),
        labelRecordedAt: numbers(() => null),
        probabilities: [],
        feedback: {},
      };
    },
  };
}

function columns(
  rows: LoggedRow[],
  of: (row: LoggedRow) => LoggedRow['features'],
  only: readonly string[] | undefined,
): Record<string, ObservedColumn> {
  const names = new Set(only ?? rows.flatMap((row) => Object.keys(of(row) ?? {})));
  const entries = [...names].map((name): [string, ObservedColumn] => {
    const values = rows.map((row) => of(row)?.[name] ?? null);
    if (values.some((value) => typeof value === 'string')) {
      return [name, { type: 'string', values: values.map((value) => (value === null ? null : String(value))) }];
    }
    return [name, { type: 'number', values: Float64Array.from(values, (value) => (value as number) ?? Number.NaN) }];
  });
  return Object.fromEntries(entries);
}
