import { type Batcher, createBatcher } from '../predict/batcher.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import { isPlainOnnx } from '../schema.ts';
import type { LoadedModel, RuntimeKind, WantedModel } from './runtime-model.ts';
import type { RuntimeSpec, RuntimeState } from './runtime-schema.ts';

/** A model version ready to answer. */
export interface Runtime {
  model: string;
  version: number;
  plan: ModelPlan;
  batcher: Batcher;
  /** Memory it takes, estimated or measured. */
  readonly bytes: number;
  describe(): RuntimeState;
  /** What it printed last, where it is a process. */
  logs(): string[];
  close(): Promise<void>;
}

/** Loaded models by version, each once however many endpoints use it. */
export interface Runtimes {
  /** Loads and warms a version; fails with `not_found`, `invalid_model`, `unsupported` or `unavailable`. */
  load(want: WantedModel): Promise<Runtime>;
  /** Closes what none of these routes uses any more, after the requests under way. */
  keepOnly(used: ReadonlySet<Runtime>): void;
  all(): Runtime[];
  close(): Promise<void>;
}

const freshMs = 600_000;
const bytesPerQueueRow = 64 * 1024;

interface RuntimesDeps {
  kinds: Record<RuntimeSpec['kind'], RuntimeKind>;
  /** Puts what an endpoint wants done to rows and answers around its model. */
  withStages(model: LoadedModel, want: WantedModel): Promise<LoadedModel>;
  /** How long what is no longer routed to stays, for requests that were routed just before; 30 s unless said. */
  graceMs?: number;
}

/** Makes the loader of models over the kinds of runtimes there are. */
export function createRuntimes({ kinds, withStages, graceMs = 30_000 }: RuntimesDeps): Runtimes {
  const loading = new Map<string, Promise<Runtime>>();
  const loaded = new Map<Runtime, string>();
  const retiring = new Map<Runtime, NodeJS.Timeout>();
  // Loaded but not yet routed to: another endpoint's change must not take it away meanwhile.
  const fresh = new Map<Runtime, number>();
  function retire(runtime: Runtime) {
    const look = () => {
      if (!runtime.batcher.isIdle) return void retiring.set(runtime, setTimeout(look, 250).unref());
      retiring.delete(runtime);
      void runtime.close();
    };
    retiring.set(runtime, setTimeout(look, graceMs).unref());
  }
  return {
    load(want) {
      const key = keyOf(want);
      let runtime = loading.get(key);
      if (!runtime) {
        runtime = kinds[want.spec.runtime.kind]
          .load(want)
          .then((model) => withStages(model, want))
          .then((model) => toRuntime(model, want));
        loading.set(key, runtime);
        runtime
          .then((made) => {
            loaded.set(made, key);
            fresh.set(made, performance.now());
          })
          .catch(() => loading.delete(key));
      }
      return runtime;
    },
    keepOnly(used) {
      for (const [runtime, key] of loaded) {
        if (used.has(runtime)) fresh.delete(runtime);
        const isFresh = performance.now() - (fresh.get(runtime) ?? -freshMs) < freshMs;
        if (used.has(runtime) || isFresh) continue;
        fresh.delete(runtime);
        loaded.delete(runtime);
        loading.delete(key);
        retire(runtime);
      }
    },
    all: () => [...loaded.keys()],
    async close() {
      for (const kind of Object.values(kinds)) kind.giveUp?.();
      for (const timer of retiring.values()) clearTimeout(timer);
      const all = [...retiring.keys(), ...(await settled([...loading.values()]))];
      await Promise.allSettled(all.map((runtime) => runtime.close()));
    },
  };
}

async function settled(loading: Promise<Runtime>[]): Promise<Runtime[]> {
  const results = await Promise.allSettled(loading);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** ONNX files are shared between endpoints; processes and remote models have an endpoint's own settings and credentials. */
function keyOf({ endpoint, model, version, spec }: WantedModel): string {
  const { placement, maxQueueRows, runtime, features, preprocess, postprocess } = spec;
  const own = isPlainOnnx(spec)
    ? placement
    : JSON.stringify([endpoint, placement, runtime, features, preprocess, postprocess]);
  return `${model}@${version} ${maxQueueRows} ${own}`;
}

function toRuntime(model: LoadedModel, { model: name, version, spec }: WantedModel): Runtime {
  const { maxQueueRows } = spec;
  const maxQueueBytes = maxQueueRows * bytesPerQueueRow;
  const run = model.predict.bind(model);
  const batcher = createBatcher(model.plan, run, {
    maxQueueRows,
    maxQueueBytes,
    get maxBatchRows() {
      return model.limits.maxBatchRows;
    },
    get concurrency() {
      return model.limits.concurrency;
    },
  });
  return {
    model: name,
    version,
    plan: model.plan,
    batcher,
    get bytes() {
      return model.memoryBytes();
    },
    describe: () => ({
      ...model.describe(),
      model: name,
      version,
      memoryBytes: model.memoryBytes(),
      queuedRows: batcher.queuedRows,
    }),
    logs: () => model.logs(),
    close: () => model.close(),
  };
}
