import type { Clock } from '../../../kernel/clock.ts';
import { type ErrorKind, TidemillError } from '../../../kernel/errors.ts';
import type { TraceSpan } from '../../../kernel/trace.ts';
import type { Outputs } from '../batch/batch-tensors.ts';
import type { LogEntry } from '../log/log-entry.ts';
import { withoutValue } from '../log/log-rules.ts';
import type { PredictionLog } from '../log/prediction-log.ts';
import type { Protocol } from '../stats/protocol.ts';
import type { CallerGate, CallerLimits } from './caller-limits.ts';
import type { ModelPlan } from './model-plan.ts';
import type { Arm, EndpointRoute } from './routing.ts';
import type { RowBlock } from './row-block.ts';
import type { ShadowQueue } from './shadow.ts';
import { bucketOf, murmur32 } from './split.ts';

/** What inference works with. */
export interface InferDeps {
  log: Pick<PredictionLog, 'add'>;
  shadows: ShadowQueue;
  clock: Clock;
  callers: CallerGate;
}

/** How a request came. */
export interface Asking {
  /** Whose request it is: the id of an actor. */
  caller: string;
  /** In which words; the native route's unless said. */
  protocol?: Protocol | undefined;
  /** The step of its trace, where requests are traced. */
  trace?: TraceSpan | undefined;
}

/** One request for one arm: how to read its rows by a plan, and what to remember of it. */
export interface Inference extends Asking {
  route: EndpointRoute;
  arm: Arm;
  propensity: number;
  requestId: string;
  /** Event time where the caller gave one. */
  at: number | undefined;
  outputs: readonly string[] | undefined;
  /** Parameters of the prediction as JSON text. */
  params?: string | undefined;
  /** `performance.now()` at its arrival. */
  startedAt: number;
  deadline: number;
  priority?: number | undefined;
  /** Whether the caller has gone. */
  isGone?: (() => boolean) | undefined;
  /** Hears when the model begins with it, on the clock of `performance.now()`. */
  begins?: ((at: number) => void) | undefined;
  /** Values of a column that is not the model's, where the request has it beside. */
  beside?: ((column: string) => readonly unknown[] | undefined) | undefined;
  /** Reads the rows by a plan, or fails with `invalid_input`. */
  read(plan: ModelPlan): RowBlock;
}

/** Runs a request through its arm, counts and logs it, and hands it to the shadows; nothing of that delays the answer. */
export async function infer(deps: InferDeps, call: Inference): Promise<Answered> {
  const { limits } = call.route.spec;
  return limits ? inferWithin(deps, call, limits) : inferFreely(deps, call);
}

/** Rows as they were read, and what the model answered. */
interface Answered {
  block: RowBlock;
  outputs: Outputs;
}

async function inferWithin(deps: InferDeps, call: Inference, limits: CallerLimits): Promise<Answered> {
  const entry = { endpoint: call.route.name, caller: call.caller, limits };
  try {
    deps.callers.enter(entry);
  } catch (error) {
    call.arm.stats.inFlight++;
    record(deps, call, { code: 429 });
    throw error;
  }
  try {
    return await inferFreely(deps, call);
  } finally {
    deps.callers.leave(entry);
  }
}

async function inferFreely(deps: InferDeps, call: Inference): Promise<Answered> {
  const { arm, route, trace } = call;
  let block: RowBlock | undefined;
  arm.stats.begin(deps.clock);
  try {
    block = call.read(arm.runtime.plan);
    if (trace?.isKept) traceRead(trace, call, block.rows);
    const outputs = await arm.runtime.batcher.run({
      block,
      deadline: call.deadline,
      priority: call.priority,
      isGone: call.isGone,
      times: arm.stats.times,
      batching: route.spec.batching,
      params: call.params,
      trace,
      begins: call.begins,
      ...(call.outputs && { outputs: call.outputs }),
    });
    const at = record(deps, call, { code: 200, block, outputs });
    if (route.shadows.length > 0) shadow(deps, { ...call, at }, block);
    return { block, outputs };
  } catch (error) {
    const code = codeOf(error);
    const at = record(deps, call, { code, ...(block && { block }) });
    if (route.shadows.length > 0 && block && !isShed(code)) shadow(deps, { ...call, at }, block);
    throw withoutValue(error, route.logRules);
  }
}

interface Ended {
  code: number;
  block?: RowBlock;
  outputs?: Outputs;
}

/** Counts and logs a request that ended; gives its event time, which its shadows share. */
function record(deps: InferDeps, call: Inference, { code, block, outputs }: Ended): number {
  const { arm, route, requestId } = call;
  const loggedAt = deps.clock.now();
  const latencyMs = performance.now() - call.startedAt;
  const rows = block?.rows ?? 1;
  arm.stats.inFlight--;
  arm.stats.series(call.protocol ?? 'native', code).count(loggedAt, rows, latencyMs);
  const at = call.at ?? loggedAt;
  if (isShed(code) || !isSampled(route, requestId)) return at;
  const { propensity } = call;
  const entry: LogEntry = { target: arm.log, requestId, rows, at, loggedAt, latencyMs, code, propensity };
  if (block) entry.block = block;
  if (outputs) entry.outputs = outputs;
  const { entity } = arm.log;
  if (entity && !entity.column) entry.entities = call.beside?.(entity.name) ?? [];
  deps.log.add(entry);
  return at;
}

/** A request that was shed, or whose caller left, says nothing about the model. */
function isShed(code: number): boolean {
  return code === 429 || code === 499;
}

function isSampled(route: EndpointRoute, requestId: string): boolean {
  const { sample } = route.spec.log;
  return sample === 1 || murmur32(requestId, 0) < sample * 2 ** 32;
}

/** Where a shadow shares a model with callers, it waits behind all of them. */
const behindAll = 1_000_000;

function shadow(deps: InferDeps, call: Inference, block: RowBlock): void {
  for (const arm of call.route.shadows) {
    // The weight of a shadow is the share of requests it answers too; 0 is all of them.
    if (arm.weight > 0 && bucketOf(`${call.route.salt} shadow`, call.requestId) >= arm.weight) continue;
    const run = async () => {
      const startedAt = performance.now();
      const again: Inference = { ...call, arm, propensity: 1, startedAt, priority: behindAll, isGone: undefined };
      again.deadline = again.startedAt + call.route.spec.timeoutMs;
      // That it waits behind all callers is no slowness of its model.
      again.begins = (began) => {
        again.startedAt = began;
      };
      again.trace = call.trace?.follow('tidemill.shadow');
      again.route = { ...call.route, shadows: [] };
      await inferFreely(deps, again).then(
        () => again.trace?.end(),
        (error: unknown) => again.trace?.end({ error }),
      );
    };
    deps.shadows.add({ route: call.route, arm, rows: block.rows, run });
  }
}

function traceRead(trace: TraceSpan, { arm, route, requestId, startedAt }: Inference, rows: number): void {
  const { model, version, name } = arm.variant;
  trace.set({
    'tidemill.endpoint': route.name,
    'tidemill.model': model,
    'tidemill.version': version,
    'tidemill.variant': name,
    'tidemill.rows': rows,
    // Its predictions in the log are `<id>.<row>`.
    'tidemill.request.id': requestId,
  });
  trace.child('tidemill.read', { startedAt }).end();
}

const codes: Partial<Record<ErrorKind, number>> = {
  invalid: 400,
  too_large: 413,
  limited: 429,
  unavailable: 503,
  timeout: 504,
};

function codeOf(error: unknown): number {
  if (!(error instanceof TidemillError)) return 500;
  return error.code === 'cancelled' ? 499 : (codes[error.kind] ?? 500);
}
