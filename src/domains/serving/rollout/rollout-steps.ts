import { champion, previous } from '../endpoints.ts';
import { type EndpointSpec, fullWeight, type Routing, type Variant } from '../schema.ts';
import type { RolloutStep } from './rollout-schema.ts';

/** The routing while a step lasts: the champion first, the candidate beside or behind it. A pause changes nothing. */
export function routingAt(routing: Routing, candidate: Variant, step: RolloutStep): Routing {
  const known = routing.variants.some((variant) => variant.name === 'candidate');
  if (step.kind === 'pause' && known) return routing;
  const [before] = routing.variants.filter((variant) => variant.name === 'champion');
  const { role, weight } = placeAt(step);
  const share = role === 'shadow' ? 0 : weight;
  const variants: Variant[] = before
    ? [
        { ...before, weight: fullWeight - share },
        { ...candidate, role, weight },
      ]
    : [{ ...candidate, role: 'live', weight: fullWeight }];
  return { ...routing, revision: routing.revision + 1, variants };
}

/** Role and weight of the candidate; before its first step it is warm already. */
function placeAt(step: RolloutStep): Pick<Variant, 'role' | 'weight'> {
  if (step.kind === 'bake') return { role: 'live', weight: fullWeight };
  if (step.kind === 'weight') return { role: 'live', weight: Math.round(step.percent * (fullWeight / 100)) };
  if (step.kind !== 'shadow') return { role: 'standby', weight: 0 };
  const { percent = 100 } = step;
  return { role: 'shadow', weight: percent === 100 ? 0 : Math.max(1, Math.round(percent * (fullWeight / 100))) };
}

/** The routing after promotion: the candidate is champion, the one before warm behind it. */
export function promotedRouting(routing: Routing, spec: EndpointSpec, version: number): Routing {
  const [before] = routing.variants.filter((variant) => variant.name === 'champion');
  const variants = [champion(spec, version), ...(before ? [previous(before)] : [])];
  return { ...routing, revision: routing.revision + 1, variants };
}

/** The routing after a rollback: the champion alone, the last version that served everything. */
export function rolledBackRouting(routing: Routing): Routing {
  const variants = routing.variants
    .filter((variant) => variant.name === 'champion')
    .map((variant): Variant => ({ ...variant, role: 'live', weight: fullWeight }));
  return { ...routing, revision: routing.revision + 1, variants };
}
