import { z } from 'zod';
import { judgementSchema } from './judgement-schema.ts';
import { rolloutDecisionSchema } from './rollout-schema.ts';

const told = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** How a decision comes out when it is made again. */
export const decisionReplaySchema = z
  .object({
    decision: rolloutDecisionSchema,
    same: z
      .boolean()
      .describe('Whether verdict and numbers came out as they were; with other rules, only the verdict.'),
    fromLog: z.boolean().describe('Whether the prediction log was read and folded again.'),
    otherRules: z.boolean(),
    judgement: judgementSchema.describe('As it came out now.'),
    differences: z
      .array(z.object({ at: z.string(), stored: told, replayed: told }))
      .describe('What differs, by its place in the judgement; at most 100.'),
    look: z.number().int(),
    stateBytes: z.number().int(),
    requests: z.number().int().describe('Requests the verdict rests on.'),
    notes: z.array(z.string()).describe('What keeps a reading of the log from being exact, where something does.'),
  })
  .meta({ id: 'DecisionReplay' });

/** How a decision comes out when it is made again. */
export type DecisionReplay = z.output<typeof decisionReplaySchema>;
