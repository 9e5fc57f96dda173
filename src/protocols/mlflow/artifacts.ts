import { z } from 'zod';
import type { Registry } from '../../domains/registry/index.ts';
import type { Tracking } from '../../domains/tracking/index.ts';
import type { Route } from '../../http/route.ts';
import { safeName, safePath } from './artifact-paths.ts';
import { baseName, entriesOf, fileAt, ownedPlace, presentFiles, sendFile } from './artifact-places.ts';
import { type Call, endpoint, raw, reply } from './endpoint.ts';
import { refuse } from './errors.ts';
import { text } from './fields.ts';

/** What files need to be reached. */
export interface ArtifactServices {
  tracking: Tracking;
  registry: Registry;
}

type AnyCall = Call<Record<string, unknown>>;

const base = '/mlflow-artifacts/artifacts';
/** The largest file that one request may carry. */
export const maxFileBytes = 64 * 1024 ** 3;

/** Files by the path of their location: upload, download, list, delete. */
export function artifactRoutes({ tracking }: ArtifactServices): Route[] {
  const below = ['api', 'ajax-api'].map((root) => `/${root}/2.0${base}/*`);
  return [
    ...endpoint({
      method: 'GET',
      path: base,
      permission: 'tracking.read',
      summary: 'Lists a folder.',
      input: z.object({ path: text() }),
      handle: async ({ input, url }) => {
        const place = await ownedPlace(tracking, safePath(whole(input.path ?? '', url)));
        return presentFiles(await entriesOf(place), baseName);
      },
    }),
    ...below.flatMap((path) => [
      ...raw({
        method: 'GET',
        path,
        permission: 'tracking.read',
        summary: 'Downloads a file.',
        handle: async (call) => {
          const place = await placeNamed(tracking, call);
          return sendFile(call, place, await fileAt(place));
        },
      }),
      ...raw({
        method: 'PUT',
        path,
        permission: 'tracking.write',
        summary: 'Uploads a file.',
        body: 'stream',
        maxBodyBytes: maxFileBytes,
        handle: async (call) => {
          const place = await placeNamed(tracking, call);
          await place.artifacts.put(place.owner, safeName(place.path), call.stream);
          return reply(undefined);
        },
      }),
      ...raw({
        method: 'DELETE',
        path,
        permission: 'tracking.write',
        summary: 'Removes a file, or a folder with all below it.',
        body: 'bytes',
        handle: async (call) => {
          const place = await placeNamed(tracking, call);
          // Everything that belongs to nobody is no folder that anyone means.
          if (place.owner === '') safeName(place.path);
          await place.artifacts.delete(place.owner, place.path);
          return reply(undefined);
        },
      }),
    ]),
  ];
}

/** The place that the rest of a request's path names. */
export async function placeNamed(tracking: Tracking, { input, url }: AnyCall) {
  return ownedPlace(tracking, safeName(whole(String(input['*'] ?? ''), url)));
}

/** Gives the path back, unless the address has a fragment that cut it short. */
export function whole(path: string, url: string): string {
  return url.includes('#') ? refuse('INVALID_PARAMETER_VALUE', 'Invalid path') : path;
}
