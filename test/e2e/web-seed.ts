const day = 86_400_000;

/** A caller of a server's API that fails loudly. */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<Record<string, never> & { items: never[] }>;

/** Makes a caller of the API at an address. */
export function createCall(url: string): Call {
  return async (method, path, body) => {
    const isRaw = typeof body === 'string';
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
      headers: body === undefined ? {} : { 'content-type': isRaw ? 'application/octet-stream' : 'application/json' },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
}

/** Waits until `look` gives something. */
export async function until<T>(look: () => Promise<T | undefined | false>, forMs = 60_000): Promise<T> {
  const end = performance.now() + forMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`Nothing after ${forMs} ms: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** A dealer of numbers in [0, 1) that deals the same for the same seed. */
function dealer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const carriers = ['north', 'south', 'east', 'west'];

/** Parcels that come late more often the further they travel; `shift` makes journeys longer. */
export function parcels(count: number, seed: number, shift = 0) {
  const deal = dealer(seed);
  return Array.from({ length: count }, () => {
    const distance = Math.round((deal() + deal() + deal()) * 300 + shift * 260);
    const row = {
      distance,
      hour: Math.floor(deal() * 24),
      weight: Math.round(deal() * 90) / 10,
      carrier: carriers[Math.floor(deal() * 4)]!,
    };
    const odds = (distance - 520) / 130 + (row.hour > 15 ? 0.8 : 0) + (row.carrier === 'west' ? 0.7 : 0);
    return { ...row, late: deal() < 1 / (1 + Math.exp(-odds)) ? 1 : 0 };
  });
}

function toCsv(rows: ReturnType<typeof parcels>, spoilt: number): string {
  const bad = Array.from({ length: spoilt }, (_, i) => `${-1 - i},${i % 24},,nowhere,0`);
  const good = rows.map((row) => `${row.distance},${row.hour},${row.weight},${row.carrier},${row.late}`);
  return ['distance,hour,weight,carrier,late', ...good, ...bad].join('\n');
}

async function ingest(call: Call, rows: ReturnType<typeof parcels>, spoilt: number) {
  const { digest } = await call('POST', '/uploads', toCsv(rows, spoilt));
  return call('POST', '/datasets/parcels/ingest', {
    source: { uploads: [{ digest, name: 'parcels.csv' }] },
    expectations: [
      { id: 'distance-known', type: 'between', column: 'distance', min: 0, max: 5000 },
      { id: 'weight-given', type: 'not_null', column: 'weight' },
      { id: 'known-carrier', type: 'in_set', column: 'carrier', values: carriers },
      { id: 'usual-hours', type: 'between', column: 'hour', min: 1, max: 22, severity: 'warn' },
      { id: 'enough-rows', type: 'row_count', min: 1000 },
    ],
  });
}

const pipelineOf = (iterations: number) => ({
  description: 'From parcels to a registered model.',
  steps: {
    look: { kind: 'shell', command: 'i=0; while [ $i -lt 40 ]; do echo "looked at part $i"; i=$((i+1)); done' },
    train: {
      kind: 'builtin',
      builtin: 'train',
      needs: ['look'],
      inputs: { dataset: { dataset: 'parcels' } },
      params: {
        target: 'late',
        experiment: 'parcels',
        params: { iterations },
        evaluation: { bootstrap: 0 },
        seed: 1,
      },
    },
    register: {
      kind: 'builtin',
      builtin: 'register',
      inputs: { model: '{{ steps.train.outputs.model }}', dataset: { dataset: 'parcels' } },
      params: { model: 'parcels' },
    },
  },
  outputs: { model: '{{ steps.register.outputs.model }}' },
});

/** Runs the pipeline to its end, for a model of so many trees, and gives the run's id. */
export async function train(call: Call, iterations = 40): Promise<string> {
  await call('PUT', '/pipelines/parcels', { spec: pipelineOf(iterations) });
  const { id } = (await call('POST', '/pipelines/parcels/runs', { params: {} })) as unknown as { id: string };
  await until(async () => {
    const { status, error } = await call('GET', `/pipeline-runs/${id}`);
    if (status === 'failed') throw new Error(`The run failed: ${error}`);
    return status === 'succeeded';
  });
  return id;
}

/** Asks for a day's parcels at a moment of the past, and tells which were late. */
export async function serveDay(call: Call, at: number, shift: number): Promise<string> {
  const rows = parcels(150, Math.floor(at / day), shift);
  const features = rows.map(({ late: _, ...row }) => row);
  const answer = await call('POST', '/endpoints/parcels/predict', { rows: features, at: new Date(at).toISOString() });
  const predictions = answer['predictions'] as unknown as { predictionId: string }[];
  const labels = rows.map(({ late }, i) => ({
    predictionId: predictions[i]!.predictionId,
    label: late,
    at: new Date(at + day / 4).toISOString(),
  }));
  await call('POST', '/feedback', JSON.stringify({ items: labels }));
  return predictions[0]!.predictionId;
}

async function declare(call: Call) {
  await call('PUT', '/gates/good-enough', {
    spec: {
      models: 'parcels',
      targets: { aliases: ['champion'] },
      rules: [{ id: 'ranks-parcels', expression: 'run.metrics.roc_auc_score >= 0.6', message: 'AUC of 0.6 or more.' }],
    },
  });
  await call('PUT', '/gates/released-by-a-person', {
    spec: {
      models: 'parcels',
      targets: { stages: ['production'] },
      approvals: { required: 1, requesterMayApprove: true },
    },
  });
}

async function watch(call: Call) {
  const window = { by: 'time', sizeMs: day };
  const common = { endpoint: 'parcels', window, minRows: 50 };
  await call('PUT', '/monitors/parcel-drift', { spec: { ...common, kind: 'drift', driftShare: 0.2 } });
  await call('PUT', '/monitors/parcel-quality', {
    spec: {
      ...common,
      kind: 'performance',
      checks: [
        { metric: 'roc_auc_score', min: 0.55 },
        { metric: 'log_loss', max: 0.9 },
      ],
    },
  });
}

/** A small world in every domain: data twice, a trained and served model, days that drift, a rollout that waits. */
export async function seed(call: Call) {
  await ingest(call, parcels(3000, 7), 12);
  await ingest(call, [...parcels(3000, 7).slice(200), ...parcels(400, 8, 0.2)], 5);
  await declare(call);
  const runId = await train(call);
  await call('PUT', '/models/parcels/aliases/champion', { version: 1, reason: 'the first that works' });
  await call('PUT', '/endpoints/parcels', { spec: { model: 'parcels', description: 'How likely a parcel is late.' } });
  await until(async () => (await call('GET', '/endpoints/parcels'))['state'] === 'ready');
  await watch(call);
  const start = Math.floor(Date.now() / day) * day - 12 * day;
  let predictionId = '';
  for (let i = 0; i < 11; i++) predictionId = await serveDay(call, start + i * day + day / 2, i < 6 ? 0 : 1);
  for (const name of ['parcel-drift', 'parcel-quality']) {
    await until(async () => {
      await call('POST', `/monitors/${name}/evaluate`);
      return (await call('GET', `/monitors/${name}/runs`)).items.length > 4;
    });
  }
  await call('POST', '/approvals', {
    model: 'parcels',
    version: 1,
    target: { kind: 'stage', name: 'production' },
    reason: 'ready for all',
  });
  return { runId, predictionId };
}
