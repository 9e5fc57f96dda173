import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, type Schemas, useApi } from '../../api.ts';
import { ActionButton } from '../../components/action.tsx';
import { Card, Figure, PageHead } from '../../components/card.tsx';
import { Facts, Json } from '../../components/facts.tsx';
import { formatDuration } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { Artifacts } from './artifacts.tsx';
import { lengthOf, startedBy } from './runs-table.tsx';
import { StepDrawer } from './step-drawer.tsx';
import { StepsGraph } from './steps-graph.tsx';

type Run = Schemas['PipelineRun'];

const isActive = (run: Run | undefined) => run?.status === 'running' || run?.status === 'queued';

/** One run: its graph with live states; a step opens with its tries, inputs, outputs and log. */
export default function PipelineRun() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [chosen, setChosen] = useState<string>();
  const run = useApi('/api/v1/pipeline-runs/{id}', { id }, { everyMs: 2_000 });
  const active = isActive(run.data);
  const steps = useApi('/api/v1/pipeline-runs/{id}/steps', { id, limit: 1000 }, active ? { everyMs: 1_000 } : {});
  return (
    <Loaded query={run}>
      {(found) => (
        <>
          <PageHead
            title={
              <span className="badge-row">
                Run of {found.pipeline} <State value={found.status} />
              </span>
            }
            side={<RunButtons run={found} />}
          >
            <code>{id}</code>
          </PageHead>
          <div className="stack">
            <RunSummary run={found} />
            <Card title="Steps">
              <Loaded query={steps}>
                {({ items }) => (
                  <StepsGraph
                    label="Steps of the run; each opens with its log"
                    chosen={chosen}
                    choose={setChosen}
                    boxes={items.map((step) => ({ ...step, id: step.name, note: noteOf(step) }))}
                  />
                )}
              </Loaded>
            </Card>
            {found.outputs && Object.keys(found.outputs).length > 0 && (
              <Card title="What it gave">
                <Artifacts of={found.outputs} />
              </Card>
            )}
          </div>
          {chosen && <StepDrawer key={chosen} runId={id} step={chosen} close={() => setChosen(undefined)} />}
        </>
      )}
    </Loaded>
  );
}

function noteOf(step: Schemas['PipelineRunStep']): string {
  const took = lengthOf(step);
  if (step.state === 'queued' && step.waiting) return step.waiting;
  return took === null ? step.kind : formatDuration(took);
}

function RunSummary({ run }: { run: Run }) {
  const params = Object.keys(run.params).length > 0;
  return (
    <Card>
      <div className="figures">
        <Figure label="steps done" value={`${run.doneSteps} of ${run.steps}`} />
        <Figure label="took" value={formatDuration(lengthOf(run))} />
      </div>
      {run.error && <p className="failure">{run.error}</p>}
      <Facts
        of={{
          Pipeline: (
            <Link to="/pipelines/$name" params={{ name: run.pipeline }}>
              {run.pipeline}
            </Link>
          ),
          'Started by': startedBy(run.trigger, run.actor.name),
          Started: <Time at={run.startedAt ?? run.createdAt} />,
          Finished: <Time at={run.finishedAt} />,
          'Rerun of': run.parent && (
            <Link to="/pipeline-runs/$id" params={{ id: run.parent }}>
              {run.parent.slice(-8)}
            </Link>
          ),
        }}
      />
      {params && (
        <details>
          <summary>Parameters</summary>
          <Json label="Parameters" value={run.params} />
        </details>
      )}
    </Card>
  );
}

function RunButtons({ run }: { run: Run }) {
  const navigate = useNavigate();
  if (isActive(run)) {
    return <ActionButton label="Cancel" run={() => client.post('/api/v1/pipeline-runs/{id}/cancel', { id: run.id })} />;
  }
  const rerun = async () => {
    const { id } = await client.post('/api/v1/pipeline-runs/{id}/rerun', { id: run.id, code: 'latest' });
    await navigate({ to: '/pipeline-runs/$id', params: { id } });
  };
  return run.status === 'failed' || run.status === 'cancelled' ? (
    <ActionButton label="Run again from where it failed" primary run={rerun} />
  ) : null;
}
