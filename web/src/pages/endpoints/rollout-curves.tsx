import { type Schemas, useApi } from '../../api.ts';
import { Chart, type Line } from '../../components/chart.tsx';
import { formatNumber, formatShare } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';

type Curves = Schemas['RolloutCurves'];
type Point = Schemas['CurvePoint'];

/** What the judge saw over a rollout: evidence of each rule against where it fails, errors and latency of both arms. */
export function RolloutCurves({ id, active }: { id: string; active: boolean }) {
  const curves = useApi('/api/v1/rollouts/{id}/curves', { id }, active ? { everyMs: 2_000 } : {});
  return (
    <Loaded query={curves} isEmpty={({ points }) => points.length === 0} empty="The judge has seen nothing yet.">
      {(found) => (
        <div className="grid charts">
          <Evidence curves={found} />
          <Arms
            title="Failing requests"
            points={found.points}
            pick={({ errorRate }) => errorRate}
            format={formatShare}
          />
          <Arms title="95th percentile of latency, ms" points={found.points} pick={({ p95Ms }) => p95Ms} />
          <Arms title="Requests" points={found.points} pick={({ requests }) => requests} />
        </div>
      )}
    </Loaded>
  );
}

const shownLogE = -10;

/** Logarithms of evidence against the candidate; a rule fails where its line reaches the bound. */
function Evidence({ curves: { points, failsAt } }: { curves: Curves }) {
  const rules = [...new Set(points.flatMap(({ logE }) => Object.keys(logE)))];
  const lines = rules.map((rule): Line => {
    const values = points.map(({ logE }) => {
      const value = logE[rule];
      // How far evidence speaks for the candidate has no end and would hide what matters.
      return value === undefined ? null : Math.max(shownLogE, value);
    });
    return { label: rule.replaceAll('-', ' '), values };
  });
  return (
    <section>
      <h3>Evidence against the candidate</h3>
      <Chart
        title="Evidence of each rule over time; a rule fails at the bound"
        x={timesOf(points)}
        lines={[...lines, { label: 'bound', values: points.map(() => failsAt), colour: '--bad', dashed: true }]}
        format={formatNumber}
      />
    </section>
  );
}

interface ArmsProps {
  title: string;
  points: readonly Point[];
  pick(arm: Point['candidate']): number | null;
  format?: (value: number) => string;
}

function Arms({ title, points, pick, format = formatNumber }: ArmsProps) {
  const lines: Line[] = [
    { label: 'candidate', values: points.map((point) => pick(point.candidate)), colour: '--warn' },
    { label: 'champion', values: points.map((point) => pick(point.champion)), colour: '--accent' },
  ];
  return (
    <section>
      <h3>{title}</h3>
      <Chart title={`${title} of both arms over time`} x={timesOf(points)} lines={lines} format={format} />
    </section>
  );
}

function timesOf(points: readonly Point[]): number[] {
  return points.map(({ at }) => Date.parse(at));
}
