import type { ServerProcess } from './server-process.ts';
import { logisticModel } from './test-models.ts';

type Call = ServerProcess['call'];

/** A server with at least two of most things, and the names a route's parameters stand for. */
export interface Seeded {
  nameFor(path: string, parameter: string): string;
  /** The query a list wants beside its page, ending in `&`. */
  queryFor(path: string): string;
}

/** Fails loudly where `call` would only tell. */
function strict(call: Call) {
  return async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
}

/** Uploads a classifier and registers it as the next version of a model. */
export async function registerModel(call: Call, model: string, bias: number): Promise<number> {
  const send = strict(call);
  const bytes = logisticModel({ a: 1, b: -1, bias });
  const { digest } = await send('POST', 'uploads', bytes);
  return (await send('POST', `models/${model}/versions`, { digest })).version;
}

/** Puts two of most things into a server. */
export async function seed(call: Call): Promise<Seeded> {
  const send = strict(call);
  const datasetId = await seedData(send);
  const pipelineRun = await seedPipelines(send);
  const run = await seedRuns(send);
  const loggedModel = await seedLoggedModel(send);
  const { rollout, prediction, experiment } = await seedModels(call, send);
  await seedRules(send);
  const names: Record<string, string> = {
    'datasets/name': 'd1',
    'dataset-versions/id': datasetId,
    'pipelines/name': 'p1',
    'pipeline-runs/id': pipelineRun,
    'pipeline-runs/step': 'one',
    'experiments/experiment': 'e1',
    'runs/id': run,
    'train/runId': run,
    'logged-models/id': loggedModel,
    'models/model': 'm1',
    'models/version': '1',
    'models/alias': 'champion',
    'gates/name': 'g1',
    'endpoints/name': 'ep1',
    'rollouts/id': rollout,
    'endpoint-experiments/id': experiment,
    'predictions/id': prediction,
    'monitors/name': 'mon1',
    'retraining-policies/name': 'pol1',
    'webhooks/name': 'w1',
    'projects/project': 'proj1',
    'datasets/version': '1',
  };
  const area = (path: string) => path.split('/')[3] ?? '';
  return {
    nameFor: (path, parameter) => names[`${area(path)}/${parameter}`] ?? 'one',
    queryFor(path) {
      if (path.endsWith('/metrics')) return 'key=loss&';
      return path.endsWith('/alias-history') ? 'alias=champion&' : '';
    },
  };
}

type Send = ReturnType<typeof strict>;

async function seedData(send: Send): Promise<string> {
  let id = '';
  for (const [dataset, start] of [
    ['d1', 0],
    ['d1', 5],
    ['d2', 0],
  ] as const) {
    const lines = Array.from({ length: 20 }, (_, i) => `${start + i},v${i}`);
    const { digest } = await send('POST', 'uploads', `a,b\n${lines.join('\n')}\n`);
    const made = await send('POST', `datasets/${dataset}/ingest`, {
      source: { uploads: [{ digest, name: 'rows.csv' }] },
      expectations: [{ type: 'between', column: 'a', min: 7 }],
    });
    id = made.version.id;
  }
  await send('POST', 'datasets/d1/validate', { version: '1', expectations: [{ type: 'not_null', column: 'a' }] });
  return id;
}

async function seedPipelines(send: Send): Promise<string> {
  const step = (command: string[]) => ({ kind: 'shell', command });
  for (const name of ['p1', 'p2']) {
    await send('PUT', `pipelines/${name}`, { spec: { steps: { one: step(['true']), two: step(['true']) } } });
  }
  await send('POST', 'pipelines/p1/runs', {});
  return (await send('POST', 'pipelines/p1/runs', {})).id;
}

async function seedRuns(send: Send): Promise<string> {
  for (const name of ['e1', 'e2']) await send('POST', 'experiments', { name });
  const { id } = await send('POST', 'runs', { experiment: 'e1' });
  await send('POST', 'runs', { experiment: 'e1' });
  const metrics = [0, 1, 2].map((at) => ({ key: 'loss', value: 1 / (at + 1), step: at }));
  await send('POST', `runs/${id}/log`, { metrics, params: { a: '1' }, tags: { b: '2' } });
  for (const file of ['a.txt', 'b.txt', 'file.txt']) await send('PUT', `runs/${id}/artifacts/${file}`, 'some text');
  return id;
}

async function seedLoggedModel(send: Send): Promise<string> {
  const wire = '/api/2.0/mlflow';
  const { model } = await send('POST', `${wire}/logged-models`, { experiment_id: '0', name: 'l1' });
  const { model_id: id, artifact_uri: root } = model.info;
  for (const file of ['a.txt', 'b.txt', 'file.txt']) {
    const place = `${root.replace('mlflow-artifacts:', '')}/${file}`;
    await send('PUT', `/api/2.0/mlflow-artifacts/artifacts${place}`, 'some text');
  }
  return id;
}

async function seedModels(
  call: Call,
  send: Send,
): Promise<{ rollout: string; prediction: string; experiment: string }> {
  for (const [model, bias] of [
    ['m1', 0],
    ['m1', 0.1],
    ['m2', 0],
  ] as const) {
    await registerModel(call, model, bias);
  }
  for (const version of [2, 1]) await send('PUT', 'models/m1/aliases/champion', { version });
  for (const stage of ['staging', 'none']) await send('POST', 'models/m1/versions/1/stage', { stage });
  for (const auc of [0.7, 0.8]) {
    await send('POST', 'models/m1/versions/1/evidence', { name: 'evaluation', document: { auc } });
  }
  for (const name of ['ep1', 'ep2', 'ep4', 'ep5', 'ep6'])
    await send('PUT', `endpoints/${name}`, { spec: { model: 'm1' } });
  const { predictions } = await send('POST', 'endpoints/ep1/predict', { rows: [{ a: 1, b: 2 }] });
  const { id } = await send('POST', 'endpoints/ep1/rollouts', { version: 2 });
  await send('POST', 'endpoints/ep2/rollouts', { version: 2 });
  const arms = [{ name: 'champion' }, { name: 'b', version: 2 }];
  const spec = { kind: 'bandit', arms, metric: { kind: 'label' } };
  const experiment = await send('POST', 'endpoints/ep4/experiments', { spec });
  await send('POST', 'endpoints/ep5/experiments', { spec });
  return { rollout: id, prediction: predictions[0].predictionId, experiment: experiment.id };
}

async function seedRules(send: Send): Promise<void> {
  for (const name of ['g1', 'g2']) {
    const rules = [{ id: 'never', expression: 'false' }];
    await send('PUT', `gates/${name}`, { spec: { models: 'm2', targets: { aliases: ['champion'] }, rules } });
    const approved = { models: 'm2', targets: { aliases: ['approved'] }, approvals: { required: 2 } };
    await send('PUT', `gates/${name}-approved`, { spec: approved });
  }
  for (const name of ['mon1', 'mon2']) {
    await send('PUT', `monitors/${name}`, {
      spec: { endpoint: 'ep1', kind: 'errors', window: { by: 'rows', rows: 10 } },
    });
  }
  for (const name of ['pol1', 'pol2']) {
    await send('PUT', `retraining-policies/${name}`, {
      spec: { on: {}, pipeline: 'p2', endpoint: 'ep1', model: 'm1' },
    });
  }
  for (const name of ['w1', 'w2']) {
    await send('POST', 'webhooks', { name, url: 'http://127.0.0.1:9/hook', enabled: false });
  }
  for (const value of ['first', 'second']) {
    const documents = [{ kind: 'Dataset', metadata: { name: 'of-project' }, spec: { description: value } }];
    await send('POST', 'projects/proj1/apply', { documents });
  }
}
