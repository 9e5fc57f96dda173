import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { digestOf } from '../../kernel/hash.ts';
import type { ActiveRun, StepResult } from './active-run.ts';
import type { ArtifactRef, Artifacts } from './artifact.ts';
import { createCacheStore } from './cache-store.ts';
import type { Work } from './executor.ts';
import { isTerminal } from './machine.ts';
import type { Builtin, PipelinePorts } from './ports.ts';
import type { StepState } from './run-schema.ts';
import { type Lookup, render } from './template.ts';
import { allExist } from './transfer.ts';

const recipeVersion = 1;

/**
 * The digest of everything that determines a step's result: what it runs, the code, the environment it declares, the
 * parameters it uses and the content of its inputs. Retries, time limits, pools, descriptions and names do not count.
 */
export function cacheKey(
  run: ActiveRun,
  work: Work,
  use: { cache: { salt?: string | undefined }; builtins: ReadonlyMap<string, Builtin> },
): string {
  const { step, inputs } = work;
  const inputDigests = Object.fromEntries(
    Object.entries(inputs).map(([name, artifact]) => [name, contentOf(artifact)]),
  );
  const lookup = withoutPlaces(work.lookup, inputDigests);
  const common = { recipeVersion, kind: step.kind, inputs: inputDigests, salt: use.cache.salt ?? null };
  switch (step.kind) {
    case 'builtin':
      return digestOf({
        ...common,
        builtin: step.builtin,
        version: use.builtins.get(step.builtin)?.version ?? null,
        params: work.params,
      });
    case 'sql':
      return digestOf({ ...common, sql: render(step.sql, 'sql', { lookup }), dataset: step.dataset });
    case 'shell':
    case 'typescript': {
      const entry =
        step.kind === 'shell'
          ? { command: render(step.command, 'command', { lookup }), cwd: step.cwd ?? null }
          : { module: step.module, export: step.export, node: process.version };
      return digestOf({
        ...common,
        entry,
        bundle: run.spec.bundle ?? null,
        env: render(step.env, 'env', { lookup }),
        params: work.params,
        outputs: step.outputs,
      });
    }
  }
}

function contentOf(artifact: ArtifactRef): string {
  return `${artifact.kind}:${artifact.digest ?? artifact.id}`;
}

/** Paths differ from run to run; what lies there is already in the key. */
function withoutPlaces(lookup: Lookup, inputs: Record<string, string>): Lookup {
  return (reference, field) => {
    const [head, name = ''] = reference.path;
    if (head === 'code' || head === 'outputs') return `${head} ${name}`;
    return head === 'inputs' ? (inputs[name] ?? null) : lookup(reference, field);
  };
}

/** What is known about a key: its result, who computes it now, or that the asker is to. */
export type CacheAnswer = { kind: 'hit'; result: StepResult } | { kind: 'computing'; runId: string } | { kind: 'ours' };

interface CacheDeps {
  database: Database;
  blobs: Blobs;
  clock: Clock;
  ports: PipelinePorts;
}

/** Looks a key up; without a result that still exists, the first asker computes it and others wait for that one. */
export async function findCached(
  deps: CacheDeps,
  want: { key: string; ttl: number | undefined; runId: string; index: number },
): Promise<CacheAnswer> {
  const store = createCacheStore(deps.database.query);
  for (;;) {
    const hit = await store.result(want.key);
    if (hit && deps.clock.now() - hit.created_at < (want.ttl ?? Infinity)) {
      const outputs = JSON.parse(hit.outputs) as Artifacts;
      if (await allExist(deps, outputs)) {
        const metrics = hit.metrics === null ? undefined : (JSON.parse(hit.metrics) as Record<string, number>);
        return { kind: 'hit', result: { outputs, metrics, fromRun: hit.run_id } };
      }
    }
    if (hit) await store.forget(want.key, hit.created_at);
    const mine = { key: want.key, run_id: want.runId, idx: want.index };
    const holder = await deps.database.transaction((tx) => createCacheStore(tx).takeFlight(mine));
    if (holder.run_id === mine.run_id && holder.idx === mine.idx) {
      // Between our look and our take-off another may have landed.
      if (!hit && (await store.result(want.key))) continue;
      return { kind: 'ours' };
    }
    const state = await store.holderState(holder);
    if (state !== undefined && !isTerminal(state as StepState)) return { kind: 'computing', runId: holder.run_id };
    await store.endFlights([holder]);
  }
}
