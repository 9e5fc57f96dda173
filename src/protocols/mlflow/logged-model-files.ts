import { z } from 'zod';
import type { LoggedModels } from '../../domains/logged-models/index.ts';
import type { ArtifactFile } from '../../domains/tracking/index.ts';
import { fileReply } from '../../http/file-reply.ts';
import type { Reply, Route } from '../../http/route.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { requiredText, text } from './fields.ts';
import { known } from './known-model.ts';
import { modelUriOf } from './present-logged-model.ts';

const read = { method: 'GET', permission: 'tracking.read' } as const;
const base = '/mlflow/logged-models/:model_id/artifacts';
const folder = z.object({ model_id: requiredText(), artifact_directory_path: text() });
const file = z.object({ model_id: requiredText(), artifact_file_path: text() });

/** The files of logged models: folders for clients, single files for pages. */
export function loggedModelFileRoutes(loggedModels: LoggedModels): Route[] {
  return [
    ...endpoint({
      ...{ ...read, path: `${base}/directories`, summary: 'Lists a folder of a logged model.', input: folder },
      handle: (call) => list(loggedModels, call),
    }),
    ...endpoint({
      ...{
        ...read,
        path: `${base}/files`,
        summary: 'Downloads a file of a logged model.',
        input: file,
        ajaxOnly: true,
      },
      handle: (call) => download(loggedModels, call),
    }),
  ];
}

async function list(loggedModels: LoggedModels, { input }: Call<z.output<typeof folder>>) {
  const id = input.model_id;
  const model = await known(id, loggedModels.get(id));
  const under = (input.artifact_directory_path ?? '').replace(/\/+$/, '');
  const files: { path: string; is_dir: boolean; file_size?: number }[] = [];
  for (let pageToken: string | undefined, isFirst = true; isFirst || pageToken !== undefined; isFirst = false) {
    const page = await safely(loggedModels.artifacts.list(id, under, { limit: 1000, pageToken }));
    for (const { path, kind, bytes } of page.items) {
      files.push({ path, is_dir: kind === 'folder', ...(kind === 'file' ? { file_size: bytes } : {}) });
    }
    pageToken = page.nextPageToken;
  }
  return { root_uri: modelUriOf(model), ...(files.length === 0 ? {} : { files }) };
}

async function download(loggedModels: LoggedModels, call: Call<z.output<typeof file>>): Promise<Reply> {
  const { model_id: id, artifact_file_path: path } = call.input;
  if (!path) return refuse('BAD_REQUEST', 'Request must include the "artifact_file_path" query parameter.');
  const found = await known(id, safely(loggedModels.artifacts.stat(id, path)));
  if (!found) return refuse('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
  if (found.kind === 'folder') {
    return refuse('INVALID_PARAMETER_VALUE', `Artifact path refers to a directory, not a file: '${path}'`);
  }
  const { artifacts } = loggedModels;
  const name = found.path.slice(found.path.lastIndexOf('/') + 1);
  const sent = found as ArtifactFile;
  return fileReply(
    { method: 'GET', headers: call.headers },
    { name, ...sent, open: (part) => artifacts.content(sent, part) },
  );
}

/** A path that leaves its model is refused in the words clients know. */
async function safely<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'invalid_path')
      refuse('INVALID_PARAMETER_VALUE', 'Invalid path');
    throw error;
  }
}
