import { type Client, createClient } from '@tidemill/sdk';
import { runCommand } from './server.ts';

const model = 'flight-delays';
const project = `${import.meta.dirname}/..`;

/** Applies the project, trains the first model, has it approved by somebody else, and gives it the traffic. */
export async function releaseFirstModel(client: Client, say: (text: string) => void): Promise<number> {
  await runCommand(client.url, ['apply', project, '--json']);
  say('project applied: datasets, pipelines, gates, endpoints, monitors, a retraining policy');
  const version = await runPipeline(client, 'first-model');
  const { items } = await client.get('/api/v1/datasets/{name}/versions', { name: 'flights' });
  say(
    `January ingested: ${items[0]!.rows.toLocaleString('en')} flights, ${items[0]!.quarantinedRows} in quarantine; model version ${version} trained`,
  );
  await approve(client, version);
  say('approved by a second person and released');
  for (const alias of ['january', 'champion']) {
    await client.put('/api/v1/models/{model}/aliases/{alias}', { model, alias, version, reason: 'first release' });
  }
  await untilReady(client);
  return version;
}

/** Runs a pipeline to its end; gives the number of the model version it registered. */
export async function runPipeline(client: Client, name: string, params: Record<string, string> = {}): Promise<number> {
  const { id } = await client.post('/api/v1/pipelines/{name}/runs', { name, params });
  for (;;) {
    const run = await client.get('/api/v1/pipeline-runs/{id}', { id });
    if (run.status === 'succeeded') {
      const value = run.outputs?.['model']?.value as { version: number };
      return value.version;
    }
    if (run.finishedAt) throw new Error(`The pipeline ${name} ${run.status}: ${run.error}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The gate wants one approval of somebody who did not ask; a second token stands for that person. */
async function approve(client: Client, version: number): Promise<void> {
  const target = { kind: 'stage' as const, name: 'production' as const };
  const [request] = (await client.post('/api/v1/approvals', { model, version, target, reason: 'first release' })).items;
  const reviewer = await client.post('/api/v1/tokens', { name: 'reviewer', permissions: ['gates.*', 'models.read'] });
  const second = createClient({ url: client.url, token: reviewer.secret });
  await second.post('/api/v1/approvals/{id}/approve', { id: request!.id, reason: 'metrics and checks looked at' });
  await client.post('/api/v1/models/{model}/versions/{version}/stage', {
    model,
    version,
    stage: 'production',
    reason: 'first release',
  });
}

async function untilReady(client: Client): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const { items } = await client.get('/api/v1/endpoints');
    if (items.every((endpoint) => endpoint.state === 'ready')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The endpoints did not become ready.');
}
