import { z } from 'zod';
import { nameSchema } from '../../kernel/names.ts';

/** One resource of a project as it is declared: what kind, its name, and what it should be. */
export const documentSchema = z
  .strictObject({
    kind: z.string().describe('Dataset, Pipeline, Gate, Endpoint, Monitor, Retraining or Webhook.'),
    metadata: z.strictObject({ name: nameSchema }),
    spec: z.record(z.string(), z.unknown()),
    source: z
      .string()
      .max(500)
      .optional()
      .describe('Where it is written, such as `tidemill.config.ts:42`; for messages.'),
  })
  .meta({ id: 'ProjectDocument' });

/** One resource of a project as it is declared. */
export type ProjectDocument = z.output<typeof documentSchema>;

const fieldChangeSchema = z.object({ path: z.string(), before: z.unknown(), after: z.unknown() });

/** What applying would do to one resource. */
export const changeSchema = z
  .object({
    action: z.enum(['create', 'update', 'delete', 'none']),
    kind: z.string(),
    name: z.string(),
    fields: z.array(fieldChangeSchema).describe('Which fields change, by path.'),
    effects: z.array(z.string()).describe('What happens because of it, in words.'),
    expected: z.string().nullable().describe('Digest of the resource as the plan found it; null where there is none.'),
  })
  .meta({ id: 'PlannedChange' });

/** What applying would do to one resource. */
export type PlannedChange = z.output<typeof changeSchema>;

/** What applying a project's documents would do. */
export const planSchema = z
  .object({
    project: z.string(),
    revision: z.number().int().describe('The revision the plan was made against.'),
    digest: z.string().describe('Names this plan; `apply` refuses it once anything it saw has changed.'),
    changes: z.array(changeSchema),
    summary: z.object({ create: z.number(), update: z.number(), delete: z.number(), none: z.number() }),
  })
  .meta({ id: 'ProjectPlan' });

/** What applying a project's documents would do. */
export type ProjectPlan = z.output<typeof planSchema>;

/** One time a project was applied. */
export const revisionSchema = z
  .object({
    project: z.string(),
    revision: z.number().int(),
    appliedAt: z.string(),
    actor: z.string(),
    commit: z.string().nullable(),
    digest: z.string(),
    summary: z.object({ create: z.number(), update: z.number(), delete: z.number(), none: z.number() }),
  })
  .meta({ id: 'ProjectRevision' });

/** One time a project was applied. */
export type ProjectRevision = z.output<typeof revisionSchema>;

/** The answer of an apply: the plan as it was carried out, and the revision it made (none when nothing changed). */
export const appliedSchema = z
  .object({ plan: planSchema, revision: z.number().int(), changed: z.boolean(), kept: z.array(z.string()) })
  .meta({ id: 'ProjectApplied' });

/** The answer of an apply. */
export type ProjectApplied = z.output<typeof appliedSchema>;
