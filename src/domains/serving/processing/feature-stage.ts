import { fail, TidemillError } from '../../../kernel/errors.ts';
import { toFeeds } from '../batch/batch-tensors.ts';
import { type ModelPlan, planModel } from '../predict/model-plan.ts';
import { readColumns } from '../predict/row-block.ts';
import { toRows } from './code-rows.ts';
import { tensorSpecs, toCodeValues } from './code-tensors.ts';
import type { FeatureColumn, FeatureJoin, FeatureViewFace, OnlineFeatures } from './online-features.ts';
import type { Before, Face, Tensors } from './stage.ts';

/**
 * Looks features up by whom a row is about: callers send the view's entity columns and what is left of the columns behind
 * this stage. A whole batch is one read.
 */
export async function openFeatures(
  online: OnlineFeatures | undefined,
  join: FeatureJoin,
  target: Face,
): Promise<Before> {
  if (!online) return fail('unsupported', 'This server has no online feature store.', { field: 'spec.features' });
  const view = await online.describe(join.view);
  const joined = joinedColumns(join, view, target);
  const given = givenColumns(view, target, joined);
  const { columns, numbers, strings, inputs } = planModel({ inputs: tensorSpecs(given), outputs: [] });
  const behind: ModelPlan = { ...target, outputs: [], classes: undefined, score: undefined, probabilities: undefined };
  const plan = { join, view, joined, target: behind };
  return {
    face: { columns, numbers, strings, inputs },
    run: (tensors, { deadline }) => lookUp(online, plan, { tensors, deadline }),
    memoryBytes: () => 0,
    logs: () => [],
    close: async () => {},
  };
}

/** The columns to look up; what is asked for must be both the view's and the model's. */
function joinedColumns({ view: name, features }: FeatureJoin, view: FeatureViewFace, target: Face): string[] {
  const wanted = new Set(target.columns.map((column) => column.name));
  const offered = view.features.map((column) => column.name).filter((column) => wanted.has(column));
  const missing = features?.find((column) => !offered.includes(column));
  if (missing !== undefined) {
    const what = wanted.has(missing) ? `the view '${name}' has no such feature` : 'the model takes no such column';
    return fail('invalid_input', `The feature '${missing}' cannot be joined: ${what}.`, {
      field: 'spec.features.features',
      value: missing,
    });
  }
  if (offered.length === 0) {
    return fail('invalid_input', `The view '${name}' has none of the model's columns.`, {
      field: 'spec.features.view',
    });
  }
  return features ?? offered;
}

function givenColumns(view: FeatureViewFace, target: Face, joined: readonly string[]): FeatureColumn[] {
  const keys = new Set(view.entity.map((column) => column.name));
  const rest = target.columns.filter(({ name }) => !joined.includes(name) && !keys.has(name));
  return [...view.entity, ...rest.map(({ name, type }) => ({ name, type }))];
}

interface Plan {
  join: FeatureJoin;
  view: FeatureViewFace;
  joined: readonly string[];
  target: ModelPlan;
}

async function lookUp(
  online: OnlineFeatures,
  { join, view, joined, target }: Plan,
  { tensors, deadline }: { tensors: Tensors; deadline: number },
): Promise<Tensors> {
  const rows = Object.values(tensors)[0]?.dims[0] ?? 0;
  const given = toRows(toCodeValues(tensors), rows);
  const entity = Object.fromEntries(view.entity.map(({ name }) => [name, given.map((row) => row[name])]));
  const found = await online.read({ view: join.view, features: joined, rows, entity, deadline });
  const columns: Record<string, readonly unknown[]> = {};
  for (const { name, type } of target.columns) {
    const isJoined = joined.includes(name);
    const values = isJoined ? (found[name] ?? []) : given.map((row) => row[name]);
    // What the caller can mend names the entity; other types than number and text have no value for "missing".
    const mustBe = join.onMissing === 'refuse' || type === 'integer' || type === 'boolean';
    const at = isJoined && mustBe ? values.findIndex((value) => value === null || value === undefined) : -1;
    if (at >= 0) {
      const whom = view.entity.map((key) => `${key.name}=${String(given[at]![key.name])}`).join(', ');
      throw new TidemillError('row_refused', `There is no feature '${name}' for ${whom}.`, {
        field: name,
        value: whom,
      });
    }
    columns[name] = values;
  }
  return toFeeds(target, [readColumns(target, columns, 'ignore')]);
}
