import { useNavigate, useParams } from '@tanstack/react-router';
import { client, type Schemas, useApi } from '../../api.ts';
import { ActionButton } from '../../components/action.tsx';
import { Card, PageHead } from '../../components/card.tsx';
import { Digest, Facts, Json } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { RunsTable } from './runs-table.tsx';
import { boxesOf, StepsGraph } from './steps-graph.tsx';

/** One pipeline: its graph, when it starts, its runs. */
export default function Pipeline() {
  const { name } = useParams({ strict: false }) as { name: string };
  const pipeline = useApi('/api/v1/pipelines/{name}', { name });
  return (
    <Loaded query={pipeline}>
      {({ spec, version, declaredAt }) => (
        <>
          <PageHead title={name} side={<StartRun name={name} />}>
            {spec.description ?? 'Pipeline'}
          </PageHead>
          <div className="stack">
            <Card title="Steps">
              <StepsGraph label={`Steps of ${name}`} boxes={boxesOf(spec.steps)} />
            </Card>
            <Card title="Runs">
              <RunsTable pipeline={name} />
            </Card>
            <div className="grid">
              <Card title="Starts by itself">
                <Starts name={name} spec={spec} />
              </Card>
              <Card title="Document">
                <Facts of={{ Version: <Digest of={version} />, Declared: <Time at={declaredAt} /> }} />
                <details>
                  <summary>As declared</summary>
                  <Json label="The pipeline as declared" value={spec} />
                </details>
              </Card>
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}

function StartRun({ name }: { name: string }) {
  const navigate = useNavigate();
  const start = async () => {
    const { id } = await client.post('/api/v1/pipelines/{name}/runs', { name, params: {} });
    await navigate({ to: '/pipeline-runs/$id', params: { id } });
  };
  return <ActionButton label="Run now" primary run={start} />;
}

function Starts({ name, spec }: { name: string; spec: Schemas['PipelineSpec'] }) {
  const schedules = useApi('/api/v1/pipelines/{name}/schedules', { name });
  const triggers = Object.entries(spec.triggers);
  return (
    <Loaded
      query={schedules}
      isEmpty={({ items }) => items.length + triggers.length === 0}
      empty="It has no schedule and no trigger: it runs when it is asked to."
    >
      {({ items }) => (
        <ul className="plain">
          {items.map((schedule) => (
            <li key={schedule.name}>
              <strong>{schedule.name}</strong> <code>{schedule.cron}</code> {schedule.timezone}{' '}
              {schedule.enabled ? (
                <span className="quiet">
                  next <Time at={schedule.nextAt} exact />
                </span>
              ) : (
                <State value="paused" label="off" />
              )}
            </li>
          ))}
          {triggers.map(([trigger, { on, enabled }]) => (
            <li key={trigger}>
              <strong>{trigger}</strong> when <code>{on.join(', ')}</code>{' '}
              {!enabled && <State value="paused" label="off" />}
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}
