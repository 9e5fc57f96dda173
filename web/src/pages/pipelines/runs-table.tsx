import { Link } from '@tanstack/react-router';
import { type Schemas, useList } from '../../api.ts';
import { Meter } from '../../components/bars.tsx';
import { formatDuration } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';

type Run = Schemas['PipelineRun'];

/** Runs, newest first; of one pipeline, or of all. */
export function RunsTable({ pipeline }: { pipeline?: string }) {
  const runs = useList('/api/v1/pipeline-runs', { limit: 25, ...(pipeline && { pipeline }) });
  return (
    <>
      <Loaded
        query={runs}
        isEmpty={(items) => items.length === 0}
        empty={
          <>
            No run yet: a schedule or trigger starts one, or <code>tidemill pipeline run {pipeline ?? '<name>'}</code>.
          </>
        }
      >
        {(items) => (
          <Table
            caption="Runs, newest first"
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Run', show: (run) => <RunLink run={run} named={!pipeline} /> },
              { title: 'State', show: ({ status }) => <State value={status} /> },
              {
                title: 'Steps',
                show: ({ doneSteps, steps }) => (
                  <Meter part={doneSteps} of={steps} label={`done, ${doneSteps} of ${steps} steps`} />
                ),
              },
              { title: 'Started by', show: ({ trigger, actor }) => startedBy(trigger, actor.name) },
              { title: 'Took', numeric: true, show: (run) => formatDuration(lengthOf(run)) },
              { title: 'When', show: ({ createdAt }) => <Time at={createdAt} /> },
            ]}
          />
        )}
      </Loaded>
      <More list={runs} />
    </>
  );
}

function RunLink({ run: { id, pipeline }, named }: { run: Run; named: boolean }) {
  return (
    <Link to="/pipeline-runs/$id" params={{ id }}>
      {named ? pipeline : ''} <code>{id.slice(-8)}</code>
    </Link>
  );
}

/** What started a run, in words. */
export function startedBy(trigger: Run['trigger'], actor: string): string {
  if (trigger.kind === 'manual') return actor;
  return `${trigger.kind}${trigger.name ? ` ${trigger.name}` : ''}`;
}

/** How long something took, or takes so far. */
export function lengthOf({ startedAt, finishedAt }: { startedAt?: string; finishedAt?: string }): number | null {
  if (!startedAt) return null;
  return (finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(startedAt);
}
