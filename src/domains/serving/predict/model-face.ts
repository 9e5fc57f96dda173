import { notFound } from '../../../kernel/errors.ts';
import type { ElementType, PlannedInput, PlannedOutput } from './model-plan.ts';
import { type EndpointRoute, type RoutingTable, readyRoute } from './routing.ts';

/** A tensor of a model; the first dimension, which counts rows, is not among `tail`. */
export interface FaceTensor {
  name: string;
  type: ElementType;
  /** Dimensions after the first; -1 where the model only knows when it runs. */
  tail: readonly number[];
}

/** A model as tensors. */
export interface ModelFace {
  model: string;
  version: number;
  versions: number[];
  inputs: FaceTensor[];
  outputs: FaceTensor[];
  /** Labels of the classes by index, where the model says them. */
  classes: readonly (string | number | boolean)[] | undefined;
  /** The most rows a request may have. */
  maxRows: number;
}

/** An endpoint as those who load and unload models see it. */
export interface ModelState {
  endpoint: string;
  state: 'ready' | 'waiting' | 'failed' | 'unloaded';
  /** Why it is not ready. */
  reason: string | undefined;
  versions: number[];
}

type Deps = { table: RoutingTable };

/** What an endpoint's model takes and gives. */
export function modelFace({ table }: Deps, endpoint: string, version?: string): ModelFace {
  const route = readyRoute(table, endpoint);
  const arm =
    version === undefined ? route.live[0]! : route.arms.find((one) => one.variant.name === variantOf(route, version))!;
  const { plan } = arm.runtime;
  return {
    model: arm.variant.model,
    version: arm.variant.version,
    versions: versionsOf(route),
    inputs: plan.inputs.map(faceTensor),
    outputs: plan.outputs.map(faceTensor),
    classes: plan.classes,
    maxRows: route.spec.maxQueueRows,
  };
}

function faceTensor({ name, type, half, tail }: PlannedInput | PlannedOutput): FaceTensor {
  return { name, type: half ?? type, tail };
}

/** The name of the variant that answers with a version when it is asked for by number. */
export function variantOf(route: EndpointRoute, version: string): string {
  const arm = route.arms.find((one) => String(one.variant.version) === version && one.variant.role !== 'shadow');
  return arm?.variant.name ?? notFound('version', `${route.name}/${version}`);
}

/** Every endpoint and whether it can answer, by name. */
export function modelStates({ table }: Deps): ModelState[] {
  const states = table.all().map((route): ModelState => {
    const state = route.isUnloaded ? 'unloaded' : route.state;
    return { endpoint: route.name, state, reason: route.reason, versions: versionsOf(route) };
  });
  return states.sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
}

function versionsOf(route: EndpointRoute): number[] {
  const answering = route.arms.filter((arm) => arm.variant.role !== 'shadow');
  return [...new Set(answering.map((arm) => arm.variant.version))];
}
