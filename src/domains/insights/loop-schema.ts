import { z } from 'zod';

const eventSchema = z.object({ type: z.string(), at: z.iso.datetime(), subject: z.string(), actor: z.string() });

/** One station of the loop: what it holds, how it is, and what last happened there. */
export const stationSchema = z
  .object({
    id: z.enum(['data', 'pipelines', 'training', 'registry', 'serving', 'monitoring', 'retraining']),
    state: z.enum(['idle', 'ok', 'busy', 'attention']),
    headline: z.string().describe('Such as `3 datasets, 12 versions`.'),
    lastEvent: eventSchema.nullable(),
  })
  .meta({ id: 'LoopStation' });

/** One station of the loop. */
export type LoopStation = z.output<typeof stationSchema>;

/** Something a person should look at, and where. */
export const attentionSchema = z
  .object({
    severity: z.enum(['info', 'warning', 'critical']),
    kind: z.string(),
    text: z.string(),
    at: z.iso.datetime(),
    link: z.string().describe('A path of the web page.'),
  })
  .meta({ id: 'Attention' });

/** Something a person should look at. */
export type Attention = z.output<typeof attentionSchema>;

/** The whole loop at one glance. */
export const loopSchema = z
  .object({ stations: z.array(stationSchema), attention: z.array(attentionSchema) })
  .meta({ id: 'Loop' });

/** The whole loop at one glance. */
export type Loop = z.output<typeof loopSchema>;
