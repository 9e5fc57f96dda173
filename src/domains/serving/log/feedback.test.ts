import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTexts } from '../../../../test/support/find-texts.ts';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { type Actor, systemActor } from '../../../kernel/actor.ts';
import { createSecretBox } from '../../../kernel/secret-box.ts';
import type { FeedbackLoad } from './feedback-load.ts';
import { type Feedback, feedbackSchema } from './feedback-schema.ts';

let stack: ServingStack;
let lastId = 0;
const client: Actor = { id: 'c', kind: 'service', name: 'client', permissions: ['predict.invoke', 'feedback.write'] };
const day = (number: number) => `2001-02-${String(number).padStart(2, '0')}T00:00:00Z`;

async function ask(endpoint: string, who: string | number, at?: string): Promise<string> {
  const call = { endpoint, requestId: `q-${++lastId}`, headers: {}, actor: systemActor };
  await stack.serving.predict({ ...call, body: { rows: [{ a: 1, b: 2, who }], ...(at && { at }) } });
  return `q-${lastId}.0`;
}
const give = (items: Feedback[]) => stack.serving.feedback(systemActor, items);
const load = (form: FeedbackLoad['form'], text: string, endpoint?: string) =>
  stack.serving.predictionLog.load(client, { form, stream: Readable.from([Buffer.from(text)]), endpoint });

async function readQuarantine(id: string | undefined): Promise<Record<string, unknown>[]> {
  const stream = await (await stack.serving.predictionLog.quarantine(id!)).open();
  const text = Buffer.concat(await stream.toArray()).toString();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

beforeAll(async () => {
  stack = await openServing({ runtimes: { secrets: createSecretBox(randomBytes(32)) } });
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  const windowMs = 5 * 86_400_000;
  await stack.serving.declare(systemActor, 'plain', { model: 'm', log: { entity: 'who', windowMs } });
  await stack.serving.declare(systemActor, 'hidden', { model: 'm', log: { entity: 'who', columns: { who: 'hash' } } });
  await stack.serving.declare(systemActor, 'none', { model: 'm' });
});
afterAll(() => stack.dispose());

describe('feedback by entity', () => {
  test.each(['memory', 'Parquet'])(
    'joins the latest prediction up to its time, within the window, from %s',
    async (where) => {
      const who = `customer-${where}`;
      const first = await ask('plain', who, day(1));
      const second = await ask('plain', who, day(4));
      const later = await ask('plain', who, day(20));
      if (where === 'Parquet') await stack.serving.compactLog();
      const at = (time: string, label: number) => ({ entity: who, endpoint: 'plain', at: time, label });
      const result = await give([at(day(2), 1), at(day(4), 2), at(day(12), 3), at('2001-01-31T00:00:00Z', 4)]);
      expect(result).toMatchObject({ accepted: 2, unknownCount: 2 });
      expect(result.unknown).toEqual([
        { row: 2, entity: who },
        { row: 3, entity: who },
      ]);
      expect(await stack.serving.prediction(first)).toMatchObject({ label: 1, entity: who });
      expect(await stack.serving.prediction(second)).toMatchObject({
        label: 2,
        labelledAt: '2001-02-04T00:00:00.000Z',
      });
      expect(await stack.serving.prediction(later)).not.toHaveProperty('label');
    },
  );

  test('of several at one time the one logged last is meant; numbers and text name the same', async () => {
    await ask('plain', 77, day(6));
    const last = await ask('plain', 77, day(6));
    await give([{ entity: '77', endpoint: 'plain', at: day(7), label: 1 }]);
    expect(await stack.serving.prediction(last)).toMatchObject({ label: 1 });
  });

  test('a hashed entity joins, and is nowhere in clear', async () => {
    const who = 'ann.lee-5519@example.com';
    const id = await ask('hidden', who);
    await stack.serving.compactLog();
    const result = await load('ndjson', `{"entity":"${who}","label":1}\n{"entity":"bob-${who}","label":1}`, 'hidden');
    expect(result).toMatchObject({ accepted: 1, unknownCount: 1 });
    const logged = await stack.serving.prediction(id);
    expect(logged).toMatchObject({ label: 1, entity: expect.stringMatching(/^h:/) });
    expect(await findTexts(stack.folder, [who])).toEqual([]);
    const [apart] = await readQuarantine(result.quarantine?.id);
    expect(apart).toEqual({ label: 1, entity: expect.stringMatching(/^h:/), _line: 2, _reason: expect.any(String) });
    // What was put apart can be sent again as it is; the token of an entity names it.
    const again = await load('ndjson', `${JSON.stringify(apart)}\n{"entity":"${logged.entity}","label":0}`, 'hidden');
    expect(again).toMatchObject({ accepted: 1, changed: 1, unknownCount: 1, invalidCount: 0 });
  });
});

describe('what is said again', () => {
  test('changes nothing; another label does; values are kept until they are given again', async () => {
    const predictionId = await ask('none', 'x');
    expect(await give([{ predictionId, label: 1, reward: 2.5 }])).toMatchObject({ accepted: 1, changed: 0 });
    const before = await stack.serving.prediction(predictionId);
    expect(await give([{ predictionId, label: 1 }])).toMatchObject({ accepted: 1, changed: 0 });
    expect(await stack.serving.prediction(predictionId)).toEqual(before);
    await give([{ predictionId, values: { clicked: true, channel: 'mail' } }]);
    await give([{ predictionId, values: { channel: 'web' } }]);
    expect(await give([{ predictionId, label: 0 }])).toMatchObject({ accepted: 1, changed: 1 });
    const values = { reward: 2.5, clicked: true, channel: 'web' };
    expect(await stack.serving.prediction(predictionId)).toMatchObject({ label: 0, values });
    const { feedback } = await stack.serving.observations({ endpoint: 'none' });
    expect(feedback.reward).toEqual({ type: 'number', values: Float64Array.of(2.5) });
    expect(feedback.channel).toEqual({ type: 'string', values: ['web'] });
  });
});

describe('a bulk load', () => {
  test('of CSV takes what is right and puts the rest apart with its line', async () => {
    const one = await ask('plain', 'p1');
    const two = await ask('plain', 'p2');
    const csv = [
      '\ufeffpredictionId,label,reward,bought',
      `${one},true,1.5,yes`,
      `${two},"class, one",,3`,
      'nobody.0,1,,',
      ',1,,',
      `${one},1`,
      `${one},1,much,`,
      '',
    ].join('\r\n');
    const result = await load('csv', csv);
    expect(result).toMatchObject({ accepted: 2, unknownCount: 1, invalidCount: 3 });
    expect(result.unknown).toEqual([{ row: 2, line: 4, predictionId: 'nobody.0' }]);
    expect(result.invalid!.map(({ line, field }) => [line, field])).toEqual([
      [5, undefined],
      [6, undefined],
      [7, 'reward'],
    ]);
    expect(await stack.serving.prediction(one)).toMatchObject({ label: true, values: { reward: 1.5, bought: 'yes' } });
    expect(await stack.serving.prediction(two)).toMatchObject({ label: 'class, one', values: { bought: 3 } });
    const apart = await readQuarantine(result.quarantine?.id);
    expect(apart.map((row) => row._line)).toEqual([5, 6, 7, 4]);
    expect(result.quarantine).toMatchObject({ rows: 4 });
  });

  test('of JSON lines goes on behind lines that are torn, too long or of the wrong form', async () => {
    const id = await ask('none', 'x');
    const lines = ['{"predictionId"', `{"predictionId":"${'x'.repeat(70_000)}","label":1}`, '[]', '', '7'];
    const good = JSON.stringify({ predictionId: id, label: 3 });
    const result = await load('ndjson', [...lines, good].join('\n'));
    expect(result).toMatchObject({ accepted: 1, invalidCount: 4 });
    expect(result.invalid!.map((one) => one.line)).toEqual([1, 2, 3, 5]);
    expect(await stack.serving.prediction(id)).toMatchObject({ label: 3 });
  });

  test('of very many rows is taken in pieces, in the order they came', async () => {
    const id = await ask('none', 'x');
    async function* rows() {
      for (let row = 0; row < 30_000; row++)
        yield Buffer.from(`{"predictionId":"${row < 29_999 ? `no-${row}` : id}.0","label":1}\n`.replace('.0.0', '.0'));
      yield Buffer.from(`{"predictionId":"${id}","label":2}\n`);
    }
    const stream = Readable.from(rows());
    const result = await stack.serving.predictionLog.load(client, { form: 'ndjson', stream });
    expect(result).toMatchObject({ unknownCount: 29_999, quarantine: { rows: 29_999 } });
    expect(result.unknown).toHaveLength(1000);
    expect(await stack.serving.prediction(id)).toMatchObject({ label: 2 });
    const [event] = await stack.ledger.read({ types: ['feedback.received'], newestFirst: true, limit: 1 });
    expect(event!.data).toMatchObject({ endpoints: ['none'], unknown: 29_999 });
  });
});

describe('wrong feedback', () => {
  const id = { predictionId: 'x.0' };
  test.each([
    [{ label: 1 }, 'needs `predictionId` or `entity`'],
    [{ ...id, entity: 'x', label: 1 }, 'needs `predictionId` or `entity`'],
    [id, 'needs a `label`'],
    [{ ...id, label: null }, 'Invalid input'],
    [{ ...id, label: 1, at: 'noon' }, 'Invalid ISO datetime'],
    [{ ...id, label: 1, extra: 1 }, 'Unrecognized key'],
    [{ ...id, values: { '1x': 1 } }, 'Invalid key'],
    [{ ...id, values: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`v${at}`, at])) }, 'at most 20'],
  ])('%j is refused', (item, message) => {
    expect(feedbackSchema.safeParse(item).error?.issues[0]?.message).toContain(message);
  });

  test('an entity needs an endpoint whose log names one, and a time that has come', async () => {
    const told = async (item: Feedback) =>
      (await load('ndjson', JSON.stringify(item))).invalid?.map(({ field, message }) => `${field}: ${message}`)[0];
    expect(await told({ entity: 'x', label: 1 })).toContain('endpoint: An entity needs');
    expect(await told({ entity: 'x', label: 1, endpoint: 'none' })).toContain("endpoint: There is no endpoint 'none'");
    expect(await told({ entity: 'x\n', label: 1, endpoint: 'plain' })).toContain('control characters');
    expect(await told({ entity: 'x', label: 1, endpoint: 'plain', at: '2999-01-01T00:00:00Z' })).toContain(
      'predict.replay',
    );
    expect(await told({ predictionId: 'x.0', label: 1, at: day(1) })).toContain('predict.replay');
  });
});

test('feedback for an endpoint that is not there is refused whole', async () => {
  const { url } = await stack.listen();
  const id = await ask('plain', 'somebody');
  const send = (endpoint: string) =>
    fetch(`${url}/api/v1/endpoints/${endpoint}/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: `predictionId,label\n${id},1\n`,
    });
  const refused = await send('nope');
  expect([refused.status, (await refused.json()) as unknown]).toMatchObject([
    404,
    { field: 'endpoint', value: 'nope' },
  ]);
  expect((await stack.serving.prediction(id)).label).toBeUndefined();
  expect((await send('plain')).status).toBe(200);
});
