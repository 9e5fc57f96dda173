import type { Blobs } from '../../../blobs/index.ts';
import { fail } from '../../../kernel/errors.ts';
import { inspectModel, type OnnxSession, type Tensor } from '../../../onnx/index.ts';
import type { ModelVersion, Registry } from '../../registry/index.ts';
import type { RunCall } from '../predict/batcher.ts';
import type { KnownSignature, ModelPlan } from '../predict/model-plan.ts';
import { type LoadableModel, loadable } from './half-session.ts';
import type { MemoryBudget, Unloadable } from './runtime-memory.ts';
import type { LoadedModel, ModelLimits, RuntimeKind } from './runtime-model.ts';
import { openWorker, type Placed, placeSession, workerBatchRows, workerMs } from './runtime-placement.ts';

interface OnnxDeps {
  registry: { versions: Pick<Registry['versions'], 'get'> };
  blobs: Pick<Blobs, 'read'>;
  budget: MemoryBudget;
}

// A session keeps the weights in a form of its own beside what it needs anyway; a thread has a heap and a runtime of its own.
const bytesOfSession = 3 * 2 ** 20;
const bytesOfThread = 12 * 2 ** 20;
/** Runs of few rows between two looks at what they cost. */
const runsOfLook = 32;
const fewRows = 8;

/** ONNX files in this process: inline, or in a thread of their own where their measured cost asks for it. */
export function createOnnxKind(deps: OnnxDeps): RuntimeKind {
  return {
    async load({ model: name, version: number, spec }) {
      const version = await deps.registry.versions.get(name, number);
      const digest = version.servableDigest ?? refuse(version);
      const bytes = await deps.blobs.read(digest, { verify: true });
      const model = loadable(bytes);
      const known = { ...knownOf(version, bytes), halves: model.halves };
      const placed = await placeSession(model, spec.placement, known);
      const read = async () => loadable(await deps.blobs.read(digest, { verify: true }));
      const auto = spec.placement === 'auto';
      return new OnnxModel(placed, { read, bytes: bytes.length, auto, budget: deps.budget });
    },
  };
}

function refuse(version: ModelVersion): never {
  const cure = "Convert the model to ONNX and register that, or let the endpoint's `runtime` be a process.";
  const message = `Version ${version.number} of '${version.model}' is ${version.format} without an ONNX file, which is not served.`;
  return fail('unsupported', `${message} ${cure}`, { cure });
}

/** Column names from the signature, classes from the model's own metadata (`classes`, a JSON list). */
function knownOf(version: ModelVersion, bytes: Uint8Array): KnownSignature {
  const columns = version.signature.inputs[0]?.columns?.map((name) => ({ name }));
  const text = inspectModel(bytes).metadata['classes'];
  let classes: unknown;
  try {
    classes = text === undefined ? undefined : JSON.parse(text);
  } catch {
    classes = undefined;
  }
  return { ...(columns && { columns }), ...(Array.isArray(classes) && { classes: classes as string[] }) };
}

interface Source {
  read(): Promise<LoadableModel>;
  bytes: number;
  /** Whether it may move to a thread of its own. */
  auto: boolean;
  budget: MemoryBudget;
}

class OnnxModel implements LoadedModel, Unloadable {
  readonly plan: ModelPlan;
  readonly #source: Source;
  #placement: OnnxSession['placement'];
  #maxBatchRows: number;
  /** What answers; undefined while unloaded. */
  #session: OnnxSession | undefined;
  #opening: Promise<OnnxSession> | undefined;
  #running = 0;
  #closed = false;
  #looked = { runs: 0, fastestMs: Number.POSITIVE_INFINITY };
  #moving = false;

  constructor({ session, plan, maxBatchRows }: Placed, source: Source) {
    this.plan = plan;
    this.#source = source;
    this.#session = session;
    this.#placement = session.placement;
    this.#maxBatchRows = maxBatchRows;
    source.budget.used(this);
    source.budget.keep(this);
  }

  get limits(): ModelLimits {
    return { maxBatchRows: this.#maxBatchRows, concurrency: 1 };
  }

  async predict(feeds: Record<string, Tensor>, { outputs }: RunCall): Promise<Record<string, Tensor>> {
    this.#source.budget.used(this);
    // Counted before anything is awaited: what is asked for is not unloaded.
    this.#running++;
    try {
      const session = this.#session ?? (await this.#reopen());
      const startedAt = performance.now();
      const results = await session.run(feeds, outputs);
      if (session.placement === 'inline' && this.#source.auto) this.#look(feeds, performance.now() - startedAt);
      return results;
    } finally {
      this.#running--;
    }
  }

  describe() {
    const state = this.#session ? 'ready' : 'unloaded';
    return { kind: 'onnx', state, placement: this.#placement } as const;
  }

  memoryBytes(): number {
    if (!this.#session) return 0;
    return 2 * this.#source.bytes + bytesOfSession + (this.#placement === 'worker' ? bytesOfThread : 0);
  }

  logs(): string[] {
    return [];
  }

  canUnload(): boolean {
    return this.#session !== undefined && this.#running === 0 && !this.#moving;
  }

  unload(): void {
    const session = this.#session;
    this.#session = undefined;
    void session?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#source.budget.remove(this);
    await this.#opening?.catch(() => {});
    await this.#session?.close();
    this.#session = undefined;
  }

  #reopen(): Promise<OnnxSession> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<OnnxSession> {
    if (this.#closed) return fail('unavailable', 'The model was unloaded; ask again.', { cure: 'Retry.' });
    const session = await (await this.#source.read()).open(this.#placement);
    this.#session = session;
    this.#source.budget.keep(this);
    return session;
  }

  /** Moves the model to a thread of its own when even its fastest small runs hold this thread too long. */
  #look(feeds: Record<string, Tensor>, ms: number): void {
    const rows = Object.values(feeds)[0]?.dims[0] ?? 1;
    if (rows > fewRows || this.#moving) return;
    const looked = this.#looked;
    looked.fastestMs = Math.min(looked.fastestMs, ms);
    if (++looked.runs < runsOfLook) return;
    const isSlow = looked.fastestMs > workerMs;
    this.#looked = { runs: 0, fastestMs: Number.POSITIVE_INFINITY };
    if (isSlow) void this.#move();
  }

  async #move(): Promise<void> {
    this.#moving = true;
    try {
      const worker = await openWorker(await this.#source.read(), this.plan);
      const before = this.#session;
      if (this.#closed) return await worker.close();
      this.#session = worker;
      this.#placement = 'worker';
      this.#maxBatchRows = workerBatchRows;
      await before?.close();
    } catch {
      // It stays where it is, and the next look tries again.
    } finally {
      this.#moving = false;
    }
  }
}
