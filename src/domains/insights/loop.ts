import { isoTime } from '../../kernel/clock.ts';
import type { Ledger, LedgerEvent } from '../../ledger/index.ts';
import type { Data } from '../data/index.ts';
import type { Governance } from '../governance/index.ts';
import type { Monitoring } from '../monitoring/index.ts';
import type { Pipelines } from '../pipelines/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Serving } from '../serving/index.ts';
import type { Attention, Loop, LoopStation } from './loop-schema.ts';

/** The faces the overview looks at. */
export interface LoopSources {
  ledger: Pick<Ledger, 'read'>;
  data: Pick<Data, 'list'>;
  pipelines: Pick<Pipelines, 'runs' | 'pipelines'>;
  registry: Pick<Registry, 'models'>;
  governance: Pick<Governance, 'approvals'>;
  serving: Pick<Serving, 'endpoints' | 'rollouts'>;
  monitoring: Pick<Monitoring, 'monitors' | 'alerts' | 'retrainings'>;
}

type Id = LoopStation['id'];

/** Which events belong to which station; the newest is shown there. */
const eventsOf = {
  data: [
    'dataset.declared',
    'dataset-version.created',
    'dataset-version.refused',
    'dataset.restored',
    'dataset.tagged',
  ],
  pipelines: ['pipeline.declared', 'pipeline-run.started', 'pipeline-run.finished', 'pipeline-step.failed'],
  training: ['run.created', 'run.status.changed'],
  registry: [
    'model-version.created',
    'model-alias.moved',
    'model-stage.changed',
    'gate.evaluated',
    'approval.requested',
    'approval.granted',
  ],
  serving: [
    'endpoint.declared',
    'endpoint.deployed',
    'rollout.started',
    'rollout.step.started',
    'rollout.promoted',
    'rollout.rolled-back',
  ],
  monitoring: ['monitor.created', 'alert.opened', 'alert.resolved', 'monitor-run.restated'],
  retraining: [
    'retraining.started',
    'retraining.challenger-registered',
    'retraining.promoted',
    'retraining.rejected',
    'retraining.failed',
  ],
} satisfies Record<Id, string[]>;

const some = { limit: 200 };

/** How every station of the loop stands, and what needs a person. */
export async function overlook(sources: LoopSources): Promise<Loop> {
  const found = await look(sources);
  const attention = attentionOf(found);
  const stations = await Promise.all(
    headlines(found).map(async ({ id, headline, busy, holds }): Promise<LoopStation> => {
      const [event] = await sources.ledger.read({ types: eventsOf[id], newestFirst: true, limit: 1 });
      const needy = attention.some(({ kind, severity }) => kind === id && severity !== 'info');
      const state = needy ? 'attention' : busy ? 'busy' : holds ? 'ok' : 'idle';
      return { id, headline, state, lastEvent: event ? describe(event) : null };
    }),
  );
  return { stations, attention };
}

async function look({ data, pipelines, registry, governance, serving, monitoring }: LoopSources) {
  const [datasets, declared, running, failed, models, approvals] = await Promise.all([
    data.list(some),
    pipelines.pipelines(some),
    pipelines.runs({ ...some, status: 'running' }),
    pipelines.runs({ limit: 5, status: 'failed' }),
    registry.models.list(some),
    governance.approvals.list({ ...some, status: 'pending' }),
  ]);
  const [endpoints, rollouts, rolledBack, monitors, alerts, retrainings] = await Promise.all([
    serving.endpoints(some),
    serving.rollouts({ ...some, state: 'running' }),
    serving.rollouts({ limit: 5, state: 'rolled-back' }),
    monitoring.monitors.list(some),
    monitoring.alerts.list({ ...some, status: 'open' }),
    monitoring.retrainings.list(some),
  ]);
  return {
    datasets,
    declared,
    running,
    failed,
    models,
    approvals,
    endpoints,
    rollouts,
    rolledBack,
    monitors,
    alerts,
    retrainings,
  };
}

type Found = Awaited<ReturnType<typeof look>>;

function headlines(found: Found): { id: Id; headline: string; busy: boolean; holds: boolean }[] {
  const versions = found.datasets.items.reduce((sum, dataset) => sum + dataset.versions, 0);
  const modelVersions = found.models.items.reduce((sum, model) => sum + model.latestVersion, 0);
  const ready = found.endpoints.items.filter(({ state }) => state === 'ready').length;
  const retrainings = found.retrainings.items;
  const active = retrainings.filter(({ state }) =>
    ['starting', 'training', 'deploying', 'rolling-out'].includes(state),
  );
  const running = found.running.items.length;
  const rollouts = found.rollouts.items.length;
  const counts = {
    data: [`${many(found.datasets.items.length, 'dataset')}, ${many(versions, 'version')}`, false, versions],
    pipelines: [
      `${many(found.declared.items.length, 'pipeline')}, ${running} running`,
      running,
      found.declared.items.length,
    ],
    training: [`${many(modelVersions, 'model version')} trained`, running, modelVersions],
    registry: [
      `${many(found.models.items.length, 'model')}, ${many(found.approvals.items.length, 'approval')} pending`,
      false,
      modelVersions,
    ],
    serving: [
      `${ready} of ${many(found.endpoints.items.length, 'endpoint')} ready, ${many(rollouts, 'rollout')} under way`,
      rollouts,
      ready,
    ],
    monitoring: [
      `${many(found.monitors.items.length, 'monitor')}, ${many(found.alerts.items.length, 'open alert')}`,
      false,
      found.monitors.items.length,
    ],
    retraining: [
      `${many(retrainings.length, 'retraining')}, ${active.length} under way`,
      active.length,
      retrainings.length,
    ],
  } satisfies Record<Id, [string, number | boolean, number]>;
  return Object.entries(counts).map(([id, [headline, busy, holds]]) => ({
    id: id as Id,
    headline: headline as string,
    busy: Boolean(busy),
    holds: Boolean(holds),
  }));
}

function many(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function attentionOf(found: Found): Attention[] {
  const alerts = found.alerts.items.map(
    (alert): Attention => ({
      severity: alert.severity,
      kind: 'monitoring',
      text: alert.summary,
      at: isoTime(alert.openedAt),
      link: `/monitoring/${encodeURIComponent(alert.monitor)}`,
    }),
  );
  const approvals = found.approvals.items.map(
    (approval): Attention => ({
      severity: 'warning',
      kind: 'registry',
      text: `${approval.model} version ${approval.version} waits for approval (${approval.gate})`,
      at: isoTime(approval.requestedAt),
      link: `/models/${encodeURIComponent(approval.model)}`,
    }),
  );
  const failed = found.failed.items.map(
    (run): Attention => ({
      severity: 'warning',
      kind: 'pipelines',
      text: `A run of ${run.pipeline} failed${run.error ? `: ${run.error}` : ''}`,
      at: run.finishedAt ?? run.createdAt,
      link: `/pipeline-runs/${run.id}`,
    }),
  );
  const waiting = found.endpoints.items
    .filter(({ state }) => state !== 'ready')
    .map(
      (endpoint): Attention => ({
        severity: endpoint.state === 'failed' ? 'critical' : 'warning',
        kind: 'serving',
        text: `${endpoint.name} is not ready: ${endpoint.reason ?? endpoint.state}`,
        at: endpoint.updatedAt,
        link: `/endpoints/${encodeURIComponent(endpoint.name)}`,
      }),
    );
  const rolledBack = found.rolledBack.items.map(
    (rollout): Attention => ({
      severity: 'info',
      kind: 'serving',
      text: `${rollout.endpoint}: version ${rollout.candidate} was rolled back${rollout.reason ? `: ${rollout.reason}` : ''}`,
      at: rollout.endedAt ?? rollout.createdAt,
      link: `/endpoints/${encodeURIComponent(rollout.endpoint)}`,
    }),
  );
  const rank = { critical: 0, warning: 1, info: 2 };
  const all = [...alerts, ...approvals, ...failed, ...waiting, ...rolledBack];
  return all.sort((a, b) => rank[a.severity] - rank[b.severity] || (a.at < b.at ? 1 : -1));
}

function describe(event: LedgerEvent): NonNullable<LoopStation['lastEvent']> {
  const { type, at, subject, actor } = event;
  return { type, at: isoTime(at), subject: subject.name ?? subject.id, actor: actor.name };
}
