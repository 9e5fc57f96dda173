import { z } from 'zod';
import type { Route } from '../../http/route.ts';
import { artifactUriOf } from './artifact-locations.ts';
import { safeName, safePath } from './artifact-paths.ts';
import { entriesOf, fileAt, presentFiles, sendFile } from './artifact-places.ts';
import { type ArtifactServices, whole } from './artifacts.ts';
import { type Call, endpoint, raw, reply } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, requiredText, text } from './fields.ts';
import { findVersion, readModelName, readVersionNumber } from './registry-words.ts';
import { versionArtifacts } from './version-artifacts.ts';

type AnyCall = Call<Record<string, unknown>>;

const mostPageBytes = 10 * 1024 * 1024;

/** Files by the run or version that has them. */
export function ownersArtifactRoutes(services: ArtifactServices): Route[] {
  const get = { method: 'GET', summary: 'Downloads a file.' } as const;
  return [
    ...endpoint({
      method: 'GET',
      path: '/mlflow/artifacts/list',
      permission: 'tracking.read',
      summary: 'Lists a folder of a run.',
      input: z.object({ run_id: text(), run_uuid: text(), path: text(), page_token: text() }),
      handle: ({ input, url }) => listRun(services, { ...input, path: whole(input.path ?? '', url) }),
    }),
    ...['', '/ajax-api/2.0/mlflow'].flatMap((root) => [
      ...raw({
        ...get,
        path: `${root}/get-artifact`,
        permission: 'tracking.read',
        handle: (call) => getOfRun(services, call),
      }),
      ...raw({
        ...get,
        path: `${root}/model-versions/get-artifact`,
        permission: 'models.read',
        handle: (call) => getOfVersion(services, call),
      }),
    ]),
    ...raw({
      method: 'POST',
      path: '/ajax-api/2.0/mlflow/upload-artifact',
      permission: 'tracking.write',
      summary: 'Uploads a small file of a page.',
      body: 'bytes',
      maxBodyBytes: mostPageBytes + 1,
      handle: (call) => uploadOfPage(services, call),
    }),
    ...['upload', 'download'].flatMap((way) =>
      endpoint({
        method: 'POST',
        path: `/mlflow/artifacts/presigned-${way}-url`,
        permission: way === 'upload' ? 'tracking.write' : 'tracking.read',
        summary: 'Refuses addresses of a store behind this server: there is none.',
        input: z.object({ run_id: text(), model_id: text(), path: requiredText(), expiration: int64() }),
        handle: ({ input }) => refusePresigned(services, way, input),
      }),
    ),
  ];
}

interface ListRun {
  run_id?: string | undefined;
  run_uuid?: string | undefined;
  path: string;
}

async function listRun({ tracking }: ArtifactServices, { run_id, run_uuid, path }: ListRun) {
  const run = await tracking.runs.info(run_id || run_uuid || needed('run_id'));
  const experiment = await tracking.experiments.get(run.experimentId);
  const place = { owner: run.id, path: safePath(path), artifacts: tracking.runs.artifacts };
  const files = presentFiles(await entriesOf(place), (name) => name);
  return { root_uri: artifactUriOf(experiment, run.id), ...files };
}

async function getOfRun({ tracking }: ArtifactServices, call: AnyCall) {
  const runId = queryText(call, 'run_id') || queryText(call, 'run_uuid') || needed('run_id');
  const path = safeName(whole(queryText(call, 'path') || needed('path'), call.url));
  await tracking.runs.info(runId);
  const place = { owner: runId, path, artifacts: tracking.runs.artifacts };
  return sendFile(call, place, await fileAt(place));
}

async function getOfVersion(services: ArtifactServices, call: AnyCall) {
  const model = queryText(call, 'name') || needed('name');
  const number = readVersionNumber(queryText(call, 'version') || needed('version'));
  const path = safeName(whole(queryText(call, 'path') || needed('path'), call.url));
  const version = await findVersion(services.registry, readModelName(model), number);
  const place = { owner: version.id, path, artifacts: versionArtifacts(services, call.actor) };
  return sendFile(call, place, await fileAt(place));
}

async function uploadOfPage({ tracking }: ArtifactServices, call: AnyCall) {
  const runId = queryText(call, 'run_uuid') || refuse('INVALID_PARAMETER_VALUE', 'Request must specify run_uuid.');
  const given = queryText(call, 'path') || refuse('INVALID_PARAMETER_VALUE', 'Request must specify path.');
  const path = safeName(whole(given, call.url));
  if (call.bytes.length > mostPageBytes) {
    refuse('INVALID_PARAMETER_VALUE', 'Artifact size is too large. Max size is 10MB.');
  }
  if (call.bytes.length === 0) refuse('INVALID_PARAMETER_VALUE', 'Request must specify data.');
  await tracking.runs.artifacts.put(runId, path, call.bytes);
  return reply(undefined);
}

interface PresignedInput {
  run_id?: string | undefined;
  model_id?: string | undefined;
  path: string;
}

async function refusePresigned({ tracking }: ArtifactServices, way: string, input: PresignedInput) {
  if (way === 'upload' && Boolean(input.run_id) === Boolean(input.model_id)) {
    refuse('INVALID_PARAMETER_VALUE', 'Exactly one of run_id and model_id must be provided.');
  }
  if (way === 'download' && !input.run_id) needed('run_id');
  safeName(input.path);
  if (input.run_id) await tracking.runs.info(input.run_id);
  const what =
    way === 'upload'
      ? 'Presigned upload is not supported for proxied artifact storage (artifact URI scheme: mlflow-artifacts). ' +
        'This endpoint requires a direct cloud storage artifact URI.'
      : 'Presigned download is not supported for runs with proxied artifact storage (artifact URI scheme: ' +
        'mlflow-artifacts). This endpoint requires a run with a direct cloud storage artifact URI.';
  refuse('INVALID_PARAMETER_VALUE', what);
}

function queryText({ input }: AnyCall, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

function needed(name: string): never {
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Missing value for required parameter '${name}'. See the API docs for more information about request parameters.`,
    name,
  );
}
