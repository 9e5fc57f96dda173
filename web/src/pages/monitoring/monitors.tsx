import { Link } from '@tanstack/react-router';
import { type Schemas, useApi, useList } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { formatDuration } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { Alerts } from './alerts.tsx';
import { Pressure } from './pressure.tsx';
import { Retrainings } from './retrainings.tsx';

/** All monitors as they stand, the alerts they raised, and what was retrained because of them. */
export default function Monitors() {
  const monitors = useList('/api/v1/monitors');
  return (
    <>
      <PageHead title="Monitoring">
        Whether the world still looks as it did in training, and the models still do well in it.
      </PageHead>
      <div className="stack">
        <Card title="Open alerts">
          <Alerts status="open" empty="No alert is open." />
        </Card>
        <Loaded
          query={monitors}
          isEmpty={(items) => items.length === 0}
          empty={
            <>
              No monitor yet. Declare one with <code>defineMonitor</code> in a project and <code>tidemill apply</code>.
            </>
          }
        >
          {(items) => (
            <div className="grid">
              {items.map((monitor) => (
                <MonitorCard key={monitor.id} monitor={monitor} />
              ))}
            </div>
          )}
        </Loaded>
        <More list={monitors} label="Show more" />
        <Card title="Retrainings">
          <Retrainings />
        </Card>
        <Card title="Alerts that were resolved">
          <Alerts status="resolved" empty="None yet." />
        </Card>
      </div>
    </>
  );
}

function MonitorCard({ monitor: { name, spec } }: { monitor: Schemas['Monitor'] }) {
  const runs = useApi('/api/v1/monitors/{name}/runs', { name, limit: 60 });
  const leading = runs.data?.items.filter(({ leads }) => leads) ?? [];
  const last = leading[0];
  return (
    <Card
      title={
        <Link to="/monitoring/$name" params={{ name }}>
          {name}
        </Link>
      }
      side={last && <State value={last.status} />}
    >
      <p className="quiet">
        {spec.kind.replaceAll('-', ' ')} of {spec.endpoint}, {windowOf(spec.window)}
      </p>
      <Loaded
        query={runs}
        isEmpty={() => leading.length === 0}
        empty="No window has closed yet: it needs predictions, and event time to pass."
      >
        {() => <Pressure runs={leading.slice(0, 40)} />}
      </Loaded>
      {last && (
        <p className="quiet">
          last window to <Time at={last.windowToAt} exact />
        </p>
      )}
    </Card>
  );
}

/** A monitor's window in words. */
export function windowOf(window: Schemas['MonitorSpec']['window']): string {
  if (window.by === 'rows') return `every ${window.rows} predictions`;
  const days = window.sizeMs / 86_400_000;
  return Number.isInteger(days)
    ? `windows of ${days} ${days === 1 ? 'day' : 'days'}`
    : `windows of ${formatDuration(window.sizeMs)}`;
}
