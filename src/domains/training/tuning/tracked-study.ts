import type { Actor } from '../../../kernel/actor.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Run, Tracking } from '../../tracking/index.ts';
import type { Point } from './space.ts';
import type { FinishedTrial, StudyStore } from './study.ts';

/** The metric a trial's steps are kept under, and that of its value. */
export const trialMetrics = { step: 'validation_loss', value: 'objective' } as const;

const tags = { number: 'tidemill.trial', point: 'tidemill.trial.point', state: 'tidemill.trial.state' } as const;

/** What a study in tracking works with: its own run is the parent of its trials' runs. */
export interface TrackedStudyDeps {
  tracking: Tracking;
  actor: Actor;
  clock: Clock;
  experiment: string;
  parentRunId: string;
}

/** Keeps a study's trials as child runs: parameters, loss by step, and how they ended. */
export function trackedStudy(deps: TrackedStudyDeps): StudyStore {
  return {
    finished: () => readTrials(deps.tracking, deps.parentRunId),
    open: (number, point) => openTrial(deps, number, point),
    close: (trial, outcome) => closeTrial(deps, trial, outcome),
    async abandon(trial, reason) {
      await deps.tracking.runs.log(trial, { tags: { [tags.state]: 'abandoned', 'tidemill.error': reason } });
      await deps.tracking.runs.update(deps.actor, trial, { status: 'FAILED' });
    },
  };
}

async function openTrial(deps: TrackedStudyDeps, number: number, point: Point): Promise<string> {
  const { tracking, actor, experiment, parentRunId } = deps;
  const run = await tracking.runs.create(actor, {
    experiment,
    parentRunId,
    name: `trial ${number}`,
    startedAt: deps.clock.now(),
    params: Object.fromEntries(Object.entries(point).map(([name, value]) => [name, String(value)])),
    tags: { [tags.number]: String(number), [tags.point]: JSON.stringify(point), [tags.state]: 'running' },
  });
  return run.id;
}

/** The state is written last: a trial without it never came to an end. */
async function closeTrial(deps: TrackedStudyDeps, runId: string, outcome: FinishedTrial): Promise<void> {
  const { runs } = deps.tracking;
  const at = deps.clock.now();
  const points = outcome.steps.map((value, step) => ({ key: trialMetrics.step, value, step, at }));
  for (let from = 0; from < points.length; from += 1000) {
    await runs.log(runId, { metrics: points.slice(from, from + 1000) });
  }
  await runs.log(runId, {
    metrics: [{ key: trialMetrics.value, value: outcome.value, at }],
    tags: { [tags.state]: outcome.pruned ? 'pruned' : 'complete' },
  });
  await runs.update(deps.actor, runId, { status: 'FINISHED', endedAt: at });
}

/** The trials of a study that came to an end, by number. */
export async function readTrials(tracking: Tracking, parentRunId: string): Promise<FinishedTrial[]> {
  const trials: FinishedTrial[] = [];
  let pageToken: string | undefined;
  do {
    const page = await tracking.runs.search({
      filter: `attributes.parentRunId = '${parentRunId}'`,
      limit: 1000,
      pageToken,
    });
    for (const run of page.items) {
      const state = run.tags[tags.state];
      if (state === 'complete' || state === 'pruned') trials.push(await readTrial(tracking, run));
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return trials.sort((a, b) => a.number - b.number);
}

async function readTrial(tracking: Tracking, run: Run): Promise<FinishedTrial> {
  const steps: number[] = [];
  let pageToken: string | undefined;
  do {
    const page = await tracking.runs.metricHistory(run.id, trialMetrics.step, { limit: 1000, pageToken });
    for (const { value } of page.items) steps.push(value);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  // A search reads metrics before tags: a trial that ended in between has its state there and its value not yet.
  const value = run.metrics[trialMetrics.value] ?? (await tracking.runs.latestMetric(run.id, trialMetrics.value));
  return {
    number: Number(run.tags[tags.number]),
    point: JSON.parse(run.tags[tags.point]!) as Point,
    value: value!.value,
    steps,
    pruned: run.tags[tags.state] === 'pruned',
  };
}
