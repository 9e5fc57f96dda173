import type { Schemas } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { Chart, type Line } from '../../components/chart.tsx';
import { formatNumber } from '../../components/format.ts';

type Run = Schemas['MonitorRunSummary'];

/** Small charts, one a series: its value, its bounds, and what it was before late labels re-stated it. */
export function Series({ runs }: { runs: readonly Run[] }) {
  const names = [...new Set(runs.flatMap(({ values }) => values.map(({ series }) => series)))];
  if (names.length === 0) return <Card title="Measured">Nothing could be measured yet: {runs[0]?.reason}.</Card>;
  return (
    <div className="grid">
      {names.map((name) => (
        <Card key={name} title={name}>
          <OneSeries name={name} runs={runs} />
        </Card>
      ))}
    </div>
  );
}

function OneSeries({ name, runs }: { name: string; runs: readonly Run[] }) {
  const latest = runs.filter((run) => run.latest).toReversed();
  const first = new Map(runs.filter(({ latest: isLatest }) => !isLatest).map((run) => [run.windowToAt, run]));
  const valuesOf = (run: Run | undefined) => run?.values.filter(({ series }) => series === name) ?? [];
  const bounds = Math.max(...latest.map((run) => valuesOf(run).length), 0);
  const lines: Line[] = [
    { label: name, values: latest.map((run) => valuesOf(run)[0]?.value ?? null) },
    ...Array.from(
      { length: bounds },
      (_, i): Line => ({
        label: bounds > 1 ? `bound ${i + 1}` : 'bound',
        values: latest.map((run) => valuesOf(run)[i]?.threshold ?? null),
        colour: '--bad',
        dashed: true,
        points: false,
      }),
    ),
  ].filter((line, i) => i === 0 || line.values.some((value) => value !== null));
  if (first.size > 0) {
    const before = latest.map(({ windowToAt }) => valuesOf(first.get(windowToAt))[0]?.value ?? null);
    lines.push({ label: 'before late labels', values: before, colour: '--quiet', dashed: true });
  }
  const restated = latest.filter(({ revision }) => revision > 1).length;
  return (
    <>
      <Chart
        title={`${name} by window`}
        x={latest.map(({ windowToAt }) => Date.parse(windowToAt))}
        lines={lines}
        format={formatNumber}
      />
      {restated > 0 && (
        <p className="quiet">
          {restated} {restated === 1 ? 'window was' : 'windows were'} re-stated when late labels came; the earlier
          values are kept.
        </p>
      )}
    </>
  );
}
