import type { RolloutPlan, RolloutStep } from './rollout-schema.ts';

type Gate = NonNullable<Extract<RolloutStep, { kind: 'pause' }>['gate']>;

const usualPercent = 10;
const usualLinear = [10, 25, 50, 75];
/** Ends by itself where there is no traffic: what was to be all at once shall not wait for ever. */
const usualBake = { bakeMs: 60_000, maxMs: 60_000, onInconclusive: 'promote' } as const;

/** The steps of a plan: its own, or those its strategy makes, with a pause at each gate it asks for. */
export function stepsOf(plan: RolloutPlan): RolloutStep[] {
  return withGates(plan.steps ?? strategySteps(plan), plan);
}

function strategySteps(plan: RolloutPlan): RolloutStep[] {
  const { shadow, smoke } = plan;
  const weights = percentsOf(plan).map((percent): RolloutStep => ({ kind: 'weight', percent, ...plan.step }));
  const bake = bakeOf(plan);
  return [
    ...(shadow ? [{ kind: 'shadow' as const, ...shadow }] : []),
    ...(smoke ? [{ kind: 'smoke' as const, ...smoke }] : []),
    ...weights,
    ...(bake ? [{ kind: 'bake' as const, ...bake }] : []),
  ];
}

/** The shares of traffic that a plan's strategy goes through before all of it. */
export function percentsOf({ strategy, percent = usualPercent, stepPercent, maxPercent = 100 }: RolloutPlan): number[] {
  if (strategy === 'canary') return [percent];
  if (strategy !== 'linear') return [];
  if (stepPercent === undefined) return usualLinear.filter((one) => one <= maxPercent);
  const percents: number[] = [];
  for (let next = stepPercent; next <= maxPercent && next < 100; next += stepPercent) percents.push(next);
  return percents;
}

function bakeOf({ bake, strategy, step }: RolloutPlan) {
  if (bake !== undefined) return bake;
  if (strategy === 'blue-green') return step;
  return strategy === 'all-at-once' ? usualBake : false;
}

function withGates(steps: readonly RolloutStep[], { confirm, confirmByAnother }: RolloutPlan): RolloutStep[] {
  const gates = new Set<Gate>(confirm === true ? ['promotion'] : confirm === false ? [] : confirm);
  const byAnother = confirmByAnother ? { byAnother: true } : {};
  const gated: RolloutStep[] = [];
  // Two gates at one place would ask the same person twice.
  const pause = (gate: Gate) => {
    if (gates.has(gate) && gated.at(-1)?.kind !== 'pause') gated.push({ kind: 'pause', gate, ...byAnother });
  };
  pause('rollout');
  for (const step of steps) {
    if (step.kind === 'bake' && gated.at(-1)?.kind !== 'bake') pause('promotion');
    if (step.kind === 'weight' || step.kind === 'bake') pause('traffic-increase');
    gated.push(step.kind === 'pause' ? { ...byAnother, ...step } : step);
  }
  if (!steps.some((step) => step.kind === 'bake')) pause('promotion');
  return gated;
}

/** Whether a step gives the candidate all traffic. */
export function isAllTraffic(step: RolloutStep | undefined): boolean {
  return step?.kind === 'bake' || (step?.kind === 'weight' && step.percent === 100);
}
