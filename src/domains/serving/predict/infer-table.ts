import { fail } from '../../../kernel/errors.ts';
import { canonicalJson } from '../../../kernel/json.ts';
import { infer } from './infer.ts';
import { checkOutputs, type Deps, type InferCall, type Inferred, toTensors } from './infer-tensors.ts';
import { variantOf } from './model-face.ts';
import type { ModelPlan } from './model-plan.ts';
import { type GivenTable, readTable, tableColumn } from './read-table.ts';
import { chooseArm, readyRoute } from './routing.ts';
import { dealKey } from './sticky-key.ts';

/** A table for an endpoint. */
export interface TableCall extends Omit<InferCall, 'inputs' | 'priority' | 'outputs'> {
  table: GivenTable;
  /** Parameters of the prediction, for models that take some; others pass them over. */
  params?: Readonly<Record<string, unknown>> | undefined;
}

/** Answers a table, cast by the model's signature, with the same routing, batching and logging as rows. */
export async function inferTable(deps: Deps, call: TableCall): Promise<Inferred> {
  const startedAt = performance.now();
  const route = readyRoute(deps.table, call.endpoint);
  const column = (name: string) => tableColumn(call.table, name);
  const wanted = call.version === undefined ? call.variant : variantOf(route, call.version);
  const { arm, propensity } = chooseArm(route, () => dealKey(route, call.requestId, { ...call, column }), wanted);
  const { scoringOutput, timeoutMs, extraColumns } = route.spec;
  const names = scoringOutput === undefined ? undefined : checkOutputs(arm, [scoringOutput]);
  const { plan } = arm.runtime;
  const { outputs, block } = await infer(deps, {
    route,
    arm,
    propensity,
    requestId: call.requestId,
    at: undefined,
    outputs: undefined,
    params: paramsOf(plan, call.params),
    startedAt,
    deadline: startedAt + Math.min(call.timeoutMs ?? Number.POSITIVE_INFINITY, timeoutMs),
    isGone: call.isGone,
    caller: call.caller,
    protocol: call.protocol,
    trace: call.trace,
    beside: (column) => tableColumn(call.table, column),
    read: (by) => readTable(by, call.table, extraColumns),
  });
  const { model, version, name } = arm.variant;
  const asked = toTensors(plan, outputs, names);
  return { model, version, variant: name, rows: block.rows, outputs: asked, classes: plan.classes };
}

const fits: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  long: (value) => typeof value === 'bigint' || Number.isInteger(value),
  integer: (value) => Number.isInteger(value),
  double: (value) => typeof value === 'number' || typeof value === 'bigint',
  float: (value) => typeof value === 'number',
};

/** The parameters a model takes, as the text by which requests are merged; others are passed over. */
function paramsOf({ params: known }: ModelPlan, given: TableCall['params']): string | undefined {
  if (!known || !given) return undefined;
  const kept = Object.entries(given).filter(([name]) => Object.hasOwn(known, name));
  for (const [name, value] of kept) {
    const { type, isList } = known[name]!;
    const test = fits[type] ?? (() => true);
    const isFit = isList ? Array.isArray(value) && value.every(test) : test(value);
    if (!isFit) {
      const shown = `${isList ? 'a list of ' : ''}${type}`;
      fail('invalid_input', `Invalid parameters found: '${name}' takes ${shown}.`, { field: `params.${name}` });
    }
  }
  return kept.length === 0 ? undefined : canonicalJson(Object.fromEntries(kept));
}
