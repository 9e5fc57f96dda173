import { isoTime } from '../../kernel/clock.ts';
import { TidemillError } from '../../kernel/errors.ts';
import type { Data, DatasetVersion } from '../data/index.ts';
import type { Governance, Lineage } from '../governance/index.ts';
import type { Monitoring } from '../monitoring/index.ts';
import type { Registry } from '../registry/index.ts';
import type { LoggedPrediction, Rollout, Serving } from '../serving/index.ts';
import type { Explanation } from './why-schema.ts';

/** The faces an explanation is put together from. */
export interface WhySources {
  serving: Pick<Serving, 'prediction' | 'rollouts'>;
  registry: Pick<Registry, 'promotions'>;
  governance: Pick<Governance, 'lineageOf'>;
  data: Pick<Data, 'find' | 'checks'>;
  monitoring: Pick<Monitoring, 'driftAt'>;
  /** The project revision that declared the pipeline of a run, as it stood at a time; `app` joins it. */
  projectOf(pipelineRunId: string, at: number): Promise<Explanation['project']>;
}

/** Follows one prediction back: model version, promotion, training run, code, data and its checks, and drift at that time. */
export async function explainPrediction(sources: WhySources, id: string): Promise<Explanation> {
  const prediction = await sources.serving.prediction(id);
  const at = Date.parse(prediction.at);
  const lineage = await sources.governance.lineageOf(prediction.model, prediction.version);
  const { pipelineRunId } = lineage.version.source;
  const [rollout, project, datasets, drift] = await Promise.all([
    rolloutOf(sources, prediction),
    pipelineRunId ? sources.projectOf(pipelineRunId, lineage.version.createdAt) : null,
    traceDatasets(sources, lineage.datasets),
    sources.monitoring.driftAt(prediction.endpoint, at),
  ]);
  return {
    prediction: describePrediction(prediction),
    model: describeModel(lineage),
    rollout,
    verdicts: lineage.verdicts.map(describeVerdict),
    approvals: lineage.approvals.map(describeApproval),
    run: describeRun(lineage),
    project,
    datasets,
    drift: drift.runs.map((run) => ({
      monitor: run.monitor,
      kind: run.kind,
      status: run.status,
      windowFrom: isoTime(run.windowFromAt),
      windowTo: isoTime(run.windowToAt),
      worst: worstOf(run.values),
    })),
    alerts: drift.alerts.map(({ id: alert, monitor, summary, openedAt }) => ({
      id: alert,
      monitor,
      summary,
      openedAt: isoTime(openedAt),
    })),
  };
}

function describePrediction(prediction: LoggedPrediction): Explanation['prediction'] {
  const { predictionId, at, endpoint, variant, shadow, latencyMs, features, outputs, label } = prediction;
  return {
    id: predictionId,
    at,
    endpoint,
    variant,
    shadow,
    latencyMs,
    features,
    outputs,
    ...(label === undefined ? {} : { label }),
  };
}

function describeModel({ version, aliasMoves }: Lineage): Explanation['model'] {
  return {
    name: version.model,
    version: version.number,
    digest: version.digest,
    registeredAt: isoTime(version.createdAt),
    registeredBy: version.createdBy,
    aliasHistory: aliasMoves
      .filter(({ to }) => to === version.number)
      .map(({ alias, at, actorName, reason }) => ({ alias, at: isoTime(at), by: actorName, reason })),
  };
}

function describeVerdict(verdict: Lineage['verdicts'][number]): Explanation['verdicts'][number] {
  return {
    id: verdict.id,
    at: isoTime(verdict.at),
    target: `${verdict.target.kind} ${verdict.target.name}`,
    outcome: verdict.outcome,
    askedBy: verdict.actorName,
    rules: verdict.rules.map(({ gate, rule, outcome, message, reason }) => ({
      gate,
      rule,
      passed: outcome === 'passed',
      detail: reason ?? message,
    })),
  };
}

function describeApproval(approval: Lineage['approvals'][number]): Explanation['approvals'][number] {
  return {
    gate: approval.gate,
    target: `${approval.target.kind} ${approval.target.name}`,
    status: approval.status,
    requestedBy: approval.requestedBy.name,
    requestedAt: isoTime(approval.requestedAt),
    votes: approval.votes.map(({ actorName, decision, reason, at }) => ({
      name: actorName,
      decision,
      reason,
      at: isoTime(at),
    })),
  };
}

function describeRun({ run }: Lineage): Explanation['run'] {
  if (!run) return null;
  return {
    id: run.id,
    name: run.name,
    startedAt: isoTime(run.startedAt),
    metrics: Object.fromEntries(Object.entries(run.metrics).map(([key, metric]) => [key, metric.value])),
    params: run.params,
    commit: run.code?.commit ?? null,
    dirty: run.code?.dirty ?? false,
  };
}

/** The rollout that brought the version in, unless it came another way. */
async function rolloutOf({ serving }: WhySources, prediction: LoggedPrediction): Promise<Explanation['rollout']> {
  let pageToken: string | undefined;
  do {
    const page = await serving.rollouts({
      endpoint: prediction.endpoint,
      limit: 100,
      ...(pageToken ? { pageToken } : {}),
    });
    const found = page.items.find(
      ({ candidate, model }) => candidate === prediction.version && model === prediction.model,
    );
    if (found) return describeRollout(found);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return null;
}

function describeRollout({
  id,
  state,
  startedBy,
  createdAt,
  endedAt,
  reason,
}: Rollout): NonNullable<Explanation['rollout']> {
  return { id, state, startedBy, startedAt: createdAt, endedAt: endedAt ?? null, reason: reason ?? '' };
}

type ToldDataset = Explanation['datasets'][number];
const mostDatasets = 50;

/** The dataset versions the model was trained on, and those they were made from, back to the sources. */
async function traceDatasets(
  sources: WhySources,
  trainedOn: readonly Record<string, unknown>[],
): Promise<ToldDataset[]> {
  const told: ToldDataset[] = [];
  const seen = new Set<string>();
  let level = trainedOn.map((dataset) => ({
    ...(dataset as { name: string; versionId?: string; digest?: string }),
    depth: 0,
  }));
  while (level.length > 0 && told.length < mostDatasets) {
    const next: typeof level = [];
    for (const { name, versionId, digest, depth } of level) {
      if (versionId !== undefined && seen.has(versionId)) continue;
      if (versionId !== undefined) seen.add(versionId);
      const version = versionId === undefined ? undefined : await sources.data.find(versionId);
      told.push(await describeDataset(sources, { name: version?.dataset ?? name, version, digest, depth }));
      for (const parent of version?.parents ?? []) next.push({ name: parent, versionId: parent, depth: depth + 1 });
    }
    level = next;
  }
  return told;
}

async function describeDataset(
  sources: WhySources,
  found: { name: string; version: DatasetVersion | undefined; digest: string | undefined; depth: number },
): Promise<ToldDataset> {
  const { name, version, digest, depth } = found;
  return {
    name,
    depth,
    version: version?.version ?? null,
    digest: version?.digest ?? digest ?? null,
    rows: version?.rows ?? null,
    quarantinedRows: version?.quarantinedRows ?? null,
    createdAt: version ? isoTime(version.createdAt) : null,
    checks: version?.validationId ? await checksOf(sources, version.validationId) : [],
    missing: version === undefined,
  };
}

async function checksOf(
  { data }: WhySources,
  validationId: string,
): Promise<Explanation['datasets'][number]['checks']> {
  try {
    const checks = await data.checks(validationId);
    return checks.map(({ rule, passed, severity, failedRows }) => ({
      rule,
      passed,
      severity,
      failedRows: failedRows ?? 0,
    }));
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'not_found') return [];
    throw error;
  }
}

/** The five values nearest to or furthest over their thresholds. */
function worstOf(values: { series: string; method: string; value: number | null; threshold: number | null }[]) {
  const over = (one: { value: number | null; threshold: number | null }) =>
    one.value === null || !one.threshold ? Number.NEGATIVE_INFINITY : one.value / one.threshold;
  return values
    .toSorted((a, b) => over(b) - over(a))
    .slice(0, 5)
    .map(({ series, method, value, threshold }) => ({ series, method, value, threshold }));
}
