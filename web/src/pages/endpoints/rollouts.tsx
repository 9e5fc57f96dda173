import { useState } from 'react';
import { client, type Schemas, useApi, useList } from '../../api.ts';
import { ActionButton, AskButton } from '../../components/action.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { type Moment, type Stage, Stepper, Timeline } from '../../components/stepper.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { Judgement } from './judgement.tsx';

type Rollout = Schemas['Rollout'];

/** The rollouts of an endpoint: the newest opened, the others to choose from. */
export function Rollouts({ endpoint }: { endpoint: string }) {
  const rollouts = useList('/api/v1/rollouts', { endpoint, limit: 20 });
  const [chosen, setChosen] = useState<string>();
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
        {(items) => {
          const shown = items.find(({ id }) => id === chosen) ?? items[0]!;
          return (
            <div className="stack">
              <OneRollout key={shown.id} rollout={shown} />
              {items.length > 1 && <Others items={items} shown={shown.id} choose={setChosen} />}
              <More list={rollouts} />
            </div>
          );
        }}
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
      {now.reason && <p>{now.reason}</p>}
      {now.judgement && <Judgement judgement={now.judgement} />}
      <Decisions id={now.id} />
    </section>
  );
}

function Buttons({ rollout: { id, state } }: { rollout: Rollout }) {
  return (
    <span className="buttons">
      {state === 'paused' && (
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

function stagesOf({ steps, step, state }: Rollout): Stage[] {
  const stages = steps.map((one, i): Stage => {
    const wanted =
      'predictions' in one || 'labels' in one ? asks(one as { predictions?: number; labels?: number }) : undefined;
    return {
      key: String(i),
      title: titleOf(one),
      state: stateAt(i, step, state),
      note: i === step && wanted ? wanted : undefined,
    };
  });
  return [...stages, { key: 'end', title: 'Promoted', state: state === 'promoted' ? 'done' : 'ahead' }];
}

function titleOf(step: Rollout['steps'][number]): string {
  if (step.kind === 'shadow') return 'Shadow';
  return step.kind === 'pause' ? 'A person confirms' : `${step.percent} %`;
}

function asks({ predictions, labels }: { predictions?: number; labels?: number }): string | undefined {
  const parts = [predictions && `${predictions} predictions`, labels && `${labels} labels`].filter(Boolean);
  return parts.length > 0 ? `wants ${parts.join(', ')}` : undefined;
}

function stateAt(i: number, step: number, state: Rollout['state']): Stage['state'] {
  if (state === 'promoted' || i < step) return 'done';
  if (i > step) return 'ahead';
  return state === 'running' || state === 'paused' ? 'current' : 'failed';
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

function Others({ items, shown, choose }: { items: readonly Rollout[]; shown: string; choose: (id: string) => void }) {
  return (
    <Table
      caption="All rollouts of the endpoint"
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Version',
          show: ({ champion, candidate }) => `${champion === null ? '' : `v${champion} → `}v${candidate}`,
        },
        { title: 'State', show: ({ state }) => <State value={state} /> },
        { title: 'Why', show: ({ reason }) => reason ?? '–' },
        { title: 'Started', show: ({ createdAt }) => <Time at={createdAt} /> },
        {
          title: 'Details',
          show: ({ id }) => (
            <button type="button" aria-pressed={id === shown} onClick={() => choose(id)}>
              {id === shown ? 'Shown' : 'Show'}
            </button>
          ),
        },
      ]}
    />
  );
}
