import type { Schemas } from '../../api.ts';
import { Chart, type Line } from '../../components/chart.tsx';
import { formatCount, formatNumber, formatShare } from '../../components/format.ts';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';

type Report = Schemas['EndpointExperimentReport'];

const between = (low: number | null, high: number | null) =>
  low === null || high === null ? '' : ` (${formatNumber(low)} to ${formatNumber(high)})`;

/** What an experiment says now, with intervals that hold at every look. */
export function ExperimentReport({ report }: { report: Report }) {
  const { sampleRatio, notes, guards, comparisons, series, kind } = report;
  return (
    <div className="stack">
      <Arms report={report} />
      {comparisons.length > 0 && <Comparisons report={report} />}
      {sampleRatio?.mismatch && (
        <p className="failure">
          The arms did not get the shares they were dealt (p {formatNumber(sampleRatio.pValue)}): something in front of
          the endpoint takes callers away.
        </p>
      )}
      {guards.length > 0 && <Guards guards={guards} />}
      {series.length > 1 && <Over series={series} isBandit={kind === 'bandit'} />}
      {notes.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
    </div>
  );
}

function Arms({ report: { arms, kind } }: { report: Report }) {
  return (
    <Table
      caption="Arms"
      rows={arms}
      keyOf={({ name }) => name}
      columns={[
        { title: 'Arm', show: ({ name, version }) => `${name} v${version}` },
        { title: 'Share', numeric: true, show: ({ share }) => formatShare(share / 100) },
        { title: 'Requests', numeric: true, show: ({ requests }) => formatCount(requests) },
        { title: 'Measured', numeric: true, show: ({ measured }) => formatCount(measured) },
        { title: 'Mean', numeric: true, show: ({ mean, low, high }) => formatNumber(mean) + between(low, high) },
        { title: 'Errors', numeric: true, show: ({ errorRate }) => formatShare(errorRate) },
        { title: '95 % ms', numeric: true, show: ({ p95Ms }) => formatNumber(p95Ms) },
        ...(kind === 'bandit'
          ? [
              {
                title: 'Chance to be best',
                numeric: true,
                show: ({ probabilityBest }: Report['arms'][number]) => formatShare(probabilityBest),
              },
            ]
          : []),
      ]}
    />
  );
}

const verdicts = { better: 'passed', worse: 'failed', alike: 'ok', undecided: 'waiting' };

function Comparisons({ report: { comparisons } }: { report: Report }) {
  return (
    <Table
      caption="Differences to the control"
      rows={comparisons}
      keyOf={({ arm }) => arm}
      columns={[
        { title: 'Arm', show: ({ arm, control }) => `${arm} against ${control}` },
        { title: 'Verdict', show: ({ verdict }) => <State value={verdicts[verdict]} label={verdict} /> },
        {
          title: 'Difference',
          numeric: true,
          show: ({ difference, low, high }) => formatNumber(difference) + between(low, high),
        },
        { title: 'Relative', numeric: true, show: ({ relative }) => formatShare(relative) },
        { title: 'p at any look', numeric: true, show: ({ pValue }) => formatNumber(pValue) },
      ]}
    />
  );
}

function Guards({ guards }: { guards: Report['guards'] }) {
  return (
    <ul className="checks findings">
      {guards.map(({ metric, arm, verdict, message }) => (
        <li key={`${metric} ${arm}`}>
          <State value={{ ok: 'ok', tripped: 'failed', unknown: 'waiting' }[verdict]} label={verdict} />
          <div>
            <strong>{metric.replaceAll('-', ' ')}</strong> <span className="quiet">{message}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Means over time, or the shares of a bandit's arms. */
function Over({ series, isBandit }: { series: Report['series']; isBandit: boolean }) {
  const names = series.at(-1)!.arms.map(({ name }) => name);
  const lines = names.map((name): Line => {
    const arm = series.map(({ arms }) => arms.find((one) => one.name === name));
    return { label: name, values: arm.map((one) => (one ? (isBandit ? one.share / 100 : one.mean) : null)) };
  });
  const title = isBandit ? 'Shares of the arms' : 'Means of the arms';
  return (
    <section>
      <h3>{title}</h3>
      <Chart
        title={`${title} over time`}
        x={series.map(({ at }) => Date.parse(at))}
        lines={lines}
        format={isBandit ? formatShare : formatNumber}
      />
    </section>
  );
}
