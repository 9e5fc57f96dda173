import { champion, previous } from '../endpoints.ts';
import { type EndpointSpec, fullWeight, type Routing, type Variant } from '../schema.ts';
import type { RolloutPlan, RolloutStep } from './rollout-schema.ts';

const percents: Record<RolloutPlan['strategy'], number[]> = {
  canary: [10],
  linear: [10, 25, 50, 75],
  'blue-green': [100],
  'all-at-once': [],
};

/** The steps of a plan: its own, or those its strategy makes, behind a shadow step and before a pause where it asks for them. */
export function stepsOf(plan: RolloutPlan): RolloutStep[] {
  if (plan.steps) return plan.steps;
  const weights = percents[plan.strategy].map((percent): RolloutStep => ({ kind: 'weight', percent, ...plan.step }));
  const shadow: RolloutStep[] = plan.shadow ? [{ kind: 'shadow', ...plan.shadow }] : [];
  return [...shadow, ...weights, ...(plan.confirm ? [{ kind: 'pause' } as const] : [])];
}

/** The routing while a step lasts: the champion first, the candidate beside or behind it. A pause changes nothing. */
export function routingAt(routing: Routing, candidate: Variant, step: RolloutStep): Routing {
  if (step.kind === 'pause') return routing;
  const weight = step.kind === 'weight' ? Math.round(step.percent * (fullWeight / 100)) : 0;
  const [before] = routing.variants.filter((variant) => variant.name === 'champion');
  const role = step.kind === 'shadow' ? 'shadow' : 'live';
  const variants: Variant[] = before
    ? [
        { ...before, weight: fullWeight - weight },
        { ...candidate, role, weight },
      ]
    : [{ ...candidate, role: 'live', weight: fullWeight }];
  return { ...routing, revision: routing.revision + 1, variants };
}

/** The routing after promotion: the candidate is champion, the one before warm behind it. */
export function promotedRouting(routing: Routing, spec: EndpointSpec, version: number): Routing {
  const [before] = routing.variants.filter((variant) => variant.name === 'champion');
  const variants = [champion(spec, version), ...(before ? [previous(before)] : [])];
  return { ...routing, revision: routing.revision + 1, variants };
}

/** The routing after a rollback: the champion alone, as it was before. */
export function rolledBackRouting(routing: Routing): Routing {
  const variants = routing.variants
    .filter((variant) => variant.name === 'champion')
    .map((variant): Variant => ({ ...variant, role: 'live', weight: fullWeight }));
  return { ...routing, revision: routing.revision + 1, variants };
}
