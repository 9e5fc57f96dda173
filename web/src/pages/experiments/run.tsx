import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { client, type Schemas, useApi } from '../../api.ts';
import { ActionButton, AskButton } from '../../components/action.tsx';
import { PageHead } from '../../components/card.tsx';
import { formatDuration } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { type Sheet, Tabs } from '../../components/tabs.tsx';
import { Time } from '../../components/time.tsx';
import { Artifacts } from './artifacts.tsx';
import { inOrder, isSystem, tookMs } from './columns.ts';
import { CurvesPanel } from './curves-panel.tsx';
import { EditText } from './edit-text.tsx';
import { PurgeButton } from './purge-button.tsx';
import { RunLogs } from './run-logs.tsx';
import { RunModels, RunTraces } from './run-made.tsx';
import { RunOverview } from './run-overview.tsx';
import './experiments.css';

type Run = Schemas['RunDetails'];

/** One run: what went in, how it went, what came out; live while it runs. */
export default function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const run = useApi('/api/v1/runs/{id}', { id });
  // Metrics are no events: a run that goes on is read again.
  useApi('/api/v1/runs/{id}', { id }, run.data?.status === 'RUNNING' ? { everyMs: 3_000 } : { enabled: false });
  return (
    <Loaded query={run}>
      {(found) => (
        <>
          <Head run={found} />
          <section className="card">
            <Tabs key={id} label="Run" sheets={sheetsOf(found)} />
          </section>
        </>
      )}
    </Loaded>
  );
}

function sheetsOf(run: Run): Sheet[] {
  // What was logged at more than one step has a curve, and comes first.
  const keys = Object.values(run.metrics)
    .sort((a, b) => Number(b.step > 0) - Number(a.step > 0) || inOrder(a.key, b.key))
    .map(({ key }) => key);
  const [system, model] = [keys.filter(isSystem), keys.filter((key) => !isSystem(key))];
  const curves = (of: string[], title: string) => <CurvesPanel runs={[run]} keys={of} title={title} />;
  const sheets: (Sheet | false)[] = [
    { id: 'overview', title: 'Overview', show: () => <RunOverview run={run} /> },
    model.length > 0 && { id: 'curves', title: 'Curves', show: () => curves(model, 'Metrics') },
    system.length > 0 && { id: 'system', title: 'System', show: () => curves(system, 'System metrics') },
    { id: 'artifacts', title: 'Artifacts', show: () => <Artifacts runId={run.id} /> },
    { id: 'logs', title: 'Logs', show: () => <RunLogs run={run} /> },
    { id: 'models', title: 'Models', show: () => <RunModels run={run} /> },
    { id: 'traces', title: 'Traces', show: () => <RunTraces run={run} /> },
  ];
  return sheets.filter((sheet) => sheet !== false);
}

function Head({ run }: { run: Run }) {
  const { id, name, status, lifecycle, experimentId, parentRunId } = run;
  const experiment = useApi('/api/v1/experiments/{experiment}', { experiment: experimentId });
  return (
    <PageHead title={<RunTitle name={name} status={status} lifecycle={lifecycle} />} side={<RunActions run={run} />}>
      in{' '}
      <Link to="/experiments" search={{ experiment: experimentId } as never}>
        {experiment.data?.name ?? experimentId}
      </Link>
      {parentRunId && (
        <>
          , under{' '}
          <Link to="/runs/$id" params={{ id: parentRunId }}>
            another run
          </Link>
        </>
      )}
      , <Time at={run.startedAt} />, {run.status === 'RUNNING' ? 'running for' : 'took'} {formatDuration(tookMs(run))},{' '}
      <code>{id}</code>
    </PageHead>
  );
}

function RunTitle({ name, status, lifecycle }: Pick<Run, 'name' | 'status' | 'lifecycle'>) {
  return (
    <span className="badge-row">
      <span className="long-name">{name}</span> <State value={status} label={status.toLowerCase()} />
      {lifecycle === 'deleted' && <State value="failed" label="deleted" />}
    </span>
  );
}

function RunActions({ run: { id, name, lifecycle, experimentId } }: { run: Run }) {
  const navigate = useNavigate();
  const leave = () => navigate({ to: '/experiments', search: { experiment: experimentId } as never });
  if (lifecycle === 'deleted') {
    return (
      <span className="buttons">
        <ActionButton label="Restore" primary run={() => client.post('/api/v1/runs/{id}/restore', { id })} />
        <PurgeButton what={{ runs: [id] }} title={`Remove ${name} for good?`} then={leave} />
      </span>
    );
  }
  return (
    <span className="buttons">
      <EditText
        label="Rename"
        title="Name of the run"
        text={name}
        save={(text) => client.patch('/api/v1/runs/{id}', { id, name: text })}
      />
      <AskButton
        label="Delete"
        title={`Delete ${name}?`}
        reason={false}
        run={async () => {
          await client.delete('/api/v1/runs/{id}', { id });
          await leave();
        }}
      >
        <p>It can be restored under “Deleted runs” of its experiment.</p>
      </AskButton>
    </span>
  );
}
