import { z } from 'zod';
import type { LoggedModels } from '../../domains/logged-models/index.ts';
import type { Tracking } from '../../domains/tracking/index.ts';
import type { Reply, Route } from '../../http/route.ts';
import { safeName, safePath } from './artifact-paths.ts';
import { entriesOf, fileAt, presentFiles, sendFile } from './artifact-places.ts';
import { whole } from './artifacts.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { requiredText, text } from './fields.ts';
import { known } from './known-model.ts';
import { modelUriOf } from './present-logged-model.ts';

/** What the routes of logged models' files ask. */
export interface ModelFileServices {
  loggedModels: LoggedModels;
  tracking: Tracking;
}

const read = { method: 'GET', permission: 'tracking.read' } as const;
const base = '/mlflow/logged-models/:model_id/artifacts';
const folder = z.object({ model_id: requiredText(), artifact_directory_path: text() });
const file = z.object({ model_id: requiredText(), artifact_file_path: text() });

/** The files of logged models: folders for clients, single files for pages. */
export function loggedModelFileRoutes(services: ModelFileServices): Route[] {
  return [
    ...endpoint({
      ...{ ...read, path: `${base}/directories`, summary: 'Lists a folder of a logged model.', input: folder },
      handle: (call) => list(services, call),
    }),
    ...endpoint({
      ...{
        ...read,
        path: `${base}/files`,
        summary: 'Downloads a file of a logged model.',
        input: file,
        ajaxOnly: true,
      },
      handle: (call) => download(services, call),
    }),
  ];
}

async function list({ loggedModels, tracking }: ModelFileServices, { input, url }: Call<z.output<typeof folder>>) {
  const path = safePath(whole(input.artifact_directory_path ?? '', url));
  const model = await known(input.model_id, loggedModels.get(input.model_id));
  const entries = await entriesOf({ artifacts: tracking.artifacts, owner: model.id, path });
  return { root_uri: modelUriOf(model), ...presentFiles(entries, (name) => name) };
}

async function download(
  { loggedModels, tracking }: ModelFileServices,
  call: Call<z.output<typeof file>>,
): Promise<Reply> {
  const { model_id: id, artifact_file_path: given } = call.input;
  if (!given) return refuse('BAD_REQUEST', 'Request must include the "artifact_file_path" query parameter.');
  const path = safeName(whole(given, call.url));
  await known(id, loggedModels.get(id));
  const place = { artifacts: tracking.artifacts, owner: id, path };
  return sendFile(call, place, await fileAt(place));
}
