import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { echoModel, logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { Graph, ops } from '../../../onnx/index.ts';

interface Reply {
  predictions: { id: string; outputs: Record<string, unknown> }[];
}

let stack: ServingStack;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const risk = { a: 1, b: -1, bias: 0 };

beforeEach(async () => {
  stack = await openServing({ runtimes: { allowProcesses: true } });
  await stack.register('risk', logisticModel(risk), 'champion');
});
afterEach(() => stack.dispose());

async function ask(rows: Record<string, unknown>[], id = 'r'): Promise<Reply['predictions']> {
  const call = { endpoint: 'e', requestId: id, headers: {}, actor: systemActor };
  return (JSON.parse(await stack.serving.predict({ ...call, body: { rows, id } })) as Reply).predictions;
}

/** Scales `amount` and `limit` to the model's `a` and `b`, as ONNX. */
function scaler(): Uint8Array {
  const graph = new Graph();
  for (const [from, to, scale] of [
    ['amount', 'a', 0.01],
    ['limit', 'b', 0.1],
  ] as const) {
    const given = graph.input(from, 'float32', ['N', 1]);
    const scaled = ops.gemm(graph, [
      given,
      graph.constantOf('float32', [1, 1], [scale]),
      graph.constantOf('float32', [1], [0]),
    ]);
    graph.output(scaled, to, { type: 'float32', shape: ['N', 1] });
  }
  return graph.build({ producerVersion: 'test' });
}

const pre = (source: string, more: object = {}) => ({
  kind: 'typescript',
  columns: [{ name: 'amount' }, { name: 'country', type: 'string' }],
  source,
  ...more,
});
const scaled = `export default (rows: { amount: number | null; country: string }[]) =>
  rows.map(({ amount, country }) => ({ a: (amount ?? 0) / 100, b: country === 'DE' ? 1 : 0 }));`;

async function deploy(more: object): Promise<string | undefined> {
  const made = await stack.serving.declare(systemActor, 'e', { model: 'risk', ...more });
  return made.reason;
}

describe('processing around a model', () => {
  test('code before it gives it its columns: callers give theirs, which are logged', async () => {
    expect(await deploy({ preprocess: pre(scaled) })).toBeUndefined();
    const rows = [
      { amount: 200, country: 'DE' },
      { amount: null, country: 'FR' },
    ];
    const [first, second] = await ask(rows);
    expect((first!.outputs['probabilities'] as number[])[1]).toBeCloseTo(sigmoid(1), 5);
    expect((second!.outputs['probabilities'] as number[])[1]).toBeCloseTo(0.5, 5);
    const logged = await stack.serving.prediction('r.0');
    expect(logged.features).toEqual({ amount: 200, country: 'DE' });
    expect(stack.serving.modelFace('e').inputs.map(({ name, type }) => [name, type])).toEqual([
      ['amount', 'float64'],
      ['country', 'string'],
    ]);
    await expect(ask([{ a: 1, b: 1 }])).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('code behind it makes the answer of the model’s answer and the row', async () => {
    const source = `export default (answers, rows) => answers.map(({ probabilities }, i) => ({
      decision: probabilities[1] > 0.5 ? 'refuse ' + rows[i].a : 'accept', score: probabilities[1], sure: probabilities[1] > 0.9 }));`;
    const outputs = [{ name: 'decision', type: 'string' }, { name: 'score' }, { name: 'sure', type: 'boolean' }];
    expect(await deploy({ postprocess: { kind: 'typescript', source, outputs } })).toBeUndefined();
    const [yes, no] = await ask([
      { a: 2, b: 0 },
      { a: 0, b: 2 },
    ]);
    expect(yes!.outputs).toMatchObject({ decision: 'refuse 2', sure: false });
    expect(no!.outputs).toMatchObject({ decision: 'accept' });
    expect((await stack.serving.prediction('r.1')).outputs).toMatchObject({ decision: 'accept' });
    const inferred = await stack.serving.infer({
      endpoint: 'e',
      caller: 'test',
      requestId: 'i',
      inputs: ['a', 'b'].map((name) => ({ name, type: 'float32', shape: [1, 1], values: Float32Array.of(1) }) as never),
      outputs: ['decision'],
    });
    expect(inferred.outputs.map(({ name, data }) => [name, data])).toEqual([['decision', ['accept']]]);
  });

  test('another ONNX model before it; a tensor that nothing feeds is refused with what there is', async () => {
    await stack.register('scaler', scaler());
    const preprocess = { kind: 'onnx', model: 'scaler', version: 1 };
    expect(await deploy({ preprocess })).toBeUndefined();
    const [answer] = await ask([{ amount: 300, limit: 10 }]);
    expect((answer!.outputs['probabilities'] as number[])[1]).toBeCloseTo(sigmoid(2), 5);
    const postprocess = { kind: 'onnx', model: 'scaler', version: 1 };
    expect(await deploy({ preprocess: undefined, postprocess })).toMatch(
      /Nothing feeds the input 'amount'.*'probabilities'/,
    );
    // What answered before still does.
    expect(await ask([{ amount: 300, limit: 10 }])).toHaveLength(1);
  });

  test('a row that code refuses is the caller’s mistake, and neither it nor a failure touches its neighbours', async () => {
    const source = `export default (rows) => rows.map(({ amount }) => {
      if (amount === 1) throw new InvalidInput('amount must not be 1');
      if (amount === 2) throw new Error('broken');
      return { a: amount, b: 0 };
    });`;
    await deploy({ preprocess: pre(source) });
    const one = (amount: number) => ask([{ amount, country: '' }], `id-${amount}`);
    const [good, refused, broken, other] = await Promise.allSettled([one(3), one(1), one(2), one(4)]);
    expect([good.status, other.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(refused).toMatchObject({ reason: { code: 'row_refused', message: 'amount must not be 1' } });
    expect(broken).toMatchObject({ reason: { code: 'model_failed', message: expect.stringContaining('broken') } });
  });

  test('what code makes that the model does not take is its fault, not the caller’s', async () => {
    await stack.register('echo', echoModel(), 'champion');
    const source = `export default (rows) => rows.map(({ amount }) => ({ flag: true, count: amount, text: 'a\\0b', x: 1 }));`;
    await deploy({ model: 'echo', preprocess: pre(source) });
    await expect(ask([{ amount: 1, country: '' }])).rejects.toMatchObject({
      code: 'model_failed',
      message: expect.stringMatching(/code gave what the model does not take.*NUL/),
    });
  });

  test.each([
    ['too few rows', 'export default () => []', /returned 0 rows for 1/],
    ['no list', 'export default () => 7', /returned number, not a list/],
    ['a missing column', 'export default (rows) => rows.map(() => ({ a: 1 }))', /nothing for 'b' in row 0/],
    [
      'a wrong type',
      'export default (rows) => rows.map(() => ({ a: 1, b: "x" }))',
      /"x" for 'b' in row 0; it must be a number/,
    ],
  ])('code that gives %s is told so', async (_what, source, message) => {
    await deploy({ preprocess: pre(source) });
    await expect(ask([{ amount: 1, country: '' }])).rejects.toMatchObject({ code: 'model_failed', message });
  });

  test.each([
    ['does not compile', 'export default (rows => rows'],
    ['has no function', 'export const a = 1'],
    ['imports', "import { readFileSync } from 'node:fs'; export default (rows) => rows"],
  ])('code that %s is not deployed, and the endpoint says why', async (_what, source) => {
    expect(await deploy({ preprocess: pre(source) })).toMatch(/The endpoint's code cannot be loaded: .+Mend the code/s);
  });

  test.each([
    ['reads files', "const fs = await import('node:fs'); fs.readFileSync('/etc/passwd', 'utf8')"],
    ['asks for a module otherwise', "process.getBuiltinModule('node:fs').readFileSync('/etc/passwd')"],
    ['starts a process', "(await import('node:child_process')).execSync('id')"],
    ['calls out', "await fetch('http://127.0.0.1:1/')"],
    ['sends an answer of its own', 'process.send({ id: 1, columns: [[1], [1]] })'],
    ['sees the server’s environment', 'if (!process.env.PATH && !process.env.HOME) throw new Error("nothing to see")'],
  ])('code that %s is stopped', async (_what, statement) => {
    const source = `export default async (rows) => { ${statement}; return rows.map(() => ({ a: 1, b: 1 })); }`;
    await deploy({ preprocess: pre(source) });
    await expect(ask([{ amount: 1, country: '' }])).rejects.toMatchObject({ code: 'model_failed' });
  });

  test('code that hangs is ended after its time, and the next request is answered', async () => {
    const source = `export default (rows) => { while (rows[0].amount === 13) {} return rows.map(() => ({ a: 1, b: 1 })); }`;
    await deploy({ preprocess: pre(source, { timeoutMs: 300 }) });
    await expect(ask([{ amount: 13, country: '' }])).rejects.toMatchObject({ code: 'timeout' });
    await expect
      .poll(() =>
        ask([{ amount: 1, country: '' }], 'again').then(
          (made) => made.length,
          () => 0,
        ),
      )
      .toBe(1);
  });

  test('code that takes all memory ends alone', async () => {
    const source = `export default (rows) => {
      const kept = []; while (rows[0].amount === 13) kept.push(new Array(1e5).fill(rows));
      return rows.map(() => ({ a: 1, b: 1 })); }`;
    await deploy({ preprocess: pre(source, { memoryMb: 32, timeoutMs: 20_000 }) });
    await expect(ask([{ amount: 13, country: '' }])).rejects.toMatchObject({ code: 'model_failed' });
    await expect
      .poll(() =>
        ask([{ amount: 1, country: '' }], 'again').then(
          (made) => made.length,
          () => 0,
        ),
      )
      .toBe(1);
  });

  test('explanations are sampled through all of it, never read from the model’s file alone', async () => {
    await deploy({});
    const call = { endpoint: 'e', requestId: 'r', headers: {}, actor: systemActor };
    const explained = (rows: object[]) => stack.serving.predict({ ...call, body: { rows, explain: true } });
    await expect(explained([{ a: 1, b: 1 }])).rejects.toThrow('explain.background');
    const path = join(stack.folder, 'compared.csv');
    await writeFile(path, 'country,amount\nDE,0\nFR,100\nIT,300\n');
    await stack.data.ingest(systemActor, { dataset: 'compared', source: { files: [path] } });
    await deploy({ preprocess: pre(scaled) });
    const body = { rows: [{ amount: 200, country: 'DE' }], explain: { background: 'compared@1' } };
    const { explained: by, predictions } = JSON.parse(await stack.serving.predict({ ...call, body }));
    expect(by).toMatchObject({ method: 'permutation-shap' });
    expect(Object.keys(predictions[0].explanation.contributions).sort()).toEqual(['amount', 'country']);
  });

  test('code needs the permission for processes, and a server that allows them', async () => {
    const writer = { ...systemActor, permissions: ['endpoints.write'] };
    const spec = { model: 'risk', preprocess: pre(scaled) };
    await expect(stack.serving.declare(writer, 'e', spec)).rejects.toMatchObject({
      code: 'forbidden',
      details: { field: 'spec.preprocess' },
    });
    await stack.serving.declare(systemActor, 'e', spec);
    // What stands may be declared again by whoever changes something else.
    await stack.serving.declare(writer, 'e', { ...spec, description: 'other' });
    const strict = await openServing();
    await strict.register('risk', logisticModel(risk), 'champion');
    const made = await strict.serving.declare(systemActor, 'e', spec);
    expect(made).toMatchObject({ state: 'failed', reason: expect.stringContaining('--allow-process-runtimes') });
    await strict.dispose();
  });
});
