import { z } from 'zod';
import { fileReply } from '../../http/file-reply.ts';
import { passingParts } from '../../http/passing-parts.ts';
import { Reply, type Route } from '../../http/route.ts';
import type { Clock } from '../../kernel/clock.ts';
import { mediaTypeOf } from '../../kernel/media-type.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import { safeName } from './artifact-paths.ts';
import { baseName, fileAt, ownedPlace } from './artifact-places.ts';
import { createTickets, downloadTicketMs } from './artifact-tickets.ts';
import { type ArtifactServices, maxFileBytes, placeNamed, whole } from './artifacts.ts';
import { type Call, endpoint, raw } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, requiredText, text } from './fields.ts';

/** What large files need to come and go in parts. */
export interface PartServices extends ArtifactServices {
  /** Seals the addresses that need no token. */
  secrets: Pick<SecretBox, 'seal' | 'open'>;
  clock: Clock;
}

type AnyCall = Call<Record<string, unknown>>;

const mostParts = 10_000;
const base = '/api/2.0/mlflow-artifacts';
const begun = z.object({ '*': z.string(), path: requiredText(), num_parts: int64() });
const ended = z.object({ '*': z.string(), path: requiredText(), upload_id: requiredText() });
const completed = ended.extend({
  parts: z.array(z.object({ part_number: int64(), etag: text() })).min(1),
});

/** Large files in parts, each with an address of its own: uploads, and downloads by range. */
export function partRoutes(services: PartServices): Route[] {
  const { tracking } = services;
  const write = { method: 'POST', permission: 'tracking.write' } as const;
  const mpu = '/mlflow-artifacts/mpu';
  return [
    ...endpoint({
      ...{ ...write, path: `${mpu}/create/*`, summary: 'Begins an upload in parts.', input: begun },
      handle: (call) => begin(services, call),
    }),
    ...endpoint({
      ...{ ...write, path: `${mpu}/complete/*`, summary: 'Makes the file of its parts.', input: completed },
      handle: (call) => complete(services, call),
    }),
    ...endpoint({
      ...{ ...write, path: `${mpu}/abort/*`, summary: 'Gives an upload up.', input: ended },
      handle: async (call) => {
        await checkTarget(services, call);
        await tracking.uploads.abort(call.input.upload_id);
      },
    }),
    ...endpoint({
      method: 'GET',
      path: '/mlflow-artifacts/presigned/*',
      permission: 'tracking.read',
      summary: 'Gives an address to download by range.',
      input: z.object({ '*': z.string() }),
      handle: (call) => presign(services, call),
    }),
    ...raw({
      method: 'PUT',
      path: `${base}/part`,
      permission: 'public',
      summary: 'Takes a part from whoever holds its address.',
      body: 'stream',
      maxBodyBytes: maxFileBytes,
      handle: (call) => takePart(services, call),
    }),
    ...raw({
      method: 'GET',
      path: `${base}/file`,
      permission: 'public',
      summary: 'Gives a file to whoever holds its address.',
      handle: (call) => giveFile(services, call),
    }),
  ];
}

async function begin(services: PartServices, call: Call<z.output<typeof begun>>) {
  const { num_parts: parts = 1 } = call.input;
  if (parts < 1 || parts > mostParts) {
    refuse('INVALID_PARAMETER_VALUE', `num_parts must be from 1 to ${mostParts}, got ${parts}`, 'num_parts');
  }
  const place = await targetOf(services, call);
  const upload = await services.tracking.uploads.begin(place.owner, place.path);
  const tickets = createTickets(services.secrets);
  const credentials = Array.from({ length: parts }, (_, index) => {
    const ticket = tickets.forPart({ upload, part: index + 1 });
    const url = `${call.baseUrl}${base}/part?ticket=${encodeURIComponent(ticket)}`;
    return { url, part_number: index + 1, headers: {} };
  });
  return { upload_id: upload, credentials };
}

type PathInput = { '*': string; path: string };

/** Where the file of an upload goes. The path in the body is one of the client's machine; only the name of its file counts. */
function targetOf(services: PartServices, { input, url, actor }: Call<PathInput>) {
  const { '*': folder, path } = input;
  const name = safeName(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
  return ownedPlace(services, actor, `${safeName(whole(folder, url))}/${name}`);
}

/** Refuses to end an upload at another path than it was begun at. */
async function checkTarget(services: PartServices, call: Call<PathInput & { upload_id: string }>): Promise<void> {
  const { owner, path } = await targetOf(services, call);
  const begunAt = await services.tracking.uploads.target(call.input.upload_id);
  if (begunAt.owner === owner && begunAt.path === path.normalize('NFC')) return;
  refuse('INVALID_PARAMETER_VALUE', 'The upload was begun at another path.');
}

async function takePart({ tracking, secrets }: PartServices, call: AnyCall) {
  const { upload, part } = createTickets(secrets).part(call.input['ticket']);
  const { digest } = await tracking.uploads.addPart(upload, part, passingParts(call.stream));
  return new Reply('{}', 200, { etag: `"${digest}"`, 'content-type': 'application/json' });
}

async function complete(services: PartServices, call: Call<z.output<typeof completed>>) {
  const { parts, upload_id } = call.input;
  await checkTarget(services, call);
  const named = parts.map(({ part_number, etag = '' }) => ({
    number: part_number ?? 0,
    digest: etag.replaceAll('"', ''),
  }));
  await services.tracking.uploads.complete(upload_id, named);
}

async function presign(services: PartServices, call: Call<{ '*': string }>) {
  const file = await fileAt(await placeNamed(services, call));
  const ticket = createTickets(services.secrets).forFile({
    ...{ name: baseName(file.path), digest: file.digest, bytes: file.bytes },
    until: services.clock.now() + downloadTicketMs,
  });
  const url = `${call.baseUrl}${base}/file?ticket=${encodeURIComponent(ticket)}`;
  return { url, headers: {}, file_size: file.bytes };
}

function giveFile(services: PartServices, call: AnyCall) {
  const file = createTickets(services.secrets).file(call.input['ticket'], services.clock.now());
  const { artifacts } = services.tracking;
  return fileReply(call, { ...file, type: mediaTypeOf(file.name), open: (part) => artifacts.content(file, part) });
}
