import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { Monitoring } from './faces.ts';
import { withIsoTimes } from './iso-times.ts';
import { retrainingRoutes } from './retraining-routes.ts';
import { MonitorSpec, runStatuses, severities } from './schema.ts';
import { alertView, driftAtView, monitorView, pointView, runSummaryView, runView } from './views.ts';

const name = z.object({ name: nameSchema });
const id = z.object({ id: z.string().max(64) });
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const range = {
  fromAt: instant.optional().describe('Windows that end after this event time.'),
  toAt: instant.optional().describe('Windows up to this event time.'),
};
const runFilter = { status: z.enum(runStatuses).optional(), version: z.coerce.number().int().optional() };
const revisions = z.stringbool().default(false).describe('Also the revisions that were re-stated since.');

/** The API of monitors, alerts and retrainings. */
export function monitoringRoutes(monitoring: Monitoring): Route[] {
  return [
    ...monitorRoutes(monitoring),
    ...runRoutes(monitoring),
    ...alertRoutes(monitoring),
    ...retrainingRoutes(monitoring),
  ];
}

function monitorRoutes({ monitors }: Monitoring): Route[] {
  const base = '/api/v1/monitors';
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'monitors.read',
      summary: 'Lists monitors by name.',
      input: z.object(pageQuery),
      output: pageOf(monitorView),
      handle: async ({ input }) => withIsoTimes(await monitors.list(input)),
    }),
    route({
      method: 'GET',
      path: `${base}/:name`,
      permission: 'monitors.read',
      summary: 'Shows a monitor.',
      input: name,
      output: monitorView,
      handle: async ({ input }) => withIsoTimes(await monitors.get(input.name)),
    }),
    route({
      method: 'PUT',
      path: `${base}/:name`,
      permission: 'monitors.write',
      summary: 'Creates or changes a monitor.',
      input: name.extend({ spec: MonitorSpec }),
      output: monitorView,
      handle: async ({ input, actor }) => withIsoTimes(await monitors.declare(actor, input.name, input.spec)),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:name`,
      permission: 'monitors.write',
      summary: 'Deletes a monitor; its runs and alerts are kept.',
      input: name,
      handle: async ({ input, actor }) => monitors.undeclare(actor, input.name),
    }),
    route({
      method: 'POST',
      path: `${base}/:name/evaluate`,
      permission: 'monitors.write',
      summary: 'Evaluates the windows that have closed now instead of at the next turn.',
      input: name,
      output: z.object({ runs: z.number().int() }),
      handle: async ({ input }) => ({ runs: await monitors.evaluate(input.name) }),
    }),
  ];
}

function runRoutes({ monitors, driftAt }: Monitoring): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/monitors/:name/runs',
      permission: 'monitors.read',
      summary: 'Lists the runs of a monitor, newest window first.',
      input: name.extend({ ...pageQuery, ...range, ...runFilter, revisions }),
      output: pageOf(runSummaryView),
      handle: async ({ input: { name: monitor, ...filter } }) =>
        withIsoTimes(await monitors.runs({ ...filter, monitor })),
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitors/:name/points',
      permission: 'monitors.read',
      summary: 'Lists the values that charts are drawn from, oldest window first.',
      input: name.extend({ ...pageQuery, ...range, series: z.string().max(500).optional() }),
      output: pageOf(pointView),
      handle: async ({ input: { name: monitor, ...filter } }) =>
        withIsoTimes(await monitors.points({ ...filter, monitor })),
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor-runs/:id',
      permission: 'monitors.read',
      summary: 'Shows a run with everything it found per column.',
      input: id,
      output: runView,
      handle: async ({ input }) => withIsoTimes(await monitors.run(input.id)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/drift',
      permission: 'monitors.read',
      summary: 'Shows what the monitors of an endpoint said of a moment.',
      input: name.extend({ at: instant.describe('Event time.') }),
      output: driftAtView,
      handle: async ({ input }) => withIsoTimes(await driftAt(input.name, input.at)),
    }),
  ];
}

function alertRoutes({ alerts }: Monitoring): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/alerts',
      permission: 'monitors.read',
      summary: 'Lists alerts, newest first.',
      input: z.object({
        ...pageQuery,
        monitor: nameSchema.optional(),
        endpoint: nameSchema.optional(),
        status: z.enum(['open', 'resolved']).optional(),
        severity: z.enum(severities).optional(),
      }),
      output: pageOf(alertView),
      handle: async ({ input }) => withIsoTimes(await alerts.list(input)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/alerts/:id',
      permission: 'monitors.read',
      summary: 'Shows an alert.',
      input: id,
      output: alertView,
      handle: async ({ input }) => withIsoTimes(await alerts.get(input.id)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/alerts/:id/acknowledge',
      permission: 'monitors.ack',
      summary: 'Says that somebody looks after an alert.',
      input: id.extend({ note: z.string().max(2000).optional() }),
      output: alertView,
      handle: async ({ input, actor }) => withIsoTimes(await alerts.acknowledge(actor, input.id, input.note)),
    }),
  ];
}
