import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServingStack } from '../../../../test/support/serving.ts';
import type { Server } from '../../../http/server.ts';
import { systemActor } from '../../../kernel/actor.ts';

/** A kind of runtime under test: where its model computes `sigmoid(a · weights.a + b · weights.b)`. */
export interface RuntimeUnderTest {
  stack: ServingStack;
  server: Server;
  runtime: Record<string, unknown>;
  /** Registers the next version of a model; with an alias it answers. */
  register(model: string, weights: { a: number; b: number }, alias?: string): Promise<number>;
  /** A value of `a` on which the model fails. */
  failsOn: number;
  /** A value of `a` on which it never answers, where it knows one. */
  stallsOn?: number;
  close?(): Promise<void>;
}

/** What the answers of the protocols hold, of which each has a part. */
interface Body {
  predictions: { predictionId: string; outputs: { label: number; probabilities: number[] }; probabilities: number[] }[];
  outputs: { probabilities: number[][] };
  version: number;
  detail: string;
  code: string;
}

interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}

/** What every kind of runtime keeps. */
export function describeRuntime(kind: string, open: () => Promise<RuntimeUnderTest>): void {
  let under: RuntimeUnderTest;

  async function post(path: string, body: unknown): Promise<Answer> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${under.server.url}${path}`, init);
    const text = await response.text();
    const isJson = text.startsWith('{') || text.startsWith('[');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  }
  const predict = (rows: unknown, endpoint = 'risk') => post(`/api/v1/endpoints/${endpoint}/predict`, { rows });
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  describe(`the runtime ${kind}`, () => {
    beforeAll(async () => {
      under = await open();
      await under.register('risk-model', { a: 1, b: -1 }, 'champion');
      const { runtime, stack } = under;
      await stack.serving.declare(systemActor, 'risk', { model: 'risk-model', runtime });
      expect((await stack.serving.endpoint('risk')).reason).toBeUndefined();
    }, 30_000);
    afterAll(async () => {
      await under?.close?.();
      await under?.stack.dispose();
    });

    test('answers rows in order, equal to the mathematics', async () => {
      const rows = Array.from({ length: 200 }, (_, at) => ({ a: at / 50, b: 1 }));
      const { status, body } = await predict(rows);
      expect(status).toBe(200);
      body.predictions.forEach((one, at) => {
        expect(one.outputs.probabilities[1]).toBeCloseTo(sigmoid(rows[at]!.a - 1), 5);
        expect(Number(one.outputs.label)).toBe(rows[at]!.a > 1 ? 1 : 0);
      });
    });

    test('gives each of many callers its own rows', async () => {
      const asked = Array.from({ length: 100 }, (_, at) => at / 25 + 0.001);
      const replies = await Promise.all(asked.map((a) => predict([{ a, b: 0 }])));
      const found = replies.map((reply) => reply.body.predictions[0]!.outputs.probabilities[1]);
      expect(found).toEqual(asked.map((a) => expect.closeTo(sigmoid(a), 5)));
    });

    test('logs rows and outputs', async () => {
      const { body } = await predict([{ a: 0.25, b: 0.75 }]);
      const logged = await under.stack.serving.prediction(body.predictions[0]!.predictionId);
      expect(logged).toMatchObject({ model: 'risk-model', version: 1, code: 200, features: { a: 0.25, b: 0.75 } });
      expect(logged.outputs['probabilities.1']).toBeCloseTo(sigmoid(-0.5), 5);
      expect(logged.score).toBeCloseTo(sigmoid(-0.5), 5);
    });

    test('refuses rows that break the signature before the model sees them', async () => {
      const missing = await predict([{ a: 1 }]);
      expect(missing.status).toBe(400);
      expect(missing.body.detail).toContain("Row 0 lacks the column 'b'");
      expect((await predict([{ a: 'x', b: 1 }])).status).toBe(400);
    });

    test('a full queue answers 429 with the time to wait, a deadline 504; nothing is lost', async () => {
      const { serving } = under.stack;
      const { runtime } = under;
      await serving.declare(systemActor, 'narrow', { model: 'risk-model', runtime, maxQueueRows: 4 });
      const rows = [0, 1].map(() => ({ a: 1, b: 1 }));
      const replies = await Promise.all(Array.from({ length: 64 }, () => predict(rows, 'narrow')));
      const statuses = new Set(replies.map((reply) => reply.status));
      expect([...statuses].filter((status) => status !== 200 && status !== 429)).toEqual([]);
      const refused = replies.find((reply) => reply.status === 429);
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      await serving.undeclare(systemActor, 'narrow');
    });

    test('speaks MLflow scoring and V1 alike', async () => {
      const split = {
        dataframe_split: {
          columns: ['b', 'a', 'more'],
          data: [
            [1, 2, 'x'],
            [0, 0, 'y'],
          ],
        },
      };
      const mlflow = await post('/endpoints/risk/invocations', split);
      expect(mlflow.status).toBe(200);
      const scores = mlflow.body.predictions.map((one) => one.probabilities[1]);
      expect(scores).toEqual([expect.closeTo(sigmoid(1), 5), 0.5]);
      const v1 = await post('/v1/models/risk:predict', { instances: [{ a: 2, b: 1 }] });
      expect(v1.body.predictions[0]!.probabilities[1]).toBeCloseTo(sigmoid(1), 5);
      const columns = await post('/v1/models/risk:predict', { inputs: { a: [2, 0], b: [1, 0] } });
      expect(columns.body.outputs.probabilities.map((one) => one[1])).toEqual([expect.closeTo(sigmoid(1), 5), 0.5]);
    });

    test('says what it is', () => {
      const states = under.stack.serving.runtimes('risk');
      expect(states).toEqual([expect.objectContaining({ kind, model: 'risk-model', version: 1, state: 'ready' })]);
      if (kind !== 'remote') expect(states[0]!.memoryBytes).toBeGreaterThan(1000);
    });

    test("a failing row is its caller's own, 500 model_failed, and neighbours are answered", async () => {
      const { failsOn } = under;
      const mixed = [1, failsOn, 2, failsOn, 3].map((a) => predict([{ a, b: 0 }]));
      expect((await Promise.all(mixed)).map((reply) => reply.status)).toEqual([200, 500, 200, 500, 200]);
      expect((await predict([{ a: failsOn, b: 0 }])).body.code).toBe('model_failed');
    });

    // The others have no input on which they never answer; the chaos tests stall those.
    const testStalling = kind === 'process' ? test : () => {};
    testStalling('an answer that does not come is 504, and the next one comes', async () => {
      const { stallsOn = 0, stack, runtime } = under;
      await stack.serving.declare(systemActor, 'hasty', { model: 'risk-model', runtime, timeoutMs: 400 });
      const late = await predict([{ a: stallsOn, b: 0 }], 'hasty');
      expect([late.status, late.body.code]).toEqual([504, 'timeout']);
      expect((await predict([{ a: 1, b: 0 }], 'hasty')).status).toBe(200);
      await stack.serving.undeclare(systemActor, 'hasty');
    });

    test('a new version takes over without a failed request', async () => {
      let stop = false;
      const statuses: number[] = [];
      const load = Array.from({ length: 3 }, async () => {
        while (!stop) statuses.push((await predict([{ a: 1, b: 1 }])).status);
      });
      const version = await under.register('risk-model', { a: 3, b: -1 }, 'champion');
      await expect.poll(async () => (await predict([{ a: 1, b: 0 }])).body.version, { timeout: 10_000 }).toBe(version);
      stop = true;
      await Promise.all(load);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      const { body } = await predict([{ a: 1, b: 0 }]);
      expect(body.predictions[0]!.outputs.probabilities[1]).toBeCloseTo(sigmoid(3), 5);
    }, 20_000);

    test('an endpoint on a version that is not there says why', async () => {
      const endpoint = await under.stack.serving.declare(systemActor, 'none', {
        model: 'no-model',
        runtime: under.runtime,
      });
      expect(endpoint).toMatchObject({
        state: 'waiting',
        reason: expect.stringContaining("no version with the alias 'champion'"),
      });
    });
  });
}
