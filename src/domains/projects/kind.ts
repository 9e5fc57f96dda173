import type { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';

/** A resource as its domain holds it. */
export interface Declared {
  name: string;
  spec: object;
}

/**
 * A kind of resource that projects may declare, implemented by the domain that owns it and joined in `app.ts`.
 * `declare` creates or updates, and does nothing when nothing changes.
 */
export interface ResourceKind {
  kind: string;
  schema: z.ZodType<object>;
  declared(): Promise<Declared[]>;
  declare(actor: Actor, name: string, spec: never): Promise<unknown>;
  undeclare(actor: Actor, name: string): Promise<unknown>;
}
