import type { PromotionGate } from '../domains/registry/index.ts';
import { fail } from '../kernel/errors.ts';

/** The registry's gate, which governance fills in once it stands: until then nothing is promoted. */
export function gateOf(): PromotionGate & { join(gate: PromotionGate): void } {
  let joined: PromotionGate | undefined;
  return {
    check: (request) => joined?.check(request) ?? fail('unavailable', 'The gates are not ready yet.'),
    join(gate) {
      joined = gate;
    },
  };
}
