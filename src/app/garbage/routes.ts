import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import type { Garbage } from './collect.ts';

const count = z.number().int();

/** What a collection found. */
const collectedSchema = z
  .object({
    dryRun: z.boolean(),
    stored: count.describe('Contents in the store.'),
    storedBytes: count,
    unused: count.describe('Those that nothing needs: removed, or with a dry run to be removed.'),
    unusedBytes: count,
    young: count.describe('Those that nothing needs yet, but that came too lately to be sure.'),
    youngBytes: count,
  })
  .meta({ id: 'Collected' });

/** The API of garbage collection. */
export function garbageRoutes(garbage: Garbage): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/garbage',
      permission: 'admin.garbage',
      summary: 'Removes stored content that nothing refers to any more, or with `dryRun` counts it.',
      input: z.object({
        dryRun: z.boolean().default(false),
        minAgeMs: z
          .number()
          .int()
          .min(0)
          .default(86_400_000)
          .describe('Younger content stays; a day unless given, so that an upload can become something in peace.'),
      }),
      output: collectedSchema,
      handle: ({ input, actor }) => garbage.collect(actor, input),
    }),
  ];
}
