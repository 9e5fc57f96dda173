import type { Schemas } from '../../api.ts';
import { formatNumber } from '../../components/format.ts';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';

type MetricState = Schemas['RolloutMetricState'];
type Comparison = Schemas['RolloutComparison'];

const words: Record<MetricState['phase'], string> = {
  waiting: 'waiting',
  measuring: 'running',
  passed: 'passed',
  failed: 'failed',
  inconclusive: 'waiting',
  erroring: 'warning',
};

/** The plan's own metrics as they stand. */
export function RolloutMetrics({ states }: { states: readonly MetricState[] }) {
  return (
    <Table
      caption="Metrics of the plan"
      rows={states}
      keyOf={({ name }) => name}
      columns={[
        { title: 'Metric', show: ({ name }) => name },
        { title: 'State', show: ({ phase }) => <State value={words[phase]} label={phase} /> },
        { title: 'Value', numeric: true, show: ({ value }) => formatNumber(value) },
        { title: 'Good', numeric: true, show: ({ successes }) => successes },
        { title: 'Bad', numeric: true, show: ({ failures }) => failures },
        { title: 'Unclear', numeric: true, show: ({ inconclusives }) => inconclusives },
        { title: 'Errors', numeric: true, show: ({ errors }) => errors },
        { title: 'Measured', show: ({ measuredAt }) => (measuredAt ? <Time at={measuredAt} /> : '–') },
        { title: 'Says', show: ({ message }) => message },
      ]}
    />
  );
}

/** Both arms by intervals of time, as information beside the judge. */
export function ArmComparison({ comparison }: { comparison: Comparison }) {
  const { metrics, score, reason } = comparison;
  if (metrics.length === 0) return null;
  return (
    <details>
      <summary>Both arms by intervals{score === null ? '' : `: score ${formatNumber(score)} of 100`}</summary>
      {reason && <p className="quiet">{reason}</p>}
      <Table
        caption="Comparison of the arms, interval by interval"
        rows={metrics}
        keyOf={({ name }) => name}
        columns={[
          { title: 'Metric', show: ({ name }) => name.replaceAll('-', ' ') },
          {
            title: 'Class',
            show: ({ class: found, isWorse }) => (
              <State value={isWorse ? 'warning' : found === 'pass' ? 'passed' : 'calm'} label={found} />
            ),
          },
          { title: 'Candidate', numeric: true, show: ({ candidateMean }) => formatNumber(candidateMean) },
          { title: 'Champion', numeric: true, show: ({ championMean }) => formatNumber(championMean) },
          {
            title: 'Shift',
            numeric: true,
            show: ({ shift, low, high }) =>
              shift === null ? '–' : `${formatNumber(shift)} (${formatNumber(low)} to ${formatNumber(high)})`,
          },
        ]}
      />
    </details>
  );
}
