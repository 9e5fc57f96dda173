import type { Schemas } from '../../api.ts';
import type { AxisValue } from '../../components/plot/brush.ts';
import { inOrder, isSystem } from './columns.ts';

type Run = Schemas['Run'];

/** A line of the comparison: one metric, parameter or tag, and what each run has of it. */
export interface Difference {
  kind: 'metrics' | 'params' | 'tags';
  key: string;
  values: (string | number | null)[];
  /** Whether the runs do not all have the same. */
  differs: boolean;
}

/** What runs have of every metric, parameter and tag: those that differ first, then by name. */
export function differencesOf(runs: readonly Run[], kind: Difference['kind']): Difference[] {
  const keys = new Set(runs.flatMap((run) => Object.keys(run[kind])));
  const lines = [...keys].map((key): Difference => {
    const values = runs.map((run) => readValue(run, kind, key));
    return { kind, key, values, differs: values.some((value) => !Object.is(value, values[0])) };
  });
  return lines.sort((a, b) => Number(b.differs) - Number(a.differs) || inOrder(a.key, b.key));
}

function readValue(run: Run, kind: Difference['kind'], key: string): string | number | null {
  return (kind === 'metrics' ? (run.metrics[key]?.value as number | undefined) : run[kind][key]) ?? null;
}

/** What a run has on an axis, by the axis' name such as `params.depth`. */
export function axisValue(run: Run, name: string): AxisValue {
  const dot = name.indexOf('.');
  const value = readValue(run, name.slice(0, dot) as Difference['kind'], name.slice(dot + 1));
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** The axes on which most can be seen: parameters that differ and are short, then metrics of the model. */
export function tellingAxes(runs: readonly Run[], { params, metrics }: { params: number; metrics: number }): string[] {
  const short = (value: string | number | null) => String(value ?? '').length <= 30;
  const telling = (kind: Difference['kind']) => differencesOf(runs, kind).filter(({ differs }) => differs);
  const first = telling('params').filter(({ values }) => values.every(short) && new Set(values).size <= 30);
  const second = telling('metrics').filter(({ key }) => !isSystem(key));
  return [
    ...first.slice(0, params).map(({ key }) => `params.${key}`),
    ...second.slice(0, metrics).map(({ key }) => `metrics.${key}`),
  ];
}
