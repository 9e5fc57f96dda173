import { createCaller, type Parsed } from '../../../support/server-process.ts';

/** What exists on a server, as values of the fields that name it. */
export type Known = Record<string, string[]>;

let rounds = 0;

/** Puts one of everything the wire knows into a server and tells its names; each call makes new ones. */
export async function seedWire(url: string, token?: string): Promise<Known> {
  const call = createCaller(url, token);
  const ok = async (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Parsed> => {
    const answer = await call(method, path.startsWith('/') ? path : `/api/${path}`, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const n = `${++rounds}`;
  const tracked = await seedTracking(ok, n);
  const registered = await seedRegistry(ok, tracked, n);
  return { ...tracked, ...registered, ...(await seedTraces(ok, tracked, n)) };
}

type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Parsed>;

async function seedTracking(ok: Send, n: string): Promise<Known> {
  const at = '2.0/mlflow';
  const experiment = (await ok('POST', `${at}/experiments/create`, { name: `fuzz/${n}` })).experiment_id;
  const runs: string[] = [];
  for (const name of ['one', 'two']) {
    const { run } = await ok('POST', `${at}/runs/create`, { experiment_id: experiment, run_name: name });
    const id = run.info.run_id;
    const metrics = [0, 1, 2].map((step) => ({ key: 'loss', value: 1 / (step + 1), step, timestamp: 1000 + step }));
    const pairs = [{ key: 'p', value: 'v' }];
    await ok('POST', `${at}/runs/log-batch`, { run_id: id, metrics, params: pairs, tags: pairs });
    const dataset = { name: 'd', digest: 'abc', source_type: 'local', source: 'x' };
    await ok('POST', `${at}/runs/log-inputs`, { run_id: id, datasets: [{ tags: pairs, dataset }] });
    await ok('PUT', `2.0/mlflow-artifacts/artifacts/${experiment}/${id}/artifacts/dir/a.txt`, 'hello');
    runs.push(id);
  }
  const logged = await ok('POST', `${at}/logged-models`, {
    experiment_id: experiment,
    name: 'm',
    source_run_id: runs[0],
  });
  const model = logged.model.info.model_id;
  await ok('PUT', `2.0/mlflow-artifacts/artifacts/${experiment}/models/${model}/artifacts/MLmodel`, 'flavors: {}\n');
  await ok('PATCH', `${at}/logged-models/${model}`, { status: 'LOGGED_MODEL_READY' });
  const dataset = await ok('POST', '3.0/mlflow/datasets/create', { name: `set ${n}`, experiment_ids: [experiment] });
  const datasetId = dataset.dataset.dataset_id;
  await ok('POST', `3.0/mlflow/datasets/${datasetId}/records`, { records: JSON.stringify([{ inputs: { q: n } }]) });
  return {
    ...{
      experiment_id: [experiment, '0'],
      experiment_ids: [experiment, '0'],
      run_id: runs,
      run_uuid: runs,
      run_ids: runs,
    },
    ...{ model_id: [model], dataset_id: [datasetId], experiment_name: [`fuzz/${n}`], source_run_id: runs },
  };
}

async function seedRegistry(ok: Send, { run_id: runs, model_id: models }: Known, n: string): Promise<Known> {
  const at = '2.0/mlflow';
  const name = `model ${n}`;
  await ok('POST', `${at}/registered-models/create`, { name, tags: [{ key: 'k', value: 'v' }] });
  const sources = [`models:/${models![0]}`, `runs:/${runs![0]}/dir`];
  await ok('POST', `${at}/model-versions/create`, { name, source: sources[0], model_id: models![0] });
  await ok('POST', `${at}/registered-models/alias`, { name, alias: 'champion', version: '1' });
  const events = [{ entity: 'MODEL_VERSION', action: 'CREATED' }];
  const hook = await ok('POST', `${at}/webhooks`, { name: `hook-${n}`, url: 'http://127.0.0.1:9/hook', events });
  return {
    ...{ name: [name, `set ${n}`, `hook-${n}`], version: ['1'], alias: ['champion'], source: sources },
    ...{ webhook_id: [hook.webhook.webhook_id] },
  };
}

async function seedTraces(ok: Send, { experiment_id: experiments, run_id: runs }: Known, n: string): Promise<Known> {
  const id = `tr-${n.padStart(32, '0')}`;
  const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiments![0] } };
  const info = { trace_id: id, trace_location: location, request_time: '2026-01-01T00:00:00Z', state: 'OK' };
  await ok('POST', '3.0/mlflow/traces', { trace: { trace_info: { ...info, tags: { k: 'v' } } } });
  const feedback = { assessment_name: 'good', trace_id: id, source: { source_type: 'HUMAN', source_id: 'ann' } };
  const made = await ok('POST', `3.0/mlflow/traces/${id}/assessments`, {
    assessment: { ...feedback, feedback: { value: true } },
  });
  const ids = { traceId: n.padStart(32, '0'), spanId: n.padStart(16, '0') };
  const span = { ...ids, name: 'root', startTimeUnixNano: '1', endTimeUnixNano: '2' };
  const headers = { 'x-mlflow-experiment-id': experiments![0]! };
  await ok('POST', '/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }, headers);
  await ok('POST', '2.0/mlflow/traces/link-to-run', { trace_ids: [id], run_id: runs![0] });
  return {
    trace_id: [id],
    request_id: [id],
    trace_ids: [id],
    request_ids: [id],
    assessment_id: [made.assessment.assessment_id],
  };
}
