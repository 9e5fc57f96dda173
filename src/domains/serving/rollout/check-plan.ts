import { fail } from '../../../kernel/errors.ts';
import { compileCondition } from './metric-condition.ts';
import type { RolloutMetric } from './metric-schema.ts';
import { percentsOf, stepsOf } from './plan-steps.ts';
import type { RolloutPlan, RolloutStep } from './rollout-schema.ts';

const mostSteps = 50;

/** Refuses with `invalid_input` a plan whose parts do not fit together; `at` is the field it came in. */
export function checkPlan(plan: RolloutPlan, at: string): void {
  checkStrategy(plan, at);
  for (const [name, step] of Object.entries({
    shadow: plan.shadow,
    smoke: plan.smoke,
    step: plan.step,
    bake: plan.bake,
  })) {
    if (step) checkUntil(step, `${at}.${name}`);
  }
  for (const [i, step] of (plan.steps ?? []).entries()) checkStep(step, `${at}.steps.${i}`, plan.steps![i - 1]);
  const steps = stepsOf(plan);
  const names = new Set<string>();
  for (const [i, metric] of plan.metrics.entries()) {
    const field = `${at}.metrics.${i}`;
    if (names.has(metric.name)) refuse(`${field}.name`, metric.name, 'Give each metric a name of its own.');
    names.add(metric.name);
    checkMetric(metric, field, steps.length);
  }
}

function refuse(field: string, value: unknown, cure: string): never {
  return fail('invalid_input', `Field '${field}' = ${JSON.stringify(value)} does not fit the plan. ${cure}`, {
    field,
    value,
    cure,
  });
}

const ofStrategy = { percent: 'canary', stepPercent: 'linear', maxPercent: 'linear', smoke: 'blue-green' } as const;

function checkStrategy(plan: RolloutPlan, at: string): void {
  for (const [field, strategy] of Object.entries(ofStrategy)) {
    const value = plan[field as keyof typeof ofStrategy];
    if (value === undefined) continue;
    if (plan.steps) refuse(`${at}.${field}`, value, "Say it in 'steps', or leave 'steps' out.");
    if (plan.strategy !== strategy) refuse(`${at}.${field}`, value, `It is for the strategy '${strategy}'.`);
  }
  if (plan.steps && plan.bake) refuse(`${at}.bake`, plan.bake, "End 'steps' with a step of kind 'bake' instead.");
  const { stepPercent, maxPercent } = plan;
  if (stepPercent !== undefined && maxPercent !== undefined && stepPercent > maxPercent) {
    refuse(`${at}.stepPercent`, stepPercent, `It must not be above maxPercent = ${maxPercent}.`);
  }
  if (percentsOf(plan).length > mostSteps) {
    refuse(`${at}.stepPercent`, stepPercent, `It makes more than ${mostSteps} steps; take larger ones.`);
  }
}

function checkStep(step: RolloutStep, field: string, before: RolloutStep | undefined): void {
  if (before?.kind === 'bake' && step.kind !== 'bake' && step.kind !== 'pause') {
    refuse(`${field}.kind`, step.kind, "After 'bake' only a pause may come: the candidate has all traffic already.");
  }
  if (step.kind !== 'pause') checkUntil(step, field);
}

type Until = Pick<RolloutPlan['step'], 'bakeMs' | 'maxMs' | 'onInconclusive'>;

function checkUntil({ bakeMs = 0, maxMs, onInconclusive }: Until, field: string): void {
  if (maxMs !== undefined && maxMs < bakeMs) {
    refuse(`${field}.maxMs`, maxMs, `It must be bakeMs = ${bakeMs} or more, or the step could never end well.`);
  }
  if (maxMs === undefined && onInconclusive !== undefined) {
    refuse(`${field}.onInconclusive`, onInconclusive, "Give 'maxMs' too: it says when this happens.");
  }
}

function checkMetric(metric: RolloutMetric, field: string, steps: number): void {
  const { successCondition, failureCondition, startingStep, source } = metric;
  if (successCondition === undefined && failureCondition === undefined) {
    refuse(`${field}.successCondition`, null, "Give 'successCondition', 'failureCondition' or both.");
  }
  if (successCondition !== undefined) compileCondition(successCondition, `${field}.successCondition`);
  if (failureCondition !== undefined) compileCondition(failureCondition, `${field}.failureCondition`);
  if (startingStep > 0 && startingStep >= steps) {
    refuse(`${field}.startingStep`, startingStep, `The plan has ${steps} steps; the first is 0.`);
  }
  if ('prometheus' in source) {
    const { username, password, search, hash } = new URL(source.prometheus.url);
    const at = `${field}.source.prometheus.url`;
    if (username || password) refuse(at, '…', 'It may not hold a user name or password.');
    if (search || hash) refuse(at, source.prometheus.url, "Give the server's address alone; what is asked is `query`.");
  }
}
