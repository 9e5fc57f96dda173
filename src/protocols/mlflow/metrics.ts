import { z } from 'zod';
import type { Metric, Runs } from '../../domains/tracking/index.ts';
import type { Route } from '../../http/route.ts';
import { TidemillError } from '../../kernel/errors.ts';
import type { Page } from '../../kernel/page.ts';
import { endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, list, requiredText, text } from './fields.ts';
import { presentMetric } from './present-run.ts';
import { missing, ofPage, runIdOf } from './run-words.ts';
import { whichRun } from './runs.ts';

const base = '/mlflow/metrics';
const read = { method: 'GET', permission: 'tracking.read' } as const;
const most = { history: 25_000, runs: 100, sample: 2500 } as const;

/** The routes that read metric points. */
export function metricRoutes(runs: Runs): Route[] {
  return [...historyRoutes(runs), ...bulkRoutes(runs), ...intervalRoutes(runs)];
}

function historyRoutes(runs: Runs): Route[] {
  return endpoint({
    ...read,
    path: `${base}/get-history`,
    summary: 'Lists the points of a metric.',
    input: whichRun.extend({ metric_key: requiredText(), page_token: text(), max_results: int64() }),
    handle: async ({ input }) => {
      const id = runIdOf(input);
      const { metric_key: key, page_token, max_results: asked } = input;
      if (asked !== undefined && asked < 1) {
        const message = `Invalid value ${asked} for parameter 'max_results' supplied. It must be a positive integer.`;
        refuse('INVALID_PARAMETER_VALUE', message, 'max_results');
      }
      const limit = Math.min(asked ?? most.history, most.history);
      // Unless pages were asked for, everything is given.
      const isWhole = asked === undefined && !page_token;
      const found: Metric[] = [];
      let pageToken = page_token || undefined;
      do {
        const page = await ofPage(orNothing(runs.metricHistory(id, key, { limit, pageToken })));
        for (const point of page.items) found.push(point);
        pageToken = page.nextPageToken;
      } while (isWhole && pageToken !== undefined);
      return { ...metricsOf(inTime(found)), ...(pageToken !== undefined && { next_page_token: pageToken }) };
    },
  });
}

/** A run that is not there has no points: the reference does not say otherwise. */
async function orNothing(asked: Promise<Page<Metric>>): Promise<Page<Metric>> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'not_found') return { items: [] };
    throw error;
  }
}

/** By time, then step, then value: the order that clients see within a page. */
function inTime(points: Metric[]): Metric[] {
  return points.sort((a, b) => a.at - b.at || a.step - b.step || a.value - b.value || 0);
}

function metricsOf(points: readonly Metric[]) {
  return points.length === 0 ? {} : { metrics: points.map(presentMetric) };
}

function bulkRoutes(runs: Runs): Route[] {
  return endpoint({
    ...read,
    ajaxOnly: true,
    path: `${base}/get-history-bulk`,
    summary: 'Lists the points of a metric of several runs.',
    input: z.object({ run_id: list(z.string()), metric_key: text(), max_results: int64() }),
    handle: async ({ input: { run_id: ids = [], metric_key: key, max_results: asked = most.history } }) => {
      if (ids.length === 0) wrong('GetMetricHistoryBulk request must specify at least one run_id.');
      if (ids.length > most.runs) {
        wrong(
          `GetMetricHistoryBulk request cannot specify more than ${most.runs} run_ids. Received ${ids.length} run_ids.`,
        );
      }
      if (!key) return wrong('GetMetricHistoryBulk request must specify a metric_key.');
      const points: object[] = [];
      for (const id of [...new Set(ids)].sort()) {
        const limit = Math.min(Math.max(asked, 0), most.history) - points.length;
        if (limit <= 0) break;
        const page = await orNothing(runs.metricHistory(id, key, { limit }));
        for (const point of inTime(page.items)) points.push({ ...presentMetric(point), run_id: id });
      }
      return { metrics: points };
    },
  });
}

function intervalRoutes(runs: Runs): Route[] {
  return endpoint({
    ...read,
    path: `${base}/get-history-bulk-interval`,
    summary: 'Lists some points of a metric of several runs, evenly over their steps.',
    input: z.object({
      run_ids: list(z.string()),
      metric_key: requiredText(),
      start_step: int64(),
      end_step: int64(),
      max_results: int64(),
    }),
    handle: async ({ input }) => {
      const { run_ids: ids = [], metric_key: key, start_step: fromStep, end_step: toStep } = input;
      if (ids.length === 0) missing('run_ids');
      if (ids.length > most.runs) {
        wrong(
          `GetMetricHistoryBulkInterval request must specify at most ${most.runs} run_ids. Received ${ids.length} run_ids.`,
          true,
        );
      }
      const points = input.max_results ?? most.sample;
      if (points < 1 || points > most.sample) wrong(`max_results must be between 1 and ${most.sample}.`, true);
      if ((fromStep === undefined) !== (toStep === undefined)) {
        wrong('If either start step or end step are specified, both must be specified.');
      }
      if (fromStep !== undefined && toStep !== undefined && fromStep > toStep) {
        wrong(`end_step must be greater than start_step. Found start_step=${fromStep} and end_step=${toStep}.`);
      }
      const found = await runs.sampleMetric(ids, key, { points, fromStep, toStep });
      const metrics = ids.flatMap((id) =>
        (found.get(id) ?? []).map((point) => ({ ...presentMetric(point), run_id: id })),
      );
      return metrics.length === 0 ? {} : { metrics };
    },
  });
}

function wrong(message: string, seeDocs = false): never {
  const docs = seeDocs ? ' See the API docs for more information about request parameters.' : '';
  return refuse('INVALID_PARAMETER_VALUE', `${message}${docs}`);
}
