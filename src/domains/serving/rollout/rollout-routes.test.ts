import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';

let stack: ServingStack;
let url: string;

beforeAll(async () => {
  stack = await openServing();
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0.1 }));
  await stack.serving.declare(systemActor, 'e', { model: 'm' });
  ({ url } = await stack.listen());
});
afterAll(() => stack.dispose());

/** What is read of any answer. */
type Problem = Record<string, unknown>;

const send = async (method: string, path: string, body?: object) => {
  const reply = await fetch(`${url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  return { status: reply.status, body: (await reply.json()) as Problem & { items: object[] } };
};
const start = (body: object) => send('POST', '/api/v1/endpoints/e/rollouts', body);
const good = { name: 'm', source: { sql: 'SELECT 1 AS n' }, successCondition: 'value > 0' };

/** Wrong bodies: the field that is named, and a word of the value or the cure. */
const wrong: [object, string, string][] = [
  [{}, 'version', ''],
  [{ version: 0 }, 'version', '0'],
  [{ version: 2, plan: { strategy: 'brave' } }, 'plan.strategy', 'canary'],
  [{ version: 2, plan: { percent: 120 } }, 'plan.percent', '120'],
  [{ version: 2, plan: { stages: [] } }, 'plan', 'stages'],
  [{ version: 2, plan: { steps: [] } }, 'plan.steps', ''],
  [{ version: 2, plan: { steps: [{ kind: 'wait' }] } }, 'plan.steps.0.kind', 'wait'],
  [{ version: 2, plan: { steps: [{ kind: 'weight' }] } }, 'plan.steps.0.percent', ''],
  [{ version: 2, plan: { steps: [{ kind: 'bake', percent: 3 }] } }, 'plan.steps.0', 'percent'],
  [{ version: 2, plan: { confirm: ['everything'] } }, 'plan.confirm', 'everything'],
  [{ version: 2, plan: { coolDownMs: -1 } }, 'plan.coolDownMs', '-1'],
  [{ version: 2, plan: { metrics: [{ ...good, name: 'a/b' }] } }, 'plan.metrics.0.name', 'a/b'],
  [{ version: 2, plan: { metrics: [{ ...good, source: {} }] } }, 'plan.metrics.0.source', ''],
  [
    { version: 2, plan: { metrics: [{ ...good, source: { prometheus: { url: 'file:///etc', query: 'up' } } }] } },
    'plan.metrics.0.source',
    '',
  ],
  [{ version: 2, plan: { metrics: [{ ...good, intervalMs: 1 }] } }, 'plan.metrics.0.intervalMs', '1'],
  [
    { version: 2, plan: { metrics: [{ ...good, successCondition: 'up > 1' }] } },
    'plan.metrics.0.successCondition',
    'up',
  ],
  [
    { version: 2, plan: { metrics: [{ ...good, source: { sql: 'DROP TABLE x' } }] } },
    'plan.metrics.0.source.sql',
    'DROP',
  ],
  [{ version: 2, plan: { strategy: 'linear', percent: 5 } }, 'plan.percent', 'canary'],
  [{ version: 2, plan: { step: { bakeMs: 9, maxMs: 3 } } }, 'plan.step.maxMs', '9'],
  [{ version: 2, plan: { candidateAlias: 'champion' } }, 'plan.candidateAlias', 'champion'],
  [{ version: 2, force: true }, 'reason', 'why'],
  [{ version: 2, skipAnalysis: true }, 'reason', 'why'],
];
test.each(wrong)('%j is 400 and names %s', async (body, field, word) => {
  const { status, body: problem } = await start(body);
  expect(problem).toMatchObject({ field: expect.stringMatching(new RegExp(`^${field.replaceAll('.', '\\.')}`)) });
  expect(status).toBe(400);
  expect(problem['detail']).toContain(word);
});

test('a declaration is refused alike', async () => {
  const spec = { model: 'm', rollout: { strategy: 'linear', percent: 5 } };
  const { status, body } = await send('PUT', '/api/v1/endpoints/e', { spec });
  expect([status, body['field']]).toEqual([400, 'spec.rollout.percent']);
});

test('lists are short, one rollout has everything; verbs take reasons', async () => {
  const plan = { steps: [{ kind: 'pause' }], metrics: [good], confirm: ['rollout'] };
  const { status, body: started } = await start({ version: 2, plan, reason: 'try' });
  expect(status).toBe(201);
  const path = `/api/v1/rollouts/${started['id']}`;
  await expect.poll(async () => (await send('GET', path)).body['judgement'], { timeout: 10_000 }).toBeDefined();
  const { body: whole } = await send('GET', path);
  expect(whole).toMatchObject({ startReason: 'try', strategy: 'steps', metrics: [{ name: 'm' }], metricStates: [{}] });
  const { body: list } = await send('GET', '/api/v1/rollouts?endpoint=e');
  expect(Object.keys(list['items'][0]!)).not.toContain('judgement');
  expect(Object.keys(list['items'][0]!)).not.toContain('metrics');
  expect((await send('GET', `${path}/measurements`)).body).toEqual({ items: [] });
  expect((await send('GET', '/api/v1/rollouts/none/measurements')).status).toBe(404);
  expect((await send('POST', `${path}/resume`, {})).status).toBe(409);
  const { body: aborted } = await send('POST', `${path}/abort`, { reason: 'enough' });
  expect(aborted).toMatchObject({ state: 'aborted', reason: 'enough' });
  expect((await send('POST', `${path}/pause`, {})).status).toBe(409);
});
