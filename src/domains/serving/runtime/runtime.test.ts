import { describe, expect, test } from 'vitest';
import { oneOnnx, oneProcess, oneRemote } from '../../../../test/support/runtimes.ts';
import { openServing } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { describeRuntime } from './runtime.contract.ts';

describeRuntime('onnx', oneOnnx);
describeRuntime('process', oneProcess);
for (const protocol of ['oip', 'v1', 'mlflow'] as const) describeRuntime('remote', () => oneRemote(protocol));

describe('memory of ONNX models', () => {
  test('over the budget the models not asked for longest are unloaded, and come back when they are asked', async () => {
    const stack = await openServing({ runtimes: { modelMemoryBytes: 10 * 2 ** 20 } });
    const names = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];
    for (const [at, name] of names.entries()) {
      await stack.register(name, logisticModel({ a: at, b: 0, bias: 0 }), 'champion');
      await stack.serving.declare(systemActor, name, { model: name });
    }
    const states = () => names.map((name) => stack.serving.runtimes(name)[0]!.state);
    expect(states()).toEqual(['unloaded', 'unloaded', 'unloaded', 'ready', 'ready', 'ready']);
    const ask = async (at: number) => {
      const call = { endpoint: names[at]!, requestId: 'r', headers: {}, actor: systemActor };
      const reply = JSON.parse(await stack.serving.predict({ ...call, body: { rows: [{ a: 1, b: 0 }] } }));
      return reply.predictions[0].outputs.probabilities[1] as number;
    };
    const found = await Promise.all([0, 0, 0].map(ask));
    expect(found).toEqual([0.5, 0.5, 0.5]);
    expect(states()).toEqual(['ready', 'unloaded', 'unloaded', 'unloaded', 'ready', 'ready']);
    const all = await Promise.all(Array.from({ length: 60 }, (_, at) => ask(at % 6)));
    expect(all).toEqual(all.map((_, at) => expect.closeTo(1 / (1 + Math.exp(-(at % 6))), 5)));
    expect(stack.errors).toEqual([]);
    await stack.dispose();
  });
});
