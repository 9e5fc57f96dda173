import { z } from 'zod';
import { fileReply } from '../../http/file-reply.ts';
import { type Route, route } from '../../http/route.ts';
import { notFound } from '../../kernel/errors.ts';
import { modelNameSchema } from '../../kernel/names.ts';
import { decodePageToken, pageOf, pageQuery, toPage } from '../../kernel/page.ts';
import { versionFileSchema } from './folder-schema.ts';
import type { Versions } from './registry.ts';

const base = '/api/v1/models/:model/versions/:version/files';
const at = z.object({ model: modelNameSchema, version: z.coerce.number().int().min(1) });

/** The API of the files that versions hold. */
export function fileRoutes(versions: Versions): Route[] {
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'models.read',
      summary: 'Lists the files of a version by path, with their digests.',
      input: at.extend(pageQuery),
      output: pageOf(versionFileSchema),
      handle: async ({ input: { limit, pageToken, ...where } }) => {
        const after = pageToken === undefined ? '' : String(decodePageToken(pageToken, ['string'])[0]);
        const files = (await versions.files(where)).filter(({ path }) => path > after);
        return toPage(files.slice(0, limit + 1), limit, ({ path }) => [path]);
      },
    }),
    route({
      method: 'GET',
      path: `${base}/*`,
      permission: 'models.read',
      summary: 'Downloads a file of a version; ranges are served.',
      input: at.extend({ '*': z.string().min(1).max(2000).describe('The path, relative to the version.') }),
      handle: async ({ input: { '*': path, ...where }, method, headers }) => {
        const file = (await versions.files(where)).find((one) => one.path === path) ?? notFound('file', path);
        const name = path.slice(path.lastIndexOf('/') + 1);
        const open = async (range?: { start: number; end?: number }) =>
          (await versions.openFile(where, path, range)).stream;
        return fileReply({ method, headers }, { name, bytes: file.bytes, digest: file.digest, open });
      },
    }),
  ];
}
