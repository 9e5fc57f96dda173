import type { OutputOf } from '@tidemill/sdk';
import { seconds } from './follow-run.ts';
import { colour, count } from './output.ts';

/** A rollout. */
export type Rollout = OutputOf<'/api/v1/rollouts/{id}', 'get'>;
/** A decision of a rollout. */
export type Decision = OutputOf<'/api/v1/rollouts/{id}/decisions', 'get'>['items'][number];
/** What one rule found. */
export type Finding = NonNullable<Rollout['judgement']>['findings'][number];

/** Where a rollout is: its step, and what it waits for. */
export function stepText({ step, steps, state, waitingFor }: Rollout): string {
  if (steps.length === 0) return `no steps${state === 'running' ? '' : ` (${state})`}`;
  const at = steps[Math.min(step, steps.length - 1)]!;
  const what =
    at.kind === 'weight' ? `${at.percent} % of the traffic` : at.kind === 'bake' ? 'bake with all traffic' : at.kind;
  const suffix = state === 'running' ? '' : ` (${state}${waitingFor ? `: ${waitingFor.reason}` : ''})`;
  return `step ${Math.min(step + 1, steps.length)} of ${steps.length}: ${what}${suffix}`;
}

const marks: Record<Finding['verdict'], (text: string) => string> = {
  pass: colour.green,
  fail: colour.red,
  inconclusive: colour.dim,
};

/** One rule's word as a line. */
export function findingText({ verdict, rule, message, effect }: Finding): string {
  const aside = effect === undefined || effect === 'critical' ? '' : ` (${effect})`;
  return `${marks[verdict](verdict.padEnd(12))} ${rule}${aside}: ${message}`;
}

/** A rollout, and what the judge said of it last. */
export function showRollout(rollout: Rollout): string {
  const { judgement, endedAt } = rollout;
  const took = endedAt ? `, took ${seconds(Date.parse(endedAt) - Date.parse(rollout.createdAt))}` : '';
  return [
    `Rollout ${colour.bold(rollout.id)} of version ${rollout.candidate} at ${rollout.endpoint}: ${rollout.state}${took}`,
    ...(rollout.reason ? [`  ${rollout.reason}`] : []),
    `  ${stepText(rollout)}`,
    ...(judgement
      ? [`  ${count(judgement.candidateRows)} rows of the candidate, ${count(judgement.championRows)} of the champion`]
      : []),
    ...(judgement?.findings ?? []).map((finding) => `  ${findingText(finding)}`),
  ].join('\n');
}
