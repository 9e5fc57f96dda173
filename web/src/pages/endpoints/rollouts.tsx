import { client, type Schemas, useApi, useList } from '../../api.ts';
import { ActionButton, AskButton } from '../../components/action.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { OpenedOf } from '../../components/opened-of.tsx';
import { State } from '../../components/state.tsx';
import { type Moment, Stepper, Timeline } from '../../components/stepper.tsx';
import { Time } from '../../components/time.tsx';
import { Judgement } from './judgement.tsx';
import { RolloutCurves } from './rollout-curves.tsx';
import { ArmComparison, RolloutMetrics } from './rollout-metrics.tsx';
import { stagesOf } from './rollout-steps.ts';

type Rollout = Schemas['Rollout'];

/** The rollouts of an endpoint: the newest opened, the others to choose from. */
export function Rollouts({ endpoint }: { endpoint: string }) {
  const rollouts = useList('/api/v1/rollouts', { endpoint, limit: 20 });
  return (
    <Card title="Rollouts">
      <Loaded
        query={rollouts}
        isEmpty={(items) => items.length === 0}
        empty={
          <>
            No rollout yet. <code>tidemill endpoint rollout {endpoint} 2</code> brings version 2 in step by step, judged
            at each.
          </>
        }
      >
        {(items) => (
          <OpenedOf
            items={items}
            list={rollouts}
            caption="All rollouts of the endpoint"
            title="Version"
            name={({ champion, candidate }) => `${champion === null ? '' : `v${champion} → `}v${candidate}`}
            why={({ reason }) => reason ?? '–'}
            show={(rollout) => <OneRollout key={rollout.id} rollout={rollout} />}
          />
        )}
      </Loaded>
    </Card>
  );
}

function OneRollout({ rollout }: { rollout: Rollout }) {
  const active = rollout.state === 'running' || rollout.state === 'paused';
  const live = useApi('/api/v1/rollouts/{id}', { id: rollout.id }, active ? { everyMs: 2_000 } : {});
  const now = live.data ?? rollout;
  return (
    <section className="stack" aria-label={`Rollout of version ${now.candidate}`}>
      <div className="card-head">
        <span className="badge-row">
          <strong>
            {now.champion === null ? '' : `v${now.champion} → `}v{now.candidate}
          </strong>
          <State value={now.state} />
          <span className="quiet">
            started <Time at={now.createdAt} /> by {now.startedBy}
          </span>
        </span>
        {active && <Buttons rollout={now} />}
      </div>
      <Stepper label="Steps of the rollout" steps={stagesOf(now)} />
      {(now.reason ?? now.waitingFor?.reason) && <p>{now.reason ?? now.waitingFor?.reason}</p>}
      <RolloutCurves id={now.id} active={active} />
      {now.judgement && <Judgement judgement={now.judgement} />}
      {now.metricStates && now.metricStates.length > 0 && <RolloutMetrics states={now.metricStates} />}
      {now.judgement?.comparison && <ArmComparison comparison={now.judgement.comparison} />}
      <Decisions id={now.id} />
    </section>
  );
}

function Buttons({ rollout: { id, state, waitingFor } }: { rollout: Rollout }) {
  return (
    <span className="buttons">
      {state === 'running' && (
        <AskButton
          label="Pause"
          title="Hold the rollout where it is?"
          run={(reason) => client.post('/api/v1/rollouts/{id}/pause', { id, ...(reason && { reason }) })}
        />
      )}
      {state === 'paused' && waitingFor?.kind === 'person' && (
        <ActionButton label="Resume" primary run={() => client.post('/api/v1/rollouts/{id}/resume', { id })} />
      )}
      {state === 'paused' && waitingFor?.kind !== 'person' && (
        <ActionButton label="Confirm" primary run={() => client.post('/api/v1/rollouts/{id}/confirm', { id })} />
      )}
      <AskButton
        label="Promote now"
        title="Give the candidate all traffic now?"
        run={(reason) => client.post('/api/v1/rollouts/{id}/promote', { id, ...(reason && { reason }) })}
      />
      <AskButton
        label="Abort"
        title="Take the candidate back?"
        run={(reason) => client.post('/api/v1/rollouts/{id}/abort', { id, ...(reason && { reason }) })}
      />
    </span>
  );
}

function Decisions({ id }: { id: string }) {
  const decisions = useApi('/api/v1/rollouts/{id}/decisions', { id });
  const tones: Record<string, Moment['tone']> = { promote: 'good', rollback: 'bad', abort: 'warn', pause: 'busy' };
  return (
    <Loaded query={decisions} isEmpty={({ items }) => items.length === 0} empty="Nothing has been decided yet.">
      {({ items }) => (
        <details open={items.length < 6}>
          <summary>{items.length} decisions with the numbers they were made on</summary>
          <Timeline
            label="Decisions, newest first"
            moments={items.toReversed().map((one) => ({
              key: one.id,
              tone: tones[one.decision] ?? 'calm',
              when: (
                <>
                  <Time at={one.at} /> · step {one.step + 1}
                </>
              ),
              what: (
                <>
                  <strong>{one.decision}</strong> {one.reason}
                </>
              ),
              more: one.judgement && (
                <details>
                  <summary>What the judge saw</summary>
                  <Judgement judgement={one.judgement} />
                </details>
              ),
            }))}
          />
        </details>
      )}
    </Loaded>
  );
}
