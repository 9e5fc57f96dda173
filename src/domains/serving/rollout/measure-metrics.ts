import type { Queries } from '../../../database/database.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { newId } from '../../../kernel/ids.ts';
import type { ServingDeps } from '../deps.ts';
import type { Measurement, MetricState, RolloutMetric } from './metric-schema.ts';
import { readMetric } from './metric-sources.ts';
import { createMeasurementStore, createMetricStore } from './metric-store.ts';
import { type PredictionsTable, writePredictions } from './metric-table.ts';
import { countMeasured, findingOf, judgeReading, newState } from './metric-verdict.ts';
import { subjectOf, summaryOf } from './rollout-commit.ts';
import type { Finding } from './rollout-schema.ts';
import type { StoredRollout } from './rollout-store.ts';

/** What the metrics of a rollout say now, and which are due. */
export interface MetricsLook {
  findings: Finding[];
  /** Metrics that nobody can tell: a person must decide. Those of dry runs are not among them. */
  undecidable: Finding[];
  due: Due[];
}

/** A metric that is to be measured now. */
export interface Due {
  metric: RolloutMetric;
  before: MetricState;
}

/** Reads how the metrics of a rollout stand; those whose first step has come begin. */
export async function lookAtMetrics(deps: ServingDeps, stored: StoredRollout): Promise<MetricsLook> {
  const { metrics = [], step, id } = stored.rollout;
  const look: MetricsLook = { findings: [], undecidable: [], due: [] };
  if (metrics.length === 0) return look;
  const now = deps.clock.now();
  const known = new Map((await createMetricStore(deps.database.query).states(id)).map((state) => [state.name, state]));
  for (const metric of metrics) {
    const begun =
      known.get(metric.name) ?? (step >= metric.startingStep ? await begin(deps, stored, metric) : undefined);
    if (begun && isDue(begun, now)) look.due.push({ metric, before: begun });
    const finding = findingOf(metric, begun ?? newState(metric.name, isoTime(now)));
    look.findings.push(finding);
    const isUndecidable = begun?.phase === 'inconclusive' || begun?.phase === 'erroring';
    if (isUndecidable && !metric.dryRun) look.undecidable.push(finding);
  }
  return look;
}

/** Measures what is due and stores counters and values; gives whether a limit was passed or a metric needs no more. */
export async function measureDue(deps: ServingDeps, stored: StoredRollout, due: readonly Due[]): Promise<boolean> {
  const table = lazyTable(() => writePredictions(deps, stored));
  try {
    const states = await Promise.all(due.map((one) => measure(deps, stored, { ...one, table })));
    return states.some(({ phase }) => phase !== 'measuring' && phase !== 'waiting');
  } finally {
    await table.remove();
  }
}

/** One file for all metrics of a look, written when the first asks for it. */
function lazyTable(write: () => Promise<PredictionsTable>) {
  let written: Promise<PredictionsTable> | undefined;
  return {
    get() {
      written ??= write();
      return written;
    },
    async remove() {
      await (await written?.catch(() => undefined))?.remove();
    },
  };
}

function isDue({ phase, nextAt }: MetricState, now: number): boolean {
  return phase !== 'passed' && phase !== 'failed' && (nextAt === undefined || Date.parse(nextAt) <= now);
}

async function begin(deps: ServingDeps, { rollout }: StoredRollout, metric: RolloutMetric): Promise<MetricState> {
  const state = newState(metric.name, isoTime(deps.clock.now() + metric.initialDelayMs));
  await createMetricStore(deps.database.query).putState(rollout.id, state, undefined);
  return state;
}

async function measure(
  deps: ServingDeps,
  stored: StoredRollout,
  { metric, before, table }: Due & { table: ReturnType<typeof lazyTable> },
): Promise<MetricState> {
  const { rollout } = stored;
  const startedAt = performance.now();
  const reading = await readMetric(deps, { metric, rollout, table: () => table.get() });
  const tookMs = Math.round((performance.now() - startedAt) * 100) / 100;
  const now = deps.clock.now();
  const at = isoTime(now);
  const nextAt = isoTime(now + metric.intervalMs);
  if ('notYet' in reading) return postpone(deps, stored, { ...before, message: reading.notYet, nextAt });
  const measured = judgeReading(metric, reading);
  const state = countMeasured(metric, before, { ...measured, at, nextAt });
  const measurement: Measurement = { id: newId(now), metric: metric.name, at, step: rollout.step, ...measured, tookMs };
  const isFirst = await deps.database.transaction(async (tx) => {
    const store = createMetricStore(tx);
    // Another replica that took over the judging has measured it meanwhile: its word counts.
    if (!(await store.putState(rollout.id, state, before.measured))) return false;
    await createMeasurementStore(tx).addMeasurement(rollout.id, measurement, state.measured);
    if (state.phase === 'failed') await announceFailure(deps, tx, { stored, metric, state });
    return true;
  });
  return isFirst ? state : before;
}

async function postpone(deps: ServingDeps, { rollout }: StoredRollout, state: MetricState): Promise<MetricState> {
  await createMetricStore(deps.database.query).putState(rollout.id, state, state.measured);
  return state;
}

async function announceFailure(
  deps: ServingDeps,
  tx: Queries,
  { stored, metric, state }: { stored: StoredRollout; metric: RolloutMetric; state: MetricState },
): Promise<void> {
  const { rollout, actor } = stored;
  const { message, value, failures } = state;
  const effect = metric.dryRun ? 'dry-run' : metric.critical ? 'critical' : 'advisory';
  const counted = { metric: metric.name, message, value, failures, failureLimit: metric.failureLimit, effect };
  const data = { ...summaryOf(rollout), step: rollout.step, ...counted };
  await deps.ledger.append(tx, { type: 'rollout.metric.failed', actor, subject: subjectOf(rollout), data });
}

/** Lets the metrics that nobody could tell count from zero again, since a person wants to go on. */
export async function resetMetrics(tx: Queries, rolloutId: string): Promise<void> {
  const store = createMetricStore(tx);
  for (const state of await store.states(rolloutId)) {
    if (state.phase !== 'inconclusive' && state.phase !== 'erroring') continue;
    const again = { ...state, phase: 'measuring' as const, inconclusives: 0, consecutiveErrors: 0 };
    await store.putState(rolloutId, again, state.measured);
  }
}
