import { z } from 'zod';
import { type Actor, may } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import { stringifyJson } from '../../../kernel/json.ts';
import { parseAs } from '../../../kernel/parse.ts';
import { checkId } from '../../../kernel/request-id.ts';
import { traced } from '../../../kernel/trace.ts';
import type { Outputs } from '../batch/batch-tensors.ts';
import { type ExplainDeps, explain } from '../explain/explain.ts';
import { type Explained, type ExplainOrder, ExplainRequest } from '../explain/explain-schema.ts';
import { isPlainOnnx, type Variant } from '../schema.ts';
import { type Asking, type InferDeps, infer } from './infer.ts';
import { type Arm, chooseArm, type RoutingTable, readyRoute } from './routing.ts';
import { readColumns, readRows } from './row-block.ts';
import { type Caller, dealKey } from './sticky-key.ts';

/** A request of the native route, as it came. */
export interface PredictCall extends Omit<Asking, 'caller'> {
  endpoint: string;
  body: {
    rows?: unknown;
    columns?: unknown;
    id?: string | undefined;
    key?: string | undefined;
    variant?: string | undefined;
    at?: string | undefined;
    explain?: unknown;
  };
  requestId: string;
  headers: Record<string, string | string[] | undefined>;
  actor: Actor;
  /** Hears which variant answered, for headers. */
  onAnswered?(variant: Variant): void;
}

/** What answering rows works with. */
export type PredictDeps = InferDeps & ExplainDeps & { table: RoutingTable };

/** Answers rows with predictions, as JSON text. */
export async function predict(deps: PredictDeps, call: PredictCall): Promise<string> {
  const startedAt = performance.now();
  const route = readyRoute(deps.table, call.endpoint);
  const { body } = call;
  const requestId = checkId(body.id ?? call.requestId, body.id !== undefined);
  const wanted = body.variant ?? headerOf(call, 'x-tidemill-variant');
  const { arm, propensity } = chooseArm(route, () => dealKey(route, requestId, callerOf(call)), wanted);
  const at = body.at === undefined ? undefined : eventTime(body.at, call.actor);
  const order = body.explain === undefined || body.explain === false ? undefined : readOrder(body.explain);
  const deadline = startedAt + route.spec.timeoutMs;
  const { outputs, block } = await infer(deps, {
    route,
    arm,
    propensity,
    requestId,
    at,
    outputs: undefined,
    startedAt,
    deadline,
    beside: (column) => valuesOf(body, column),
    caller: call.actor.id,
    protocol: call.protocol,
    trace: call.trace,
    read: (plan) =>
      body.columns === undefined
        ? readRows(plan, body.rows, route.spec.extraColumns)
        : readColumns(plan, body.columns, route.spec.extraColumns),
  });
  call.onAnswered?.(arm.variant);
  const answered = { requestId, rows: block.rows, outputs };
  if (!order) return traced(call.trace, 'tidemill.write', () => writeReply(arm, answered));
  const { maxQueueRows } = route.spec;
  const asked = {
    arm,
    order,
    block,
    outputs,
    actor: call.actor,
    deadline,
    maxQueueRows,
    isPlain: isPlainOnnx(route.spec),
  };
  const askedAt = performance.now();
  const explained = await explain(deps, asked);
  arm.stats.explain.add((performance.now() - askedAt) / 1000);
  call.trace?.child('tidemill.explain', { startedAt: askedAt }).end();
  return traced(call.trace, 'tidemill.write', () => writeReply(arm, { ...answered, explained }));
}

function readOrder(given: unknown): ExplainOrder {
  return parseAs(z.object({ explain: ExplainRequest }), { explain: given === true ? {} : given }).explain;
}

/** The event time a caller gave, ms UTC; it takes the permission `predict.replay`. */
export function eventTime(text: string, actor: Actor): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) fail('invalid_input', `Field 'at' is not an ISO 8601 time.`, { field: 'at', value: text });
  if (!may(actor, 'predict.replay')) {
    fail('forbidden', `Giving the event time of a prediction needs the permission 'predict.replay'.`, { field: 'at' });
  }
  return at;
}

function headerOf(call: PredictCall, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function callerOf(call: PredictCall): Caller {
  const { body } = call;
  const column = (name: string) => valuesOf(body, name);
  return { key: body.key, header: (name) => headerOf(call, name), column };
}

/** The values of a column of the request, one a row. */
function valuesOf({ rows, columns }: PredictCall['body'], column: string): readonly unknown[] | undefined {
  if (columns !== undefined) return (columns as Record<string, unknown[]> | null)?.[column];
  return Array.isArray(rows) ? rows.map((row) => (row as Record<string, unknown> | null)?.[column]) : undefined;
}

interface Answered {
  requestId: string;
  rows: number;
  outputs: Outputs;
  explained?: Explained;
}

/** Writes the reply by hand: the shape is fixed, and a general writer costs more than the model. */
function writeReply({ variant }: Arm, { requestId, rows, outputs, explained }: Answered): string {
  const names = Object.keys(outputs);
  let text = `{"model":${JSON.stringify(variant.model)},"version":${variant.version},"variant":${JSON.stringify(variant.name)},"predictions":[`;
  for (let row = 0; row < rows; row++) {
    text += `${row === 0 ? '' : ','}{"predictionId":"${requestId}.${row}","outputs":{`;
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!;
      const { data, width, type } = outputs[name]!;
      text += `${at === 0 ? '' : ','}${JSON.stringify(name)}:`;
      if (width === 1) text += writeValue(type, data[row]!);
      else {
        text += '[';
        for (let k = 0; k < width; k++) text += (k === 0 ? '' : ',') + writeValue(type, data[row * width + k]!);
        text += ']';
      }
    }
    text += explained ? `},"explanation":${stringifyJson(explained.rows[row])}}` : '}}';
  }
  return explained ? `${text}],"explained":${stringifyJson(explained.by)}}` : `${text}]}`;
}

function writeValue(type: Outputs[string]['type'], value: number | bigint | string): string {
  if (type === 'bool') return value === 1 ? 'true' : 'false';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
