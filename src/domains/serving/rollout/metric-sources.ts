import { messageOf } from '../../../kernel/errors.ts';
import { type AddressPolicy, checkUrl } from '../../notify/index.ts';
import type { ServingDeps } from '../deps.ts';
import { createUpstream } from '../runtime/remote-http.ts';
import type { builtinMeasures, RolloutMetric } from './metric-schema.ts';
import type { PredictionsTable } from './metric-table.ts';
import type { Cell, Reading, Tried } from './metric-verdict.ts';
import type { Rollout } from './rollout-schema.ts';

/** What metrics are measured with. */
export interface MeasureDeps extends Pick<ServingDeps, 'engine'> {
  /** Which addresses Prometheus may have. */
  addresses: AddressPolicy;
}

/** One metric of one rollout; the table is made at first use. */
export interface Measuring {
  metric: RolloutMetric;
  rollout: Pick<Rollout, 'endpoint' | 'candidate' | 'champion'>;
  table(): Promise<PredictionsTable>;
}

const memoryBytes = 256 * 2 ** 20;
const spillBytes = 2 ** 30;
const mostRows = 1000;
const mostAnswerBytes = 2 ** 20;

/** Reads a metric's source; whatever goes wrong is an error of the measurement, told in words, and never thrown. */
export async function readMetric(deps: MeasureDeps, measuring: Measuring): Promise<Tried> {
  const { source } = measuring.metric;
  try {
    if ('prometheus' in source) return await askPrometheus(deps, measuring, source.prometheus);
    return await runSql(deps, measuring, 'sql' in source ? source.sql : builtinSql[source.builtin]);
  } catch (error) {
    return { error: `Cannot be measured: ${messageOf(error).replaceAll("The model's server", 'Prometheus at')}` };
  }
}

async function runSql({ engine }: MeasureDeps, { metric, table }: Measuring, sql: string): Promise<Tried> {
  const { path, hasCandidate } = await table();
  if (!hasCandidate) return { notYet: 'The candidate has answered nothing yet.' };
  const limits = { timeoutMs: metric.timeoutMs, memoryBytes, spillBytes, maxRows: mostRows };
  const columns = await engine.sandbox({ tables: { predictions: [path] }, sql, limits });
  const rows = Array.from({ length: columns.rows }, (_, row) =>
    Object.fromEntries(columns.list.map((column) => [column.name, cellOf(column, row)])),
  );
  return { rows };
}

function cellOf(column: Awaited<ReturnType<MeasureDeps['engine']['sandbox']>>['list'][number], row: number): Cell {
  if (column.nulls?.[row]) return null;
  const value = column.values[row];
  if (column.kind === 'boolean') return value === 1;
  if (column.kind === 'time') return new Date(value as number).toISOString();
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

type Prometheus = { url: string; query: string };

async function askPrometheus(
  { addresses }: MeasureDeps,
  { metric, rollout }: Measuring,
  { url, query }: Prometheus,
): Promise<Reading> {
  await checkUrl(url, addresses);
  const upstream = createUpstream({
    policy: addresses,
    concurrency: 1,
    connectTimeoutMs: metric.timeoutMs,
    headers: () => ({ accept: 'application/json' }),
  });
  const asked = new URL(`${url.replace(/\/+$/, '')}/api/v1/query`);
  asked.searchParams.set('query', fillIn(query, rollout));
  try {
    const deadline = performance.now() + metric.timeoutMs;
    const { status, body } = await upstream.ask({ method: 'GET', url: asked, deadline });
    if (body.length > mostAnswerBytes) return { error: `Prometheus answered more than ${mostAnswerBytes} bytes.` };
    return readAnswer(status, body.toString('utf8'));
  } finally {
    upstream.close();
  }
}

/** Fills in `$candidate`, `$champion` and `$endpoint`; names are escaped as in a string of PromQL. */
export function fillIn(query: string, { endpoint, candidate, champion }: Measuring['rollout']): string {
  const values: Record<string, string> = {
    candidate: String(candidate),
    champion: champion === null ? '' : String(champion),
    endpoint: endpoint.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll("'", "\\'"),
  };
  return query.replaceAll(/\$(candidate|champion|endpoint)\b/g, (_, name: string) => values[name]!);
}

interface PrometheusAnswer {
  status?: unknown;
  error?: unknown;
  data?: { resultType?: unknown; result?: unknown };
}

/** Reads an answer of Prometheus' HTTP API: a scalar or a vector, each sample a row of its labels and `value`. */
export function readAnswer(status: number, text: string): Reading {
  let answer: PrometheusAnswer;
  try {
    answer = JSON.parse(text) as PrometheusAnswer;
  } catch {
    return { error: `Prometheus answered ${status} and no JSON: ${text.slice(0, 100)}` };
  }
  if (status !== 200 || answer?.status !== 'success') {
    return { error: `Prometheus answered ${status}: ${String(answer?.error ?? 'no error was named').slice(0, 500)}` };
  }
  const { resultType, result } = answer.data ?? {};
  if (resultType === 'scalar' && isSample(result)) return { rows: [{ value: Number(result[1]) }] };
  if (resultType !== 'vector' || !Array.isArray(result)) {
    return { error: `Prometheus answered a ${String(resultType)}; the query must give a scalar or an instant vector.` };
  }
  const rows: Record<string, Cell>[] = [];
  for (const one of result.slice(0, mostRows) as { metric?: Record<string, string>; value?: unknown }[]) {
    if (!isSample(one?.value)) return { error: 'Prometheus answered a sample without a value.' };
    rows.push({ value: Number(one.value[1]), ...omitValue(one.metric ?? {}) });
  }
  return { rows };
}

function isSample(value: unknown): value is [number, string] {
  return Array.isArray(value) && value.length === 2 && typeof value[1] === 'string' && value[1] !== '';
}

function omitValue(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== 'value'));
}

const both = (expression: (arm: string) => string) =>
  `SELECT ${expression("arm = 'candidate'")} AS candidate, ${expression("arm = 'champion'")} AS champion FROM predictions`;
const quantile = (share: number) => both((arm) => `quantile_cont(latency_ms, ${share}) FILTER (${arm} AND code < 400)`);

/** Our own measures as the SQL a user could have written. */
const builtinSql: Record<(typeof builtinMeasures)[number], string> = {
  requests: both((arm) => `count(DISTINCT regexp_replace(prediction_id, '\\.[0-9]+$', '')) FILTER (${arm})`),
  'error-rate': both((arm) => `avg(CASE WHEN code >= 500 THEN 1.0 ELSE 0.0 END) FILTER (${arm})`),
  'invalid-rate': both((arm) => `avg(CASE WHEN code BETWEEN 400 AND 499 THEN 1.0 ELSE 0.0 END) FILTER (${arm})`),
  'latency-mean': both((arm) => `avg(latency_ms) FILTER (${arm} AND code < 400)`),
  'latency-p50': quantile(0.5),
  'latency-p95': quantile(0.95),
  'latency-p99': quantile(0.99),
  'mean-score': both((arm) => `avg(score) FILTER (${arm} AND code < 400)`),
  'labelled-rows': both((arm) => `count(label_text) FILTER (${arm})`),
};
