import { messageOf } from '../../kernel/errors.ts';
import { isRefusal } from './fitting.ts';
import type { Import } from './job.ts';
import { noteMiss } from './report.ts';
import { type SourceVersion, Unreadable } from './source.ts';
import { type FileHere, filesHere, toBody } from './take-files.ts';

/** The files of a version, and why there are none. */
export interface VersionContent {
  files: FileHere[];
  content: 'awaited' | 'elsewhere' | 'none';
}

/** Finds the files of a version among those of its run or logged model here, or else takes them from where the source has them. */
export async function contentOfVersion(job: Import, version: SourceVersion): Promise<VersionContent> {
  const owned = await ownedFiles(job, version);
  if (owned.length > 0) return { files: owned, content: 'none' };
  const what = `version ${version.number} of '${version.model}' files`;
  // Files of a run or logged model may still come, and are the version's then.
  const none: VersionContent = { files: [], content: version.modelId || placeOfRun(version) ? 'awaited' : 'elsewhere' };
  if (!job.artifacts) return none;
  try {
    const files = await uploaded(job, version, what);
    if (files.length === 0) noteMiss(job.report, what, `There are none at ${version.location || version.source}.`);
    return { ...none, files };
  } catch (error) {
    if (!(error instanceof Unreadable) && !isRefusal(error)) throw error;
    noteMiss(job.report, what, messageOf(error));
    return none;
  }
}

async function ownedFiles({ client }: Import, { source, location, modelId }: SourceVersion): Promise<FileHere[]> {
  if (modelId) return filesHere(client, { kind: 'logged-model', id: modelId }, '');
  const found = placeOfRun({ source, location });
  if (!found) return [];
  const folder = (found[2] ?? '').split('/').filter(Boolean).join('/');
  const files = await filesHere(client, { kind: 'run', id: found[1]! }, folder);
  return files.map((file) => ({ ...file, path: folder === '' ? file.path : file.path.slice(folder.length + 1) }));
}

async function uploaded({ client, source, report }: Import, version: SourceVersion, what: string): Promise<FileHere[]> {
  const owner = { kind: 'version', id: `${version.model}/${version.number}`, uri: version.location } as const;
  const files: FileHere[] = [];
  const skipped = (one: { what: string; reason: string }) => noteMiss(report, `${what} ${one.what}`, one.reason);
  for await (const file of source.files(owner, skipped)) {
    const stored = (await client.upload('POST', '/api/v1/uploads', toBody(await file.open()))) as {
      digest: string;
      bytes: number;
    };
    files.push({ path: file.path, digest: stored.digest, bytes: stored.bytes });
  }
  return files;
}

function placeOfRun({ source, location }: Pick<SourceVersion, 'source' | 'location'>): RegExpExecArray | null {
  return /^runs:\/+([0-9a-f]{32})(?:\/(.*))?$/.exec(source) ?? /\/([0-9a-f]{32})\/artifacts(?:\/(.*))?$/.exec(location);
}
