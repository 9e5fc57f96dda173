import { notFound } from '../../../kernel/errors.ts';
import type { RoutingTable } from '../predict/routing.ts';
import type { Histogram } from './histogram.ts';
import type { LiveStats } from './live-stats.ts';
import type { BatchTimes, RunSpans } from './run-times.ts';

/** A number of requests and the milliseconds they took together. */
export interface Span {
  count: number;
  ms: number;
}

/** What one version behind an endpoint has answered since the process began; shadows are not counted. */
export interface InferenceStats {
  endpoint: string;
  version: number;
  /** ms UTC of the last request; 0 where there was none. */
  lastAt: number;
  /** Rows answered, and merged runs they were answered in. */
  rows: number;
  runs: number;
  success: Span;
  failed: Span;
  queue: Span;
  input: Span;
  infer: Span;
  output: Span;
  batches: BatchTimes[];
  memoryBytes: number;
}

interface Asked {
  endpoint?: string | undefined;
  version?: string | undefined;
}

/** Statistics by endpoint and version; of an endpoint without a version asked for, of each version behind it. */
export function inferenceStats({ table }: { table: RoutingTable }, asked: Asked = {}): InferenceStats[] {
  const { endpoint, version } = asked;
  const routes = endpoint === undefined ? table.all() : [table.find(endpoint) ?? notFound('endpoint', endpoint)];
  const found: InferenceStats[] = [];
  for (const route of routes) {
    const byVersion = new Map<number, InferenceStats>();
    for (const { variant, stats, runtime } of route.arms) {
      if (variant.role === 'shadow' || (version !== undefined && String(variant.version) !== version)) continue;
      const sum =
        byVersion.get(variant.version) ?? noStats(route.name, variant.version, runtime.describe().memoryBytes);
      addStats(sum, stats);
      byVersion.set(variant.version, sum);
    }
    found.push(...byVersion.values());
  }
  if (found.length === 0 && version !== undefined) notFound('version', `${endpoint}/${version}`);
  return found.sort((a, b) => (a.endpoint < b.endpoint ? -1 : a.endpoint > b.endpoint ? 1 : a.version - b.version));
}

function noStats(endpoint: string, version: number, memoryBytes: number): InferenceStats {
  const none = (): Span => ({ count: 0, ms: 0 });
  const spans = { success: none(), failed: none(), queue: none(), input: none(), infer: none(), output: none() };
  return { endpoint, version, lastAt: 0, rows: 0, runs: 0, ...spans, batches: [], memoryBytes };
}

function addStats(sum: InferenceStats, stats: LiveStats): void {
  const { times } = stats;
  sum.lastAt = Math.max(sum.lastAt, stats.lastAt);
  sum.rows += times.rows;
  sum.runs += times.runs;
  for (const { code, latency } of stats.all()) {
    add(code >= 400 ? sum.failed : sum.success, latency.count, latency.sum * 1000);
  }
  for (const part of ['queue', 'input', 'output'] as const) addHistogram(sum[part], times[part]);
  addHistogram(sum.infer, times.compute);
  for (const batch of times.batches()) addBatch(sum.batches, batch);
}

function addHistogram(span: Span, { count, sum }: Histogram): void {
  add(span, count, sum * 1000);
}

function add(span: Span, count: number, ms: number): void {
  span.count += count;
  span.ms += ms;
}

function addBatch(batches: BatchTimes[], batch: BatchTimes): void {
  const same = batches.find(({ rows }) => rows === batch.rows);
  if (!same) {
    batches.push({ ...batch });
    return;
  }
  same.runs += batch.runs;
  for (const part of ['inputMs', 'inferMs', 'outputMs'] satisfies (keyof RunSpans)[]) same[part] += batch[part];
}
