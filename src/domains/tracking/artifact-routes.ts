import { z } from 'zod';
import { Reply, type Route, route } from '../../http/route.ts';
import { notFound } from '../../kernel/errors.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { RunArtifacts } from './artifact-face.ts';
import { runIdSchema } from './schema.ts';
import { artifactView, showArtifact } from './views.ts';

const base = '/api/v1/runs/:id/artifacts';
const file = z.object({ id: runIdSchema, '*': z.string().min(1).max(4096).describe('The path, relative to the run.') });
const maxArtifactBytes = 64 * 1024 ** 3;

/** The API of the files that runs keep. */
export function artifactRoutes(artifacts: RunArtifacts): Route[] {
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'tracking.read',
      summary: 'Lists the files and folders of a folder.',
      input: z.object({ id: runIdSchema, folder: z.string().max(4096).default(''), ...pageQuery }),
      output: pageOf(artifactView),
      handle: async ({ input }) => {
        const page = await artifacts.list(input.id, input.folder, input);
        return { ...page, items: page.items.map(showArtifact) };
      },
    }),
    route({
      method: 'PUT',
      path: `${base}/*`,
      permission: 'tracking.write',
      summary: 'Stores a file, in place of what was there.',
      status: 201,
      body: 'stream',
      maxBodyBytes: maxArtifactBytes,
      input: file,
      output: artifactView,
      handle: async ({ input, stream }) => showArtifact(await artifacts.put(input.id, input['*'], stream)),
    }),
    route({
      method: 'GET',
      path: `${base}/*`,
      permission: 'tracking.read',
      summary: 'Downloads a file.',
      input: file,
      handle: ({ input }) => download(artifacts, input.id, input['*']),
    }),
    route({
      method: 'DELETE',
      path: `${base}/*`,
      permission: 'tracking.write',
      summary: 'Removes a file, or a folder with all below it.',
      input: file,
      handle: async ({ input }) => {
        if (!(await artifacts.delete(input.id, input['*']))) notFound('artifact', input['*']);
        return undefined;
      },
    }),
  ];
}

async function download(artifacts: RunArtifacts, runId: string, path: string): Promise<Reply> {
  const { stream, bytes, digest } = await artifacts.open(runId, path);
  const name = encodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  // Never the browser's guess of a type: a page logged as an artifact must not run here.
  return new Reply(stream, 200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
    'content-length': String(bytes),
    'x-content-type-options': 'nosniff',
    etag: `"${digest}"`,
  });
}
