import { fail } from '../kernel/errors.ts';
import { elementCount, type Tensor } from './tensor.ts';
import type { TensorSpec } from './types.ts';

/**
 * Checks feeds against a model's inputs before the runtime sees them: names, element types, ranks, fixed dimensions, and
 * that one symbolic dimension has one size everywhere. Fails with `invalid_input` naming the input.
 */
export function checkFeeds(inputs: readonly TensorSpec[], feeds: Record<string, Tensor>): void {
  const sizes = new Map<string, { size: number; input: string }>();
  for (const spec of inputs) {
    const feed = Object.hasOwn(feeds, spec.name) ? feeds[spec.name] : undefined;
    if (feed === undefined) {
      fail('invalid_input', `The input '${spec.name}' is missing.`, {
        field: spec.name,
        cure: `Give it as ${describe(spec)}.`,
      });
    }
    checkFeed(spec, feed);
    for (let axis = 0; axis < spec.shape.length; axis++) {
      const name = spec.shape[axis];
      if (typeof name !== 'string') continue;
      const size = feed.dims[axis]!;
      const seen = sizes.get(name);
      if (seen === undefined) sizes.set(name, { size, input: spec.name });
      else if (seen.size !== size) {
        refuse(spec, feed, `it has ${size} of '${name}' where input '${seen.input}' has ${seen.size}`);
      }
    }
  }
  const given = Object.keys(feeds);
  if (given.length === inputs.length) return;
  const known = new Set(inputs.map((spec) => spec.name));
  const extra = given.find((name) => !known.has(name));
  if (extra === undefined) return;
  fail('invalid_input', `The model has no input '${extra}'.`, {
    field: extra,
    cure: `Its inputs are ${inputs.map((spec) => `'${spec.name}'`).join(', ')}.`,
  });
}

function checkFeed(spec: TensorSpec, feed: Tensor): void {
  if (feed.type !== spec.type) refuse(spec, feed, `its type is ${feed.type}`);
  // A scalar and a tensor of unknown rank both declare no shape; the runtime tells them apart.
  if (spec.shape.length > 0 && feed.dims.length !== spec.shape.length) {
    refuse(spec, feed, `it has ${feed.dims.length} dimensions`);
  }
  for (let axis = 0; axis < spec.shape.length; axis++) {
    const wanted = spec.shape[axis];
    if (typeof wanted === 'number' && feed.dims[axis] !== wanted)
      refuse(spec, feed, `dimension ${axis} is ${feed.dims[axis]}`);
  }
  if (feed.data.length !== elementCount(feed.dims)) refuse(spec, feed, `it holds ${feed.data.length} values`);
}

function refuse(spec: TensorSpec, feed: Tensor, why: string): never {
  return fail('invalid_input', `The input '${spec.name}' does not fit the model: ${why}.`, {
    field: spec.name,
    value: { type: feed.type, shape: [...feed.dims] },
    cure: `Give it as ${describe(spec)}.`,
  });
}

function describe(spec: TensorSpec): string {
  return `${spec.type} of shape [${spec.shape.map((size) => size ?? 'any').join(', ')}]`;
}
