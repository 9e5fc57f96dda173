import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemActor } from '../../kernel/actor.ts';
import { createOnnxSession, tensor } from '../../onnx/index.ts';
import type { EvaluationReport } from '../evaluation/index.ts';
import type { ReferenceProfile } from './reference-profile.ts';
import { trainStep } from './step.ts';
import { flights, openTrainingHome } from './training.fixture.ts';

type Report = EvaluationReport & { crossValidated: boolean; importance: { features: { feature: string }[] } };

let folder: string;
let home: Awaited<ReturnType<typeof openTrainingHome>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-training-'));
  home = await openTrainingHome(folder);
  await home.write('flights', flights(3000));
});

afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const asked = { dataset: 'flights', target: 'late', exclude: ['delay'] };
const quick = { iterations: 30, maxLeaves: 8 };
const plain = { bootstrap: 20, slices: ['carrier'] };

describe('train', () => {
  test('boosting: a run with metrics, history, artifacts, and a model that answers', async () => {
    const result = await home.training.train(systemActor, {
      ...asked,
      params: { ...quick, patience: 5 },
      evaluation: plain,
      split: { kind: 'time', column: 'at' },
    });
    expect(result.metrics.roc_auc_score).toBeGreaterThan(0.9);
    expect(result.metrics.export_difference).toBeLessThan(1e-5);
    expect(result.signature.inputs.map((input) => input.name)).toEqual(['hour', 'carrier', 'wind', 'rain']);
    const run = await home.tracking.runs.get(result.runId);
    expect(run.status).toBe('FINISHED');
    expect(run.params).toMatchObject({ algorithm: 'boosting', target: 'late', iterations: '30' });
    expect(run.inputs[0]).toMatchObject({ name: 'flights', versionId: 'id-flights' });
    const history = await home.tracking.runs.metricHistory(result.runId, 'validation_loss', { limit: 100 });
    expect(history.items.length).toBeGreaterThan(5);
    expect(history.items.at(-1)!.value).toBeLessThan(history.items[0]!.value);

    const report = await artifact(result.runId, 'evaluation.json');
    expect(report.metrics.roc_auc_score).toMatchObject({ resamples: 20 });
    expect(report.importance.features.map((each) => each.feature)).toContain('hour');
    expect(report.slices.map((slice) => slice.label)).toContain('UA');
    const profile = await artifact<ReferenceProfile>(result.runId, 'reference-profile.json');
    expect(profile.rows).toBe(600);
    expect(profile.features.map((feature) => feature.name)).toEqual(['hour', 'carrier', 'wind', 'rain']);
    expect(profile.predictions.map((column) => column.name)).toEqual(['label', 'probability']);

    const session = await createOnnxSession(await home.blobs.read(result.modelDigest));
    const { probabilities } = await session.run({
      hour: tensor('float32', [1, 1], [23]),
      carrier: tensor('string', [1, 1], ['UA']),
      wind: tensor('float32', [1, 1], [Number.NaN]),
      rain: tensor('float32', [1, 1], [1]),
    });
    expect((probabilities!.data as Float32Array)[1]).toBeGreaterThan(0.9);
    await session.close();
  });

  test('the same order gives the same model; another seed another one; threads change nothing', async () => {
    const digest = async (extra: object) =>
      (
        await home.training.train(systemActor, {
          ...asked,
          params: quick,
          evaluation: { importance: false, bootstrap: 0 },
          ...extra,
        })
      ).modelDigest;
    const first = await digest({});
    expect(await digest({})).toBe(first);
    expect(await digest({ threads: 2 })).toBe(first);
    expect(await digest({ seed: 1 })).not.toBe(first);
  });

  test('a sample of rows is drawn where asked', async () => {
    const { runId } = await home.training.train(systemActor, {
      ...asked,
      params: quick,
      maxRows: 500,
      evaluation: { importance: false, bootstrap: 0 },
    });
    const { tags } = await home.tracking.runs.get(runId);
    const rows = JSON.parse(tags['tidemill.rows']!);
    expect(rows.training + rows.validation + rows.holdout).toBe(500);
  });

  test('linear regression by folds', async () => {
    const result = await home.training.train(systemActor, {
      ...asked,
      target: 'delay',
      exclude: ['late'],
      algorithm: 'linear',
      split: { kind: 'k-fold', folds: 3 },
      evaluation: { importance: false, bootstrap: 0 },
    });
    expect(result.metrics.r2_score).toBeGreaterThan(0.5);
    const report = await artifact(result.runId, 'evaluation.json');
    expect(report).toMatchObject({ crossValidated: true, rows: 3000, task: 'regression' });
  });

  test('wrong orders are refused before a run is opened, naming the field', async () => {
    const refused = async (order: object, code: string, field: string) =>
      expect(home.training.train(systemActor, { ...asked, ...order } as never)).rejects.toMatchObject({
        code,
        details: { field },
      });
    await refused({ target: 'lateness' }, 'invalid_input', 'target');
    await refused({ features: ['hour', 'late'] }, 'invalid_input', 'features');
    await refused({ params: { l1: 1 } }, 'invalid_input', 'params.l1');
    await refused({ split: { kind: 'time' } }, 'invalid_input', 'split.column');
    await refused({ params: { trees: 3 } }, 'invalid_input', 'params.trees');
  });

  test('data that cannot be learned from fails the run with the reason', async () => {
    const columns = flights(100);
    await home.write('same', [
      ...columns.slice(0, 5),
      { name: 'late', type: 'BOOLEAN', values: Array(100).fill(true) },
    ]);
    const { runId, done } = await home.training.start(systemActor, { dataset: 'same', target: 'late' });
    await expect(done).rejects.toMatchObject({ code: 'invalid_data' });
    const run = await home.tracking.runs.get(runId);
    expect(run.status).toBe('FAILED');
    expect(run.tags['tidemill.error']).toContain('nothing to tell apart');
  });

  test('a training is cancelled at once and its run says so', async () => {
    const { runId, done } = await home.training.start(systemActor, {
      ...asked,
      params: { iterations: 10_000, learningRate: 0.001 },
    });
    while ((await home.training.state(runId)).phase !== 'fitting')
      await new Promise((resolve) => setTimeout(resolve, 5));
    await home.training.cancel(runId);
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect((await home.tracking.runs.info(runId)).status).toBe('KILLED');
    expect((await home.training.state(runId)).phase).toBe('ended');
  });
});

describe('search', () => {
  test('trials are child runs, bad ones are pruned, the best parameters train the model', async () => {
    const space = { learningRate: { type: 'float' as const, low: 0.001, high: 0.3, log: true } };
    const result = await home.training.train(systemActor, {
      ...asked,
      params: quick,
      tuning: { trials: 12, space },
      evaluation: { importance: false, bootstrap: 0 },
    });
    const study = await home.training.study(result.runId);
    expect(study.trials.map((trial) => trial.number)).toEqual([...Array(12).keys()]);
    expect(study.trials.some((trial) => trial.pruned)).toBe(true);
    const best = study.trials[study.best!]!;
    const run = await home.tracking.runs.get(result.runId);
    expect(run.params.learningRate).toBe(String(best.point.learningRate));
  });
});

test('the step `train` takes a dataset version and gives run, model and profile', async () => {
  const step = trainStep(home.training);
  const lines: string[] = [];
  const params = step.params.parse({
    target: 'late',
    exclude: ['delay'],
    params: quick,
    evaluation: { importance: false, bootstrap: 0 },
  });
  const { outputs, metrics } = await step.run({
    params,
    inputs: { data: { kind: 'dataset-version', id: 'flights' } },
    actor: systemActor,
    runId: 'pipeline-run',
    stepName: 'train',
    attemptId: 'attempt',
    signal: new AbortController().signal,
    log: (line) => lines.push(line),
  });
  expect(outputs!.model).toMatchObject({ kind: 'file', id: outputs!.model!.digest });
  expect(outputs!.run!.value).toMatchObject({ modelDigest: outputs!.model!.digest });
  expect(outputs!.trackingRunId!.value).toMatch(/^[0-9a-f]{32}$/);
  expect(outputs!.evaluation!.value).toMatchObject({ task: 'binary', metrics: { roc_auc_score: {} } });
  expect(metrics!.roc_auc_score).toBeGreaterThan(0.8);
  expect(lines.length).toBeGreaterThan(0);
});

async function artifact<T = Report>(runId: string, path: string): Promise<T> {
  const { stream } = await home.tracking.runs.artifacts.open(runId, path);
  return (await json(stream)) as T;
}
