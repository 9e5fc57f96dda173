import { z } from 'zod';
import { Reply, type Route, route } from '../../http/route.ts';
import { isoTime } from '../../kernel/clock.ts';
import { runCountSchema } from './count-runs.ts';
import { type Curve, curveQuerySchema } from './curves.ts';
import { type ExportFormat, exportFormats, type RunExport } from './export-runs.ts';
import type { RunReports } from './reports.ts';
import { runColumnsQuerySchema } from './run-columns.ts';
import { runSearchSchema } from './search-schema.ts';

const format = z.enum(exportFormats).default('csv');
const types = { csv: 'text/csv; charset=utf-8', parquet: 'application/vnd.apache.parquet' } as const;

/** A list in a query string: the field once, again and again, or empty for none. */
const listed = (max: number) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => (typeof given === 'string' ? (given === '' ? [] : [given]) : given))
    .pipe(z.array(z.string().max(500)).max(max));
const keys = z
  .union([z.literal('all'), listed(500)])
  .default('all')
  .describe('`all`, or the key once or more; empty for none.');

const exportQuery = z.object({
  format,
  experiments: listed(200).optional().describe('Ids or names; all unless given.'),
  filter: runSearchSchema.shape.filter,
  lifecycle: runSearchSchema.shape.lifecycle,
  orderBy: listed(5).default([]),
  metrics: keys,
  params: keys,
  tags: keys,
});

const anyNumber = z.custom<number>((value) => typeof value === 'number').meta({ type: 'number' });
const curveView = z
  .object({
    runId: z.string(),
    key: z.string(),
    total: z.number().int().describe('How many points were logged between the steps.'),
    steps: z.array(z.number()),
    at: z.array(z.iso.datetime()),
    values: z.array(anyNumber).describe('The points, or the last one of each bucket.'),
    min: z.array(anyNumber).describe('The least value of each bucket.'),
    max: z.array(anyNumber),
  })
  .meta({ id: 'Curve' });
const columnView = z.object({ key: z.string(), runs: z.number().int() }).meta({ id: 'RunColumn' });
const columnsView = z
  .object({
    ofRuns: z.number().int().describe('How many runs were looked at: the newest.'),
    metrics: z.array(columnView),
    params: z.array(columnView),
    tags: z.array(columnView),
    truncated: z.boolean(),
  })
  .meta({ id: 'RunColumns' });

const showCurve = (curve: Curve) => ({ ...curve, at: curve.at.map(isoTime) });

/** The API of what is told of many runs at once: exports, curves, the columns there are. */
export function exportRoutes(reports: RunReports): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/runs/export',
      permission: 'tracking.read',
      summary: 'Downloads all runs that a search finds, as CSV or Parquet.',
      input: exportQuery,
      handle: async ({ input: { format: as, ...search } }) => download(await reports.export(search, as), as),
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/export',
      permission: 'tracking.read',
      summary: 'Downloads all runs that a search finds, as CSV or Parquet; the search as for finding them.',
      input: runSearchSchema.omit({ limit: true, pageToken: true }).extend({ format }),
      handle: async ({ input: { format: as, ...search } }) => download(await reports.export(search, as), as),
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/count',
      permission: 'tracking.read',
      summary: 'Counts the runs that a search finds in all.',
      input: runCountSchema,
      output: z.object({ total: z.number().int() }),
      handle: async ({ input }) => ({ total: await reports.count(input) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/curves',
      permission: 'tracking.read',
      summary:
        'Reads metrics of several runs as curves to draw: thinned, with the least and greatest value of each piece.',
      input: curveQuerySchema,
      output: z.object({ curves: z.array(curveView) }),
      handle: async ({ input }) => ({ curves: (await reports.curves(input)).map(showCurve) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/columns',
      permission: 'tracking.read',
      summary: 'Lists the metrics, parameters and tags that the newest runs have, most frequent first.',
      input: runColumnsQuerySchema,
      output: columnsView,
      handle: ({ input }) => reports.columns(input),
    }),
  ];
}

function download({ stream, bytes }: RunExport, as: ExportFormat): Reply {
  return new Reply(stream, 200, {
    'content-type': types[as],
    'content-disposition': `attachment; filename="runs.${as}"`,
    'x-content-type-options': 'nosniff',
    ...(bytes !== undefined && { 'content-length': String(bytes) }),
  });
}
