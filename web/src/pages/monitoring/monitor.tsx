import { Link, useParams } from '@tanstack/react-router';
import { client, type Schemas, useApi } from '../../api.ts';
import { ActionButton } from '../../components/action.tsx';
import { Card, Figure, PageHead } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import { Facts, Json } from '../../components/facts.tsx';
import { formatCount, formatShare } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { Alerts } from './alerts.tsx';
import { DriftStrip } from './drift-strip.tsx';
import { boundOf, measureOf } from './measure.ts';
import { windowOf } from './monitors.tsx';
import { Series } from './series.tsx';

type Run = Schemas['MonitorRunSummary'];

/** One monitor: what it measured window by window, and when it complained. */
export default function Monitor() {
  const { name } = useParams({ strict: false }) as { name: string };
  const monitor = useApi('/api/v1/monitors/{name}', { name });
  const runs = useApi('/api/v1/monitors/{name}/runs', { name, limit: 500, revisions: 'true' });
  return (
    <Loaded query={monitor}>
      {({ spec }) => (
        <>
          <PageHead
            title={name}
            side={
              <ActionButton
                label="Evaluate now"
                run={() => client.post('/api/v1/monitors/{name}/evaluate', { name })}
              />
            }
          >
            {spec.kind.replaceAll('-', ' ')} of{' '}
            <Link to="/endpoints/$name" params={{ name: spec.endpoint }}>
              {spec.endpoint}
            </Link>
            , {windowOf(spec.window)}
          </PageHead>
          <Loaded
            query={runs}
            isEmpty={({ items }) => items.length === 0}
            empty="No window has closed yet: it needs predictions, and event time to pass."
          >
            {({ items }) => (
              <div className="stack">
                <Windows runs={items.filter(({ leads }) => leads)} spec={spec} />
              </div>
            )}
          </Loaded>
          <div className="grid below">
            <Card title="Alerts">
              <Alerts monitor={name} empty="It has never complained." />
            </Card>
            <Card title="Declaration">
              <Json label="The monitor as declared" value={spec} />
            </Card>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Windows({ runs, spec }: { runs: readonly Run[]; spec: Schemas['MonitorSpec'] }) {
  const latest = runs.filter(({ latest }) => latest).toReversed();
  const last = latest.at(-1);
  const isDrift = spec.kind === 'drift' || spec.kind === 'prediction-drift';
  return (
    <>
      {last && <LastWindow run={last} labelled={spec.kind === 'performance'} />}
      {isDrift ? <DriftStrip runs={latest} /> : <Series runs={runs} />}
      <Card title={spec.kind === 'performance' ? 'Predictions and labels' : 'Predictions'}>
        <Chart
          title="Rows by window"
          height={150}
          x={latest.map(({ windowToAt }) => Date.parse(windowToAt))}
          format={formatCount}
          lines={[
            { label: 'predictions', values: latest.map(({ rows }) => rows), area: true },
            ...(spec.kind === 'performance'
              ? [{ label: 'with labels', values: latest.map(({ labels }) => labels) }]
              : []),
          ]}
        />
      </Card>
    </>
  );
}

function LastWindow({ run, labelled }: { run: Run; labelled: boolean }) {
  const { status, reason, rows, labels, pressure, model, version, reference, windowFromAt, windowToAt } = run;
  return (
    <Card title="Last window" side={<State value={status} />}>
      <div className="figures">
        <Figure label="of the way to a breach" value={pressure === null ? '–' : formatShare(pressure)} />
        <Figure label="predictions" value={formatCount(rows)} />
        {labelled && <Figure label="labels" value={formatCount(labels)} />}
        {run.values.slice(0, 5).map((value) => (
          <Figure
            key={`${value.series} ${value.threshold}`}
            label={value.series}
            value={measureOf(value)}
            note={boundOf(value)}
          />
        ))}
      </div>
      {reason && <p>{reason}</p>}
      <Facts
        of={{
          From: <Time at={windowFromAt} exact />,
          To: <Time at={windowToAt} exact />,
          Model: `${model} v${version}`,
          'Compared with': reference,
        }}
      />
    </Card>
  );
}
