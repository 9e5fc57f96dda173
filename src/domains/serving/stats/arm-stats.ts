import type { Variant } from '../schema.ts';
import { LiveStats } from './live-stats.ts';

/** More than an endpoint can have at once, so that only what is long gone is forgotten. */
const mostVariants = 64;

/** Counters of the variants of endpoints: they outlive a change of the routing, but not sixty further versions. */
export class ArmStats {
  readonly #endpoints = new Map<string, Map<string, LiveStats>>();

  of(endpoint: string, { role, name, model, version }: Omit<Variant, 'weight'>): LiveStats {
    const variants = this.#endpoints.get(endpoint) ?? new Map<string, LiveStats>();
    this.#endpoints.set(endpoint, variants);
    const key = `${role === 'shadow'} ${name} ${model}@${version}`;
    const stats = variants.get(key) ?? new LiveStats();
    // Behind all others: they are in the order of their last use.
    variants.delete(key);
    variants.set(key, stats);
    const [oldest] = variants.keys();
    if (variants.size > mostVariants) variants.delete(oldest!);
    return stats;
  }

  remove(endpoint: string): void {
    this.#endpoints.delete(endpoint);
  }
}
