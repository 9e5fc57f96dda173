import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../test/support/serving.ts';
import { logisticModel } from '../../../test/support/test-models.ts';
import { systemActor } from '../../kernel/actor.ts';
import { labelledPredictionsStep, rolloutStep } from './pipeline-steps.ts';

let stack: ServingStack;
const lines: string[] = [];
const callOf = <P>(params: P, inputs = {}) => ({
  params,
  inputs,
  actor: systemActor,
  runId: 'run',
  stepName: 'step',
  signal: new AbortController().signal,
  log: (line: string) => void lines.push(line),
});

beforeAll(async () => {
  stack = await openServing();
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.serving.declare(systemActor, 'e', { model: 'm' });
});
afterAll(() => stack.dispose());

test('labelled predictions of a time range become a dataset version', async () => {
  const step = labelledPredictionsStep(stack.serving);
  for (const day of ['01', '02', '03']) {
    const body = { rows: [{ a: Number(day), b: 0 }], id: `d${day}`, at: `2001-01-${day}T12:00:00Z` };
    await stack.serving.predict({ endpoint: 'e', body, requestId: 'r', headers: {}, actor: systemActor });
  }
  await stack.serving.feedback(
    systemActor,
    ['01', '02', '03'].map((day) => ({ predictionId: `d${day}.0`, label: 1 })),
  );
  const params = step.params.parse({ endpoint: 'e', dataset: 'fresh', from: '2001-01-02T00:00:00Z', labelColumn: 'y' });
  const { outputs, metrics } = await step.run(callOf(params));
  expect(metrics).toEqual({ rows: 2 });
  const version = await stack.data.resolve('fresh');
  expect(outputs.dataset).toEqual({ kind: 'dataset-version', id: version.id, digest: version.digest, name: 'fresh' });
  expect(version.columns.map((column) => column.name)).toEqual(['a', 'b', 'y']);
  expect(version.producer).toEqual({ runId: 'run', stepName: 'step' });
});

test('a rollout step takes its candidate from its input, waits for the end, and is done again without a second rollout', async () => {
  const step = rolloutStep(stack.serving, stack.registry);
  const number = await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0.5 }));
  const { id } = await stack.registry.versions.get('m', number);
  const params = step.params.parse({ endpoint: 'e', plan: { strategy: 'all-at-once', bake: false } });
  const call = callOf(params, { model: { kind: 'model-version', id } });
  expect((await step.run(call)).outputs.rollout.value).toMatchObject({ state: 'promoted', version: number });
  expect((await step.run(call)).outputs.rollout.value).toMatchObject({ state: 'promoted', version: number });
  expect((await stack.serving.rollouts({ endpoint: 'e', limit: 10 })).items).toHaveLength(1);
  await expect(step.run(callOf(params))).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a step that is run again while its rollout is under way takes that one up', async () => {
  const step = rolloutStep(stack.serving, stack.registry);
  const version = await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0.7 }));
  const plan = { steps: [{ kind: 'pause' }] };
  const started = await step.run(callOf(step.params.parse({ endpoint: 'e', version, plan, wait: false })));
  const params = step.params.parse({ endpoint: 'e', version, plan, failOnRollback: true });
  const again = step.run(callOf(params)).catch((error: unknown) => error);
  const told = `Rollout ${started.outputs.rollout.id}: version ${version} at e.`;
  // Once by the step that began it, once by the one that took it up.
  await expect.poll(() => lines.filter((line) => line === told).length).toBe(2);
  await stack.serving.abortRollout(systemActor, started.outputs.rollout.id);
  expect(await again).toMatchObject({ code: 'conflict', details: { value: started.outputs.rollout.id } });
});
