import { z } from 'zod';
import type { Route } from '../../http/route.ts';
import { endpoint } from './endpoint.ts';
import { list, requiredText, text } from './fields.ts';
import { toTraceFilter } from './trace-filter.ts';
import { existing, type TraceServices } from './trace-reading.ts';

/** How often two things hold, alone and together, among how many. */
export interface Counts {
  total: number;
  first: number;
  second: number;
  both: number;
}

/**
 * Normalised pointwise mutual information of two events, -1 (never together) to 1 (always together): `ln(p12/(p1 p2)) / -ln p12`
 * (Bouma, 2009, "Normalized (Pointwise) Mutual Information in Collocation Extraction"). `smoothing` is added to each cell of the
 * 2×2 table. Undefined where an event never happens.
 */
export function mutualInformation({ total, first, second, both }: Counts, smoothing = 0): number | undefined {
  if (total <= 0 || first === 0 || second === 0) return undefined;
  const cells = [both, first - both, second - both, total - first - second + both].map((cell) => cell + smoothing);
  const [n11, n10, n01, n00] = cells as [number, number, number, number];
  if (Math.min(n11, n10, n01, n00) < 0) return undefined;
  const all = n11 + n10 + n01 + n00;
  if (n11 === 0) return -1;
  if (n11 === all) return 1;
  const together = Math.log(n11) - Math.log(all);
  const apart = Math.log(n11 + n10) + Math.log(n11 + n01) - 2 * Math.log(all);
  return Math.max(-1, Math.min(1, (together - apart) / -together));
}

/** How much two filters over traces have to do with each other. */
export function traceCorrelationRoutes({ traces, tracking }: TraceServices): Route[] {
  return endpoint({
    ...{ version: '3.0', method: 'POST', path: '/mlflow/traces/calculate-filter-correlation' },
    ...{ permission: 'traces.read', summary: 'Measures how two filters over traces go together.' },
    input: z.object({
      experiment_ids: list(z.string()),
      filter_string1: requiredText(),
      filter_string2: requiredText(),
      base_filter: text(),
    }),
    handle: async ({ input }) => {
      const [base, one, other] = [input.base_filter ?? '', input.filter_string1, input.filter_string2].map(
        toTraceFilter,
      ) as [string, string, string];
      const experiments = await existing(tracking, input.experiment_ids ?? []);
      const filters = [[base], [base, one], [base, other], [base, one, other]];
      const [total = 0, first = 0, second = 0, both = 0] = await traces.count(experiments, filters);
      const counts = { total, first, second, both };
      const [npmi, smoothed] = [mutualInformation(counts), mutualInformation(counts, 0.5)];
      return {
        ...(npmi !== undefined && { npmi }),
        ...(smoothed !== undefined && { npmi_smoothed: smoothed }),
        ...{ filter1_count: first, filter2_count: second, joint_count: both, total_count: total },
      };
    },
  });
}
