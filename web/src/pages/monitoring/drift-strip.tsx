import { type CSSProperties, useState } from 'react';
import type { Schemas } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import { formatNumber } from '../../components/format.ts';
import { Distribution } from './distribution.tsx';
import { boundOf, isByP, measureOf, nearness } from './measure.ts';

type Run = Schemas['MonitorRunSummary'];
type Value = Schemas['MonitorValue'];

const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Drift as a heat strip, a line a column and a cell a window; the chosen column as a chart with its threshold. */
export function DriftStrip({ runs }: { runs: readonly Run[] }) {
  const shown = runs.slice(-60);
  const names = columnsOf(shown);
  const [chosen, setChosen] = useState<string>();
  const series = chosen ?? names[0];
  if (!series) return <Card title="Drift">Nothing could be compared yet: {runs.at(-1)?.reason}.</Card>;
  return (
    <>
      <Card title="Drift by column">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard */}
        <section className="table" aria-label="Drift by column and window" tabIndex={0}>
          <table className="heat">
            <caption className="hidden">
              Drift of each column in each window; marked cells crossed their threshold
            </caption>
            <thead>
              <tr>
                <th scope="col">Column</th>
                {shown.map(({ id, windowFromAt }) => (
                  <th scope="col" key={id}>
                    {day.format(new Date(windowFromAt))}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {names.map((name) => (
                <tr key={name}>
                  <th scope="row">
                    <button
                      type="button"
                      className="link"
                      aria-pressed={name === series}
                      onClick={() => setChosen(name)}
                    >
                      {name === 'drifted-share' ? 'all columns' : name}
                    </button>
                  </th>
                  {shown.map((run) => (
                    <Cell key={run.id} value={run.values.find((one) => one.series === name)} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </Card>
      <div className="grid">
        <Card title={series === 'drifted-share' ? 'Share of drifted columns' : series}>
          <OneColumn series={series} runs={shown} />
        </Card>
        {series !== 'drifted-share' && shown.length > 0 && <Distribution column={series} runId={shown.at(-1)!.id} />}
      </div>
    </>
  );
}

/** The share of drifted columns first, then those that drifted most often. */
function columnsOf(runs: readonly Run[]): string[] {
  const breaches = new Map<string, number>();
  for (const { values } of runs) {
    for (const { series, breached } of values) breaches.set(series, (breaches.get(series) ?? 0) + (breached ? 1 : 0));
  }
  const rank = ([name, count]: [string, number]) => (name === 'drifted-share' ? Number.POSITIVE_INFINITY : count);
  return [...breaches].sort((a, b) => rank(b) - rank(a)).map(([name]) => name);
}

function Cell({ value }: { value: Value | undefined }) {
  const near = nearness(value);
  const says = value ? `${value.method} ${measureOf(value)}, ${boundOf(value)}` : 'not judged';
  return (
    <td
      className={value?.breached ? 'breached' : undefined}
      style={{ '--near': `${Math.round(Math.min(near, 1) * 60)}%` } as CSSProperties}
      title={says}
    >
      <span className="hidden">{says}</span>
      {value?.breached && <span aria-hidden="true">▲</span>}
    </td>
  );
}

function OneColumn({ series, runs }: { series: string; runs: readonly Run[] }) {
  const values = runs.map((run) => run.values.find((one) => one.series === series));
  const first = values.find((value) => value !== undefined);
  const byP = first !== undefined && isByP(first);
  const label = byP ? `p-value (${first.method})` : (first?.method ?? series);
  return (
    <>
      <Chart
        title={`${series} by window`}
        x={runs.map(({ windowToAt }) => Date.parse(windowToAt))}
        format={formatNumber}
        lines={[
          { label, values: values.map((value) => (byP ? value?.pValue : value?.value) ?? null) },
          {
            label: 'threshold',
            values: values.map((value) => value?.threshold ?? null),
            colour: '--bad',
            dashed: true,
            points: false,
          },
        ]}
      />
      <p className="quiet">
        {byP
          ? 'It drifts where the p-value falls below the threshold.'
          : 'It drifts where the value reaches the threshold.'}
      </p>
    </>
  );
}
