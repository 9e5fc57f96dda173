import { Readable } from 'node:stream';
import { z } from 'zod';
import { dispositionOf, fileReply, type SentFile } from '../../http/file-reply.ts';
import { passingParts } from '../../http/passing-parts.ts';
import { Reply, type RequestContext, type Route, route } from '../../http/route.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { archiveOf } from './artifact-archive.ts';
import type { ArtifactFile, RunArtifacts } from './artifact-face.ts';
import { previewOf } from './artifact-preview.ts';
import { runIdSchema } from './schema.ts';
import { artifactView, showArtifact } from './views.ts';

const base = '/api/v1/runs/:id/artifacts';
const file = z.object({ id: runIdSchema, '*': z.string().min(1).max(4096).describe('The path, relative to the run.') });
const maxArtifactBytes = 64 * 1024 ** 3;

type Asked = Pick<RequestContext, 'method' | 'headers'>;

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
      handle: async ({ input, stream }) =>
        showArtifact(await artifacts.put(input.id, input['*'], passingParts(stream))),
    }),
    route({
      method: 'GET',
      path: `${base}/*`,
      permission: 'tracking.read',
      summary: 'Downloads a file, or a range of it.',
      input: file,
      handle: (call) => download(artifacts, call),
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
    ...showingRoutes(artifacts),
  ];
}

/** Other ways to look at files: in a page, and a folder at once. */
function showingRoutes(artifacts: RunArtifacts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/runs/:id/artifact-preview/*',
      permission: 'tracking.read',
      summary: 'Shows a file in a page: text, pictures, and HTML or SVG in a sandbox without scripts.',
      input: file,
      handle: (call) => preview(artifacts, call),
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:id/artifacts-archive',
      permission: 'tracking.read',
      summary: 'Downloads a folder with all below it as a tar archive.',
      input: z.object({ id: runIdSchema, folder: z.string().max(4096).default('') }),
      handle: ({ input }) => archive(artifacts, input),
    }),
  ];
}

async function download(artifacts: RunArtifacts, call: { input: z.output<typeof file> } & Asked): Promise<Reply> {
  return send(artifacts, call, await found(artifacts, call.input));
}

async function preview(artifacts: RunArtifacts, call: { input: z.output<typeof file> } & Asked): Promise<Reply> {
  const shown = previewOf(call.input['*']);
  if (!shown)
    return fail('invalid_input', `'${call.input['*']}' is of no type that can be shown; download it.`, {
      field: 'path',
    });
  return send(artifacts, call, { ...(await found(artifacts, call.input)), ...shown, isInline: true });
}

async function found(artifacts: RunArtifacts, { id, '*': path }: z.output<typeof file>): Promise<ArtifactFile> {
  const artifact = await artifacts.stat(id, path);
  return artifact?.kind === 'file' ? (artifact as ArtifactFile) : notFound('artifact', path);
}

function send(artifacts: RunArtifacts, asked: Asked, file: ArtifactFile & Partial<SentFile>): Promise<Reply> {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return fileReply(asked, { name, ...file, open: (part) => artifacts.content(file, part) });
}

async function archive(artifacts: RunArtifacts, { id, folder }: { id: string; folder: string }): Promise<Reply> {
  const known = folder === '' || (await artifacts.stat(id, folder));
  if (!known) return notFound('artifact', folder);
  // Asks for the run before the answer begins.
  await artifacts.list(id, '', { limit: 1 });
  const content = (one: ArtifactFile) => artifacts.content(one);
  const tar = Readable.from(archiveOf({ files: artifacts.walk(id, folder), folder, content }), { objectMode: false });
  const name = folder === '' ? id : folder.slice(folder.lastIndexOf('/') + 1);
  return new Reply(tar, 200, {
    'content-type': 'application/x-tar',
    'content-disposition': dispositionOf(`${name}.tar`),
    'x-content-type-options': 'nosniff',
  });
}
