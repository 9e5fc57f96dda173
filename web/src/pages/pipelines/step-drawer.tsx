import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { type Schemas, useApi } from '../../api.ts';
import { Facts } from '../../components/facts.tsx';
import { formatDuration, formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { Artifacts } from './artifacts.tsx';
import { LiveLog } from './live-log.tsx';
import { lengthOf } from './runs-table.tsx';

type Step = Schemas['PipelineRunStepDetail'];

interface Props {
  runId: string;
  step: string;
  close: () => void;
}

/** One step of a run at the side: its tries, what it took and gave, its log as it is written. */
export function StepDrawer({ runId, step, close }: Props) {
  const detail = useApi('/api/v1/pipeline-runs/{id}/steps/{step}', { id: runId, step }, { everyMs: 2_000 });
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="drawer" aria-describedby={undefined}>
          <div className="card-head">
            <Dialog.Title>Step {step}</Dialog.Title>
            <Dialog.Close>Close</Dialog.Close>
          </div>
          <Loaded query={detail}>{(found) => <StepDetail runId={runId} step={found} />}</Loaded>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function StepDetail({ runId, step }: { runId: string; step: Step }) {
  const [attempt, setAttempt] = useState<number>();
  const shown = attempt ?? step.tries.at(-1)?.n;
  const path = `/api/v1/pipeline-runs/${runId}/steps/${encodeURIComponent(step.name)}`;
  return (
    <div className="stack">
      <Facts
        of={{
          State: <State value={step.state} />,
          Kind: step.kind,
          Took: formatDuration(lengthOf(step)),
          Started: <Time at={step.startedAt} />,
          'Waits for': step.waiting,
          Needs: step.needs.join(', ') || 'nothing',
          'Outputs taken from': step.fromRun && `run ${step.fromRun.slice(-8)}`,
        }}
      />
      {step.error && (
        <p className="failure">
          {step.errorClass === 'infra' ? 'The platform failed: ' : ''}
          {step.error}
        </p>
      )}
      {step.metrics && Object.keys(step.metrics).length > 0 && (
        <section>
          <h3>Metrics</h3>
          <Facts
            of={Object.fromEntries(Object.entries(step.metrics).map(([key, value]) => [key, formatNumber(value)]))}
          />
        </section>
      )}
      {step.outputs && Object.keys(step.outputs).length > 0 && (
        <section>
          <h3>What it gave</h3>
          <Artifacts of={step.outputs} download={`${path}/outputs`} />
        </section>
      )}
      {step.tries.length > 1 && <Tries tries={step.tries} shown={shown} choose={setAttempt} />}
      {shown === undefined ? (
        <p className="empty">It has not been tried yet, so there is no log.</p>
      ) : (
        <section>
          <h3>Log of try {shown}</h3>
          <LiveLog
            key={shown}
            path={path}
            attempt={shown}
            bytes={step.tries.find(({ n }) => n === shown)?.logBytes ?? 0}
          />
        </section>
      )}
    </div>
  );
}

interface TriesProps {
  tries: Step['tries'];
  shown: number | undefined;
  choose: (n: number) => void;
}

function Tries({ tries, shown, choose }: TriesProps) {
  return (
    <section>
      <h3>Tries</h3>
      <Table
        caption="Tries of the step"
        rows={tries}
        keyOf={({ n }) => String(n)}
        columns={[
          { title: 'Try', show: ({ n }) => n },
          { title: 'State', show: ({ state }) => <State value={state} /> },
          { title: 'Took', numeric: true, show: (one) => formatDuration(lengthOf(one)) },
          { title: 'Why', wide: true, show: ({ error, errorClass }) => (error ? `${errorClass}: ${error}` : '–') },
          {
            title: 'Log',
            show: ({ n }) => (
              <button type="button" aria-pressed={n === shown} onClick={() => choose(n)}>
                {n === shown ? 'Shown' : 'Show'}
              </button>
            ),
          },
        ]}
      />
    </section>
  );
}
