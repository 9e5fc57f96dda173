import { z } from 'zod';
import { passingParts } from '../../http/passing-parts.ts';
import type { Route } from '../../http/route.ts';
import { safeName, safePath } from './artifact-paths.ts';
import { baseName, entriesOf, fileAt, ownedPlace, presentFiles, sendFile } from './artifact-places.ts';
import { type Call, endpoint, raw, reply } from './endpoint.ts';
import { refuse } from './errors.ts';
import { text } from './fields.ts';
import type { RegistryServices } from './version-contents.ts';

/** What files need to be reached. */
export type ArtifactServices = RegistryServices;

type AnyCall = Call<Record<string, unknown>>;

const base = '/mlflow-artifacts/artifacts';
/** The largest file that one request may carry. */
export const maxFileBytes = 64 * 1024 ** 3;

/** Files by the path of their location: upload, download, list, delete. */
export function artifactRoutes(services: ArtifactServices): Route[] {
  const below = ['api', 'ajax-api'].map((root) => `/${root}/2.0${base}/*`);
  return [
    ...endpoint({
      method: 'GET',
      path: base,
      permission: 'tracking.read',
      summary: 'Lists a folder.',
      input: z.object({ path: text() }),
      handle: async ({ input, url, actor }) => {
        const place = await ownedPlace(services, actor, safePath(whole(input.path ?? '', url)));
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
          const place = await placeNamed(services, call);
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
          const place = await placeNamed(services, call);
          await place.artifacts.put(place.owner, safeName(place.path), passingParts(call.stream));
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
          const place = await placeNamed(services, call);
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
export async function placeNamed(services: ArtifactServices, { input, url, actor }: AnyCall) {
  return ownedPlace(services, actor, safeName(whole(String(input['*'] ?? ''), url)));
}

/** Gives the path back, unless the address has a fragment that cut it short. */
export function whole(path: string, url: string): string {
  return url.includes('#') ? refuse('INVALID_PARAMETER_VALUE', 'Invalid path') : path;
}
