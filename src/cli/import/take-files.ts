import { Readable } from 'node:stream';
import type { Client } from '@tidemill/sdk';
import { messageOf } from '../../kernel/errors.ts';
import { isRefusal } from './fitting.ts';
import type { Import } from './job.ts';
import { noteMiss, noteTaken } from './report.ts';
import { encodePath } from './rest-files.ts';
import { type FileOwner, type SourceFile, Unreadable } from './source.ts';

/** A file that is here. */
export interface FileHere {
  path: string;
  digest: string;
  bytes: number;
}

/** The files of an owner in the source that are not here, or not as long; reports those that cannot be read. */
export async function fileDifference(job: Import, owner: FileOwner): Promise<SourceFile[]> {
  const { source, report, client } = job;
  const what = `${owner.kind} ${owner.id}`;
  const missing: SourceFile[] = [];
  try {
    let here: Map<string, number> | undefined;
    const skipped = (one: { what: string; reason: string }) => noteMiss(report, `${what} file ${one.what}`, one.reason);
    for await (const file of source.files(owner, skipped)) {
      here ??= await bytesHere(client, owner);
      if (here.get(file.path.normalize('NFC')) !== file.bytes) missing.push(file);
      else noteTaken(report, 'files', false);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    noteMiss(report, `${what} files`, error.message);
  }
  return missing;
}

async function bytesHere(client: Client, owner: FileOwner): Promise<Map<string, number>> {
  return new Map((await filesHere(client, owner, '')).map((file) => [file.path, file.bytes]));
}

/** The files of a run or logged model of this server below a folder, by path; none where the owner is not here yet. */
export async function filesHere(
  client: Client,
  owner: Pick<FileOwner, 'kind' | 'id'>,
  folder: string,
): Promise<FileHere[]> {
  const path = owner.kind === 'run' ? '/api/v1/runs/{id}/artifacts' : '/api/v1/logged-models/{id}/artifacts';
  const files: FileHere[] = [];
  let pageToken: string | undefined;
  do {
    const query = { id: owner.id, folder, limit: 1000, ...(pageToken && { pageToken }) };
    const page = await client.get(path, query).catch((error: unknown) => {
      if (isRefusal(error)) return { items: [], nextPageToken: undefined };
      throw error;
    });
    for (const item of page.items) {
      if (item.kind === 'folder') files.push(...(await filesHere(client, owner, item.path)));
      else files.push({ path: item.path, digest: item.digest ?? '', bytes: item.bytes });
    }
    pageToken = page.nextPageToken;
  } while (pageToken);
  return files;
}

/** Sends files to a run or logged model; one that is refused is reported. */
export async function sendFiles({ client, report }: Import, owner: FileOwner, files: SourceFile[]): Promise<void> {
  const { kind, id } = owner;
  const base =
    kind === 'run' ? `/api/v1/runs/${id}/artifacts` : `/api/2.0/mlflow-artifacts/artifacts/models/${id}/artifacts`;
  for (const file of files) {
    try {
      await client.upload('PUT', `${base}/${encodePath(file.path)}`, toBody(await file.open()));
      noteTaken(report, 'files', true);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      noteMiss(report, `${kind} ${id} file ${file.path}`, messageOf(error));
    }
  }
}

/** A stream as the body of a request. */
export function toBody(stream: Readable): RequestInit['body'] {
  return Readable.toWeb(stream) as RequestInit['body'];
}
