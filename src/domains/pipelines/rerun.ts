import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { graphOf } from './document.ts';
import { withDependents } from './graph.ts';
import type { RerunRequest } from './pipelines.ts';
import { createRunStore, type NodeRow, type RunRow } from './run-store.ts';
import type { CurrentPipeline } from './scheduler.ts';
import { PipelineSpec } from './schema.ts';
import { type MadeRun, makeRun, type StartDeps } from './starts.ts';
import { createPipelineStore } from './store.ts';

const over = new Set(['succeeded', 'failed', 'cancelled']);

/**
 * Runs again what failed (or from a step on) as a new run of the same lineage: steps that were done, do not depend on what
 * runs again and are declared as they were keep their results.
 */
export async function rerunFrom(
  deps: StartDeps & { database: Database; current(name: string): Promise<CurrentPipeline> },
  actor: Actor,
  request: RerunRequest,
): Promise<MadeRun> {
  const runs = createRunStore(deps.database.query);
  const parent = (await runs.run(request.runId)) ?? notFound('pipeline run', request.runId);
  if (!over.has(parent.status)) {
    fail('conflict', `The run '${parent.id}' is ${parent.status}; a run can be rerun once it is over.`, {
      field: 'runId',
    });
  }
  const text = await createPipelineStore(deps.database.query).specOf(parent.version);
  const original = PipelineSpec.parse(JSON.parse(text!));
  const latest = request.code === 'latest' ? await deps.current(parent.pipeline) : undefined;
  const spec = latest?.spec ?? original;
  const nodes = keptNodes(await runs.nodes(parent.id), { spec, original, fromStep: request.fromStep });
  return deps.database.transaction((tx) =>
    makeRun(deps, tx, {
      actor,
      pipeline: parent.pipeline,
      version: latest?.version ?? parent.version,
      spec,
      params: knownParams(parent, spec),
      trigger: { kind: 'rerun', name: parent.id },
      reuse: { parent, nodes },
    }),
  );
}

function keptNodes(
  rows: readonly NodeRow[],
  { spec, original, fromStep }: { spec: PipelineSpec; original: PipelineSpec; fromStep: string | undefined },
): Map<string, NodeRow> {
  const graph = graphOf(spec);
  if (fromStep !== undefined && !graph.indexOf.has(fromStep)) notFound('step', fromStep);
  const done = new Map(
    rows.filter((row) => row.state === 'succeeded' || row.state === 'cached').map((row) => [row.name, row]),
  );
  const again = graph.nodes.flatMap((node, index) => {
    const before = original.steps[node.name];
    const same = before !== undefined && digestOf(before) === digestOf(spec.steps[node.name]);
    return node.name === fromStep || !done.has(node.name) || !same ? [index] : [];
  });
  const affected = withDependents(graph, again);
  return new Map(
    graph.nodes.flatMap((node, index) => (affected.has(index) ? [] : [[node.name, done.get(node.name)!]])),
  );
}

/** The run's parameters, without those its pipeline no longer has. */
function knownParams(parent: RunRow, spec: PipelineSpec): Record<string, unknown> {
  const params = JSON.parse(parent.params) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(params).filter(([name]) => Object.hasOwn(spec.params, name)));
}
