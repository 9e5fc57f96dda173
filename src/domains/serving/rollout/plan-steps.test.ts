import { describe, expect, test } from 'vitest';
import { checkPlan } from './check-plan.ts';
import { stepsOf } from './plan-steps.ts';
import { rolloutDefaultsSchema } from './rollout-schema.ts';

const stepsFor = (plan: object) =>
  stepsOf(rolloutDefaultsSchema.parse(plan)).map((step) => {
    if (step.kind === 'weight') return step.percent;
    return step.kind === 'pause' && step.gate ? `pause:${step.gate}` : step.kind;
  });

describe('the steps of a plan', () => {
  const cases: [object, (string | number)[]][] = [
    [{}, [10]],
    [{ percent: 5, shadow: {}, bake: { bakeMs: 1 } }, ['shadow', 5, 'bake']],
    [{ strategy: 'linear' }, [10, 25, 50, 75]],
    [{ strategy: 'linear', maxPercent: 50 }, [10, 25, 50]],
    [{ strategy: 'linear', stepPercent: 30 }, [30, 60, 90]],
    [{ strategy: 'linear', stepPercent: 25, maxPercent: 50 }, [25, 50]],
    [{ strategy: 'linear', stepPercent: 50 }, [50]],
    [{ strategy: 'blue-green' }, ['bake']],
    [{ strategy: 'blue-green', smoke: { bakeMs: 5 } }, ['smoke', 'bake']],
    [{ strategy: 'all-at-once' }, ['bake']],
    [{ strategy: 'all-at-once', bake: false }, []],
    [{ confirm: true }, [10, 'pause:promotion']],
    [{ confirm: true, bake: {} }, [10, 'pause:promotion', 'bake']],
    [{ confirm: ['rollout'], shadow: {} }, ['pause:rollout', 'shadow', 10]],
    [
      { strategy: 'linear', stepPercent: 50, bake: {}, confirm: ['rollout', 'traffic-increase', 'promotion'] },
      ['pause:rollout', 50, 'pause:promotion', 'bake'],
    ],
    [
      { strategy: 'linear', maxPercent: 25, confirm: ['traffic-increase'] },
      ['pause:traffic-increase', 10, 'pause:traffic-increase', 25],
    ],
    [{ steps: [{ kind: 'weight', percent: 100 }] }, [100]],
    [{ steps: [{ kind: 'shadow' }, { kind: 'pause' }], confirm: true }, ['shadow', 'pause']],
  ];
  test.each(cases)('%j', (plan, steps) => expect(stepsFor(plan)).toEqual(steps));

  test('plans of before are what they were', () => {
    const plan = { strategy: 'canary', shadow: { predictions: 9 }, step: { predictions: 7, bakeMs: 3 }, confirm: true };
    expect(stepsOf(rolloutDefaultsSchema.parse(plan))).toEqual([
      { kind: 'shadow', predictions: 9 },
      { kind: 'weight', percent: 10, predictions: 7, bakeMs: 3 },
      { kind: 'pause', gate: 'promotion' },
    ]);
  });
});

const metric = { name: 'm', source: { sql: 'SELECT 1 AS n' }, successCondition: 'value > 0' };

describe('plans that do not fit together', () => {
  const cases: [object, string, string][] = [
    [{ strategy: 'canary', stepPercent: 10 }, 'stepPercent', 'linear'],
    [{ strategy: 'linear', percent: 10 }, 'percent', 'canary'],
    [{ smoke: {} }, 'smoke', 'blue-green'],
    [{ strategy: 'linear', stepPercent: 50, maxPercent: 20 }, 'stepPercent', 'maxPercent = 20'],
    [{ strategy: 'linear', stepPercent: 1 }, 'stepPercent', 'larger'],
    [{ steps: [{ kind: 'pause' }], percent: 20 }, 'percent', "'steps'"],
    [{ steps: [{ kind: 'pause' }], bake: {} }, 'bake', "kind 'bake'"],
    [{ steps: [{ kind: 'bake' }, { kind: 'weight', percent: 5 }] }, 'steps.1.kind', 'all traffic already'],
    [{ step: { bakeMs: 10, maxMs: 5 } }, 'step.maxMs', '10 or more'],
    [{ shadow: { onInconclusive: 'rollback' } }, 'shadow.onInconclusive', "'maxMs'"],
    [{ metrics: [metric, metric] }, 'metrics.1.name', 'of its own'],
    [{ metrics: [{ ...metric, successCondition: undefined }] }, 'metrics.0.successCondition', 'both'],
    [{ metrics: [{ ...metric, successCondition: 'value >' }] }, 'metrics.0.successCondition', 'CEL'],
    [{ metrics: [{ ...metric, failureCondition: 'latency > 3' }] }, 'metrics.0.failureCondition', 'latency'],
    [{ metrics: [{ ...metric, failureCondition: '1 + 1' }] }, 'metrics.0.failureCondition', 'true or false'],
    [{ metrics: [{ ...metric, startingStep: 7 }] }, 'metrics.0.startingStep', '1 steps'],
    [
      { metrics: [{ ...metric, source: { prometheus: { url: 'http://u:p@h', query: 'up' } } }] },
      'metrics.0.source.prometheus.url',
      'password',
    ],
  ];
  test.each(cases)('%j names %s', (plan, field, words) => {
    let thrown: unknown;
    try {
      checkPlan(rolloutDefaultsSchema.parse(plan), 'plan');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'invalid_input', details: { field: `plan.${field}` } });
    expect((thrown as Error).message).toContain(words);
  });
});
