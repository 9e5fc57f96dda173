import { Link } from '@tanstack/react-router';
import { type Schemas, useApi } from '../../api.ts';
import { Loaded } from '../../components/loaded.tsx';
import { LiveLog } from '../pipelines/live-log.tsx';
import { Artifacts } from './artifacts.tsx';

type Run = Schemas['RunDetails'];

/** What a run wrote on its console: the log of the pipeline step it was, and the files it logged under `logs/`. */
export function RunLogs({ run }: { run: Run }) {
  const [pipelineRun, step] = [run.tags['tidemill.pipeline-run'], run.tags['tidemill.step']];
  const files = useApi('/api/v1/runs/{id}/artifacts', { id: run.id, folder: 'logs', limit: 1 });
  const isStep = pipelineRun !== undefined && step !== undefined;
  return (
    <div className="stack">
      {isStep && <StepLog pipelineRun={pipelineRun} step={step} />}
      <Loaded query={files}>
        {({ items }) =>
          items.length > 0 ? (
            <Artifacts runId={run.id} under="logs" />
          ) : isStep ? null : (
            <p className="empty">
              No log. Files that a run logs under <code>logs/</code> are shown here, and what a pipeline's step writes.
            </p>
          )
        }
      </Loaded>
    </div>
  );
}

function StepLog({ pipelineRun, step }: { pipelineRun: string; step: string }) {
  return (
    <section>
      <p>
        Step <strong>{step}</strong> of{' '}
        <Link to="/pipeline-runs/$id" params={{ id: pipelineRun }}>
          this pipeline run
        </Link>
      </p>
      <StepLogOf pipelineRun={pipelineRun} step={step} />
    </section>
  );
}

function StepLogOf({ pipelineRun, step }: { pipelineRun: string; step: string }) {
  const detail = useApi('/api/v1/pipeline-runs/{id}/steps/{step}', { id: pipelineRun, step });
  const path = `/api/v1/pipeline-runs/${pipelineRun}/steps/${encodeURIComponent(step)}`;
  return (
    <Loaded query={detail}>
      {({ tries }) => {
        const last = tries.at(-1);
        return last ? (
          <LiveLog path={path} attempt={last.n} bytes={last.logBytes ?? 0} />
        ) : (
          <p className="empty">It has not been tried yet.</p>
        );
      }}
    </Loaded>
  );
}
