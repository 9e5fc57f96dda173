import { z } from 'zod';

const milliseconds = z.number().nullable();

const spreadSchema = z
  .object({ p50Ms: milliseconds, p95Ms: milliseconds, p99Ms: milliseconds })
  .describe('Percentiles; null where nothing was measured.');

const sliceSchema = z
  .object({
    at: z.iso.datetime(),
    requests: z.number(),
    rows: z.number(),
    errors: z.number(),
    refused: z.number(),
    p50Ms: milliseconds,
    p95Ms: milliseconds,
    p99Ms: milliseconds,
    queueP95Ms: milliseconds.describe('Time requests waited for the model.'),
    computeP95Ms: milliseconds.describe('Time the model took.'),
    codes: z.record(z.string(), z.number()).describe('Requests by HTTP status.'),
  })
  .meta({ id: 'TrafficSlice' });

/** Ten seconds of the traffic of one variant. */
export type TrafficSlice = z.output<typeof sliceSchema>;

/** Traffic of one variant over the last minutes. */
export const variantStatsSchema = z
  .object({
    variant: z.string(),
    model: z.string(),
    version: z.number().int(),
    shadow: z.boolean(),
    requests: z.number().int(),
    rows: z.number().int(),
    errors: z.number().int().describe('Failures of the model or the server.'),
    refused: z.number().int().describe('Requests that broke the signature, found the queue full, or went away.'),
    requestsPerSecond: z.number(),
    inFlight: z.number().int().describe('Requests that are being answered now.'),
    p50Ms: milliseconds,
    p95Ms: milliseconds,
    p99Ms: milliseconds,
    queue: spreadSchema.describe('Time requests waited for the model.'),
    compute: spreadSchema.describe('Time the model took for the merged run they were in.'),
    codes: z
      .array(z.object({ code: z.number().int(), requests: z.number().int() }))
      .describe('Requests by HTTP status; 499 where the caller went away.'),
    protocols: z
      .array(z.object({ protocol: z.string(), requests: z.number().int() }))
      .describe('Requests by the protocol that asked.'),
    batches: z
      .array(z.object({ upToRows: z.number().int().nullable(), runs: z.number().int() }))
      .describe('Merged runs of the model by how many rows they had; null has no bound.'),
    utilisation: z.number().describe('Share of the last minute in which the model was running.'),
    series: z.array(sliceSchema).describe('Ten seconds each, oldest first.'),
  })
  .meta({ id: 'VariantStats' });

/** Traffic of one variant over the last minutes. */
export type VariantStats = z.output<typeof variantStatsSchema>;

/** Traffic of an endpoint over the last minutes. */
export const endpointStatsSchema = z
  .object({
    endpoint: z.string(),
    minutes: z.number(),
    queuedRows: z.number().int(),
    queuedBytes: z.number().int(),
    droppedLogRows: z.number().int(),
    droppedShadowRows: z.number().int(),
    wantedReplicas: z
      .number()
      .describe('How many replicas the load of this one asks for; a fraction of one when idle.'),
    variants: z.array(variantStatsSchema),
  })
  .meta({ id: 'EndpointStats' });

/** Traffic of an endpoint over the last minutes. */
export type EndpointStats = z.output<typeof endpointStatsSchema>;
