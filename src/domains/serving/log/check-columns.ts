import { fail } from '../../../kernel/errors.ts';
import { canonicalJson } from '../../../kernel/json.ts';
import type { ServingDeps } from '../deps.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { EndpointSpec, Variant } from '../schema.ts';
import { createEndpointStore } from '../store.ts';
import { outputColumns } from './log-entry.ts';

/**
 * Refuses a contract of the log that names a column the model neither takes nor gives: what was meant would stay in clear.
 * A contract that stands is not asked again, and none is where no version answers yet.
 */
export async function checkColumns(
  deps: ServingDeps,
  { name, spec, variants }: { name: string; spec: EndpointSpec; variants(): Promise<Variant[]> },
): Promise<void> {
  const { log } = spec;
  const named = [...Object.keys(log.columns ?? {}), ...log.drop];
  if (named.length === 0) return;
  const before = await createEndpointStore(deps.database.query).find(name);
  if (before && before.spec.model === spec.model && canonicalJson(before.spec.log) === canonicalJson(log)) return;
  const [first] = await variants();
  // A model that cannot be loaded says so itself, once it is declared.
  const runtime = first && (await deps.runtimes.load({ endpoint: name, ...first, spec }).catch(() => undefined));
  if (!runtime) return;
  const known = columnsOf(runtime.plan);
  if (log.entity !== undefined) known.add(log.entity);
  const unknown = named.find((column) => !known.has(column));
  if (unknown === undefined) return;
  const field = log.drop.includes(unknown) ? 'spec.log.drop' : `spec.log.columns.${unknown}`;
  const cure = `It has ${[...known].map((column) => `'${column}'`).join(', ')}.`;
  fail('invalid_input', `The model '${spec.model}' has no column '${unknown}', so that it cannot be hidden. ${cure}`, {
    field,
    value: unknown,
    cure,
  });
}

function columnsOf({ columns, outputs }: ModelPlan): Set<string> {
  const given = outputs.flatMap((output) => [output.name, ...outputColumns(output)]);
  return new Set([...columns.map((column) => column.name), ...given]);
}
