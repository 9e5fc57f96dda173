import { type OutputOf, TidemillApiError } from '@tidemill/sdk';
import { messageOf } from '../../kernel/errors.ts';
import { isRefusal, sendFitting } from './fitting.ts';
import type { Import } from './job.ts';
import { noteMiss, noteTaken } from './report.ts';
import type { SourceModel, SourceVersion } from './source.ts';
import { contentOfVersion } from './version-content.ts';

const reason = 'imported';

/** Takes over a registered model or prompt with its versions, then what its aliases and stages point to. */
export async function takeModel(job: Import, model: SourceModel): Promise<void> {
  const { client, report, source } = job;
  const { name, description, tags, createdAt, updatedAt } = model;
  const what = `model '${name}'`;
  const body = { name, description, tags, createdAt, updatedAt };
  const taken = await sendFitting({ report, what }, body, (one) => client.post('/api/v1/import/models', one));
  noteTaken(report, model.isPrompt ? 'prompts' : 'registered models', taken?.isNew ?? false);
  if (!taken) return;
  for await (const version of source.versions(model)) await takeVersion(job, model, version);
  const here = await client.get('/api/v1/models/{model}', { model: name });
  for (const [alias, version] of Object.entries(model.aliases)) await pointAlias(job, here, { alias, version });
}

type ModelHere = OutputOf<'/api/v1/models/{model}', 'get'>;
type VersionHere = OutputOf<'/api/v1/models/{model}/versions/{version}', 'get'>;

async function takeVersion(job: Import, { name: model, isPrompt }: SourceModel, version: SourceVersion): Promise<void> {
  const { client, report } = job;
  const { number, source: origin, runId, modelId, runLink, description, tags, createdAt } = version;
  const what = `version ${number} of '${model}'`;
  const here = await versionHere(job, model, number);
  const isKnown = here?.origin === origin && (here.source.runId ?? '') === runId;
  const isWhole = isPrompt || (isKnown && here.content === 'fixed');
  const content = isWhole ? { files: [], content: 'none' as const } : await contentOfVersion(job, version);
  const taken = await sendFitting(
    { report, what },
    {
      ...{ model, number, format: isPrompt ? 'prompt' : 'mlflow', origin, runLink, description, tags, createdAt },
      ...content,
      source: { ...(runId && { runId }), ...(modelId && { loggedModelId: modelId }) },
    },
    (body) => client.post('/api/v1/import/model-versions', body),
  );
  noteTaken(report, 'model versions', taken?.isNew ?? false);
  if (!taken || version.stage === 'none' || here?.stage === version.stage) return;
  if (here && here.stage !== 'none') {
    noteMiss(report, `${what} stage ${version.stage}`, `It is in the stage ${here.stage} here.`);
    return;
  }
  const move = { model, version: number, stage: version.stage, reason };
  await promote(job, `${what} stage ${version.stage}`, {
    usual: () => client.post('/api/v1/models/{model}/versions/{version}/stage', move),
    bypass: () => client.post('/api/v1/models/{model}/versions/{version}/stage/bypass', move),
  });
}

async function versionHere({ client }: Import, model: string, number: number): Promise<VersionHere | undefined> {
  return client
    .get('/api/v1/models/{model}/versions/{version}', { model, version: String(number) })
    .catch((error: unknown) => {
      if (isRefusal(error)) return undefined;
      throw error;
    });
}

async function pointAlias(job: Import, here: ModelHere, { alias, version }: { alias: string; version: number }) {
  const { client, report } = job;
  const what = `alias '${alias}' of '${here.name}'`;
  const current = here.aliases[alias];
  noteTaken(report, 'aliases', current === undefined);
  if (current === version) return;
  // Somebody moved it here since; what is in use is not taken back.
  if (current !== undefined) return noteMiss(report, what, `It points to version ${current} here, not to ${version}.`);
  const move = { model: here.name, alias, version, reason };
  await promote(job, what, {
    usual: () => client.put('/api/v1/models/{model}/aliases/{alias}', move),
    bypass: () => client.post('/api/v1/models/{model}/aliases/{alias}/bypass', move),
  });
}

interface Ways {
  usual(): Promise<unknown>;
  bypass(): Promise<unknown>;
}

/** A gate that refuses is gone past only by who may do that; else the refusal is reported. */
async function promote({ report }: Import, what: string, { usual, bypass }: Ways): Promise<void> {
  try {
    await usual();
  } catch (error) {
    const isGate = error instanceof TidemillApiError && ['gate_failed', 'approval_missing'].includes(error.code);
    if (!isGate && !isRefusal(error)) throw error;
    if (!isGate) return noteMiss(report, what, messageOf(error));
    await bypass().catch(() => noteMiss(report, what, messageOf(error)));
  }
}
