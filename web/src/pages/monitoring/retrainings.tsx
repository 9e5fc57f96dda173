import { Link } from '@tanstack/react-router';
import { client, type Schemas, useApi, useList } from '../../api.ts';
import { ActionButton } from '../../components/action.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { type Stage, Stepper } from '../../components/stepper.tsx';
import { Time } from '../../components/time.tsx';

type Retraining = Schemas['Retraining'];

/** Retraining policies, and every retraining from what set it off to how it ended. */
export function Retrainings() {
  const policies = useApi('/api/v1/retraining-policies', { limit: 100 });
  const retrainings = useList('/api/v1/retrainings', { limit: 10 });
  return (
    <div className="stack">
      <Loaded
        query={policies}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <>
            No policy yet. <code>defineRetraining</code> says which alerts or times start which pipeline, and how the
            challenger is let in.
          </>
        }
      >
        {({ items }) => (
          <ul className="plain">
            {items.map(({ id, name, spec }) => (
              <li key={id} className="card-head">
                <span>
                  <strong>{name}</strong>{' '}
                  <span className="quiet">
                    runs {spec.pipeline} for {spec.endpoint} {reasonOf(spec)}
                  </span>
                </span>
                <ActionButton
                  label="Retrain now"
                  run={() => client.post('/api/v1/retraining-policies/{name}/trigger', { name })}
                />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Loaded
        query={retrainings}
        isEmpty={(items) => items.length === 0}
        empty="Nothing has been retrained yet: an alert or a schedule of a policy starts it."
      >
        {(items) => items.map((one) => <OneRetraining key={one.id} retraining={one} />)}
      </Loaded>
      <More list={retrainings} />
    </div>
  );
}

function reasonOf({ on, schedule }: Schemas['RetrainingSpec']): string {
  const alerts = on && `when ${on.monitors?.join(' or ') ?? 'any monitor'} alerts`;
  return [alerts, schedule && `at ${schedule.cron}`].filter(Boolean).join(', or ');
}

function OneRetraining({ retraining }: { retraining: Retraining }) {
  const { policy, state, trigger, triggeredAt, reason, createdAt } = retraining;
  return (
    <section className="verdict" aria-label={`Retraining by ${policy}`}>
      <div className="badge-row">
        <State value={state} />
        <strong>{policy}</strong>
        <span className="quiet">
          set off by {trigger.kind === 'manual' ? 'hand' : `${trigger.kind === 'alert' ? 'an alert' : 'its schedule'}`},
          event time <Time at={triggeredAt} exact />, <Time at={createdAt} />
        </span>
      </div>
      {reason && <p>{reason}</p>}
      {state !== 'skipped' && <Stepper label="Steps of the retraining" steps={stagesOf(retraining)} />}
    </section>
  );
}

const way = ['starting', 'training', 'deploying', 'rolling-out'] as const;
const titles = { starting: 'Triggered', training: 'Pipeline', deploying: 'Challenger', 'rolling-out': 'Rollout' };

function stagesOf(retraining: Retraining): Stage[] {
  const { steps, state } = retraining;
  const reached = new Map(steps.map((step) => [step.state, step]));
  const isOver = !(way as readonly string[]).includes(state);
  const last = way.findLastIndex((one) => reached.has(one));
  const stages = way.map((one, i): Stage => {
    const step = reached.get(one);
    const place = i < last || (i === last && isOver) ? 'done' : i === last ? 'current' : 'ahead';
    return {
      key: one,
      title: titles[one],
      state: place,
      note: step && <Note of={one} retraining={retraining} at={step.at} />,
    };
  });
  const end: Stage = {
    key: 'end',
    title: state === 'promoted' ? 'Promoted' : isOver ? state.charAt(0).toUpperCase() + state.slice(1) : 'Result',
    state: state === 'promoted' ? 'done' : isOver ? 'failed' : 'ahead',
    note: isOver ? <Time at={steps.at(-1)?.at} /> : undefined,
  };
  return [...stages, end];
}

function Note({
  of,
  retraining: { pipelineRunId, version, model, endpoint },
  at,
}: {
  of: (typeof way)[number];
  retraining: Retraining;
  at: string;
}) {
  return (
    <>
      {of === 'training' && pipelineRunId && (
        <Link to="/pipeline-runs/$id" params={{ id: pipelineRunId }}>
          run {pipelineRunId.slice(-8)}
        </Link>
      )}
      {of === 'deploying' && version !== null && (
        <Link to="/models/$name" params={{ name: model }}>
          v{version}
        </Link>
      )}
      {of === 'rolling-out' && (
        <Link to="/endpoints/$name" params={{ name: endpoint }}>
          {endpoint}
        </Link>
      )}{' '}
      <Time at={at} />
    </>
  );
}
