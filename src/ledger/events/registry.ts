import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const promotion = z.object({
  model: z.string(),
  reason: z.string(),
  bypassed: z.boolean(),
  verdictId: z.string().nullable(),
});
const tag = z.object({ key: z.string(), value: z.string().nullable() });
const version = z.object({ model: z.string(), version: z.number() });
/** What was said of a thing when it was made; events of older servers say nothing. */
const said = { description: z.string().optional(), tags: z.record(z.string(), z.string()).optional() };

/** What happens in the registry, by event type. Subjects: `model` (id, name), `model-version` (id, name `<model>/<number>`). */
export const registryEvents = {
  'model.created': z.object(said),
  'model.updated': z.object({ nameBefore: z.string(), name: z.string() }),
  'model.deleted': z.object({ versions: z.number() }),
  'model-tag.changed': tag,
  'model-version.created': version.extend({
    ...said,
    /** Where it was registered from, as whoever did it put it. */
    origin: z.string().optional(),
    digest: z.string(),
    format: z.string(),
    bytes: z.number(),
    runId: z.string().nullable(),
    pipelineRunId: z.string().nullable(),
    commit: z.string().nullable(),
    datasets: z.array(z.object({ name: z.string(), versionId: z.string().nullable(), digest: z.string().nullable() })),
  }),
  /** A version that was registered before its files were there has got them. */
  'model-version.filled': version.extend({ digest: z.string(), bytes: z.number() }),
  'model-version.updated': version,
  'model-version.deleted': version,
  'model-version.restored': version,
  'model-version-tag.changed': version.extend(tag.shape),
  'model-version.evidence.attached': version.extend({ name: z.string(), sequence: z.number(), digest: z.string() }),
  /** Subject: `model`. */
  'model-alias.moved': promotion.extend({
    alias: z.string(),
    from: z.number().nullable(),
    to: z.number().nullable(),
    versionId: z.string().nullable(),
  }),
  'model-stage.changed': promotion.extend({ version: z.number(), from: z.string(), to: z.string() }),
  /** A promotion went past the gate in an emergency. */
  'gate.bypassed': z.object({
    model: z.string(),
    version: z.number(),
    target: z.object({ kind: z.string(), name: z.string() }),
    reason: z.string(),
  }),
} as const satisfies EventSchemas;
