import { z } from 'zod';
import { type Actor, may } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { stringifyJson } from '../../../kernel/json.ts';
import { checkId } from '../../../kernel/request-id.ts';
import { traced } from '../../../kernel/trace.ts';
import { parseAs } from '../../../kernel/parse.ts';
import type { Outputs } from '../batch/batch-tensors.ts';
import type { ServingDeps } from '../deps.ts';
import { explain } from '../explain/explain.ts';
import { type Explained, type ExplainOrder, ExplainRequest } from '../explain/explain-schema.ts';
import { isPlainOnnx } from '../schema.ts';
import { type Asking, type InferDeps, infer } from './infer.ts';
import { type Arm, chooseArm, type EndpointRoute, type RoutingTable, readyRoute } from './routing.ts';
import { readColumns, readRows } from './row-block.ts';

/** A request of the native route, as it came. */
export interface PredictCall extends Asking {
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
}

/** Answers rows with predictions, as JSON text. */
export async function predict(deps: ServingDeps, call: PredictCall): Promise<string> {
  const startedAt = performance.now();
  const route = readyRoute(deps.table, call.endpoint);
  const { body } = call;
  const requestId = checkId(body.id ?? call.requestId, body.id !== undefined);
  const wanted = body.variant ?? headerOf(call, 'x-tidemill-variant');
  const { arm, propensity } = chooseArm(route, () => keyOf(route, call) ?? requestId, wanted);
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
    read: (plan) =>
    beside: (column) => valuesOf(body, column),
    protocol: call.protocol,
    trace: call.trace,
      body.columns === undefined
        ? readRows(plan, body.rows, route.spec.extraColumns)
        : readColumns(plan, body.columns, route.spec.extraColumns),
  });
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

const idPattern = /^[\w.:@+=/-]{1,200}$/;

/** Ids become prediction ids and file columns: a caller's strange one is refused, a proxy's is replaced. */
export function checkId(id: string, fromBody: boolean): string {
  if (idPattern.test(id)) return id;
  if (!fromBody) return newId();
  const cure = 'Use up to 200 letters, digits and the characters . _ : @ + = / -';
  return fail('invalid_input', `Field 'id' has the value ${JSON.stringify(id).slice(0, 80)}. ${cure}`, {
    field: 'id',
    cure,
  });
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

/** The sticky key: said by the caller, in the declared header, or in the declared column of the first row. */
function keyOf(route: EndpointRoute, call: PredictCall): string | undefined {
  if (call.body.key !== undefined) return call.body.key;
  const { header, field } = route.spec.stickyKey ?? {};
  const fromHeader = header && headerOf(call, header.toLowerCase());
  if (fromHeader) return fromHeader;
  if (field === undefined) return undefined;
  const { rows, columns } = call.body as { rows?: Record<string, unknown>[]; columns?: Record<string, unknown[]> };
  const value = columns === undefined ? rows?.[0]?.[field] : columns[field]?.[0];
  return value === undefined || value === null ? undefined : String(value);
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
      const { data, width } = outputs[name]!;
      text += `${at === 0 ? '' : ','}${JSON.stringify(name)}:`;
      if (width === 1) text += writeValue(data[row]!);
      else {
        text += '[';
        for (let k = 0; k < width; k++) text += (k === 0 ? '' : ',') + writeValue(data[row * width + k]!);
        text += ']';
      }
    }
    text += explained ? `},"explanation":${stringifyJson(explained.rows[row])}}` : '}}';
  }
  return explained ? `${text}],"explained":${stringifyJson(explained.by)}}` : `${text}]}`;
}

function writeValue(value: number | bigint | string): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
