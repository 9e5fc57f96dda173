import type { Schemas } from '../../api.ts';
import { formatDuration } from '../../components/format.ts';
import type { Stage } from '../../components/stepper.tsx';

type Rollout = Schemas['Rollout'];
type Step = Rollout['steps'][number];

/** The steps of a rollout as a row of stages, up to its promotion. */
export function stagesOf({ steps, step, state }: Rollout): Stage[] {
  const stages = steps.map((one, i): Stage => {
    const note = i === step ? asks(one) : undefined;
    return { key: String(i), title: titleOf(one), state: stateAt(i, step, state), note };
  });
  const end = state === 'promoted' ? 'done' : 'ahead';
  return steps.some(({ kind }) => kind === 'bake')
    ? stages
    : [...stages, { key: 'end', title: 'Promoted', state: end }];
}

function titleOf(step: Step): string {
  switch (step.kind) {
    case 'shadow':
      return step.percent === undefined ? 'Shadow' : `Shadow of ${step.percent} %`;
    case 'smoke':
      return 'Smoke test';
    case 'weight':
      return `${step.percent} %`;
    case 'bake':
      return 'Bakes at 100 %';
    case 'pause':
      return step.durationMs === undefined ? 'A person confirms' : `Waits ${formatDuration(step.durationMs)}`;
  }
}

function asks(step: Step): string | undefined {
  if (step.kind === 'pause') return step.note;
  const { predictions, labels, bakeMs } = step;
  const parts = [
    predictions && `${predictions} predictions`,
    labels && `${labels} labels`,
    bakeMs && formatDuration(bakeMs),
  ].filter(Boolean);
  return parts.length > 0 ? `wants ${parts.join(', ')}` : undefined;
}

function stateAt(i: number, step: number, state: Rollout['state']): Stage['state'] {
  if (state === 'promoted' || i < step) return 'done';
  if (i > step) return 'ahead';
  return state === 'running' || state === 'paused' ? 'current' : 'failed';
}
