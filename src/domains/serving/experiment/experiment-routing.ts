import { champion } from '../endpoints.ts';
import { fullWeight, type Routing, type Variant } from '../schema.ts';
import type { StoredEndpoint } from '../store.ts';
import type { EndpointExperimentSpec } from './experiment-schema.ts';
import { weightsOf } from './maths/thompson.ts';

/** An arm with its version and its weight of 10000; challengers of the kind `shadow` have none. */
export interface WeighedArm {
  name: string;
  version: number;
  weight: number;
}

/** The weights that an experiment begins with: the shares said, or equal ones; whole, and 10000 together. */
export function firstWeights({ kind, arms }: EndpointExperimentSpec): number[] {
  if (kind === 'shadow') return arms.map((_, at) => (at === 0 ? fullWeight : 0));
  const shares = arms.map((arm) => (arm.share ?? 100 / arms.length) / 100);
  return weightsOf(shares, 0, fullWeight);
}

/** The routing while an experiment lasts: its arms, the control first, and what else is declared warm beside them. */
export function experimentRouting(
  { routing, spec }: Pick<StoredEndpoint, 'routing' | 'spec'>,
  experiment: { spec: EndpointExperimentSpec; arms: readonly WeighedArm[]; salt: string },
): Routing {
  const isShadow = experiment.spec.kind === 'shadow';
  const arms = experiment.arms.map(({ name, version, weight }, at): Variant => {
    const role = isShadow && at > 0 ? 'shadow' : 'live';
    return { ...champion(spec, version), name, role, weight };
  });
  const names = new Set(arms.map((arm) => arm.name));
  const others = routing.variants
    .filter((variant) => !names.has(variant.name))
    .map((variant): Variant => (variant.role === 'live' ? { ...variant, role: 'standby', weight: 0 } : variant));
  const byRequest = experiment.spec.kind === 'bandit' && !experiment.spec.bandit?.sticky;
  const { byRequest: _, ...rest } = routing;
  const { revision } = routing;
  const variants = [...arms, ...others];
  return { ...rest, revision: revision + 1, salt: experiment.salt, variants, ...(byRequest && { byRequest }) };
}

/** The same routing with other weights of the arms, in their order. */
export function reweighed(routing: Routing, weights: ReadonlyMap<string, number>): Routing {
  const variants = routing.variants.map((one) => ({ ...one, weight: weights.get(one.name) ?? one.weight }));
  return { ...routing, revision: routing.revision + 1, variants };
}

/** The routing after an experiment: what is declared, and the version before warm where another won. */
export function endedRouting(routing: Routing, declared: readonly Variant[]): Routing {
  const { byRequest: _, ...rest } = routing;
  const before = routing.variants[0];
  const isNew = before !== undefined && declared[0] !== undefined && before.version !== declared[0].version;
  const warm: Variant[] = isNew ? [{ ...before, name: 'previous', role: 'standby', weight: 0 }] : [];
  return { ...rest, revision: routing.revision + 1, variants: [...declared, ...warm] };
}
