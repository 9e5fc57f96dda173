import { messageOf } from '../../kernel/errors.ts';
import { noteMiss, noteTaken } from '../import/report.ts';
import { encodePath, proxyPathOf, restFiles } from '../import/rest-files.ts';
import { type FileOwner, Unreadable } from '../import/source.ts';
import { type Export, isRefused } from './export.ts';

/** Sends the files of a run or logged model that are not there yet, through the other server's own artifact route. */
export async function sendFilesThere(job: Export, owner: FileOwner, there: { id: string; uri: string }): Promise<void> {
  const { target, report, source } = job;
  const what = `${owner.kind} ${owner.id}`;
  let known: Map<string, number> | undefined;
  try {
    const skipped = (one: { what: string; reason: string }) => noteMiss(report, `${what} file ${one.what}`, one.reason);
    for await (const file of source.files(owner, skipped)) {
      const root = proxyPathOf(there.uri);
      if (root === undefined)
        throw new Unreadable(`The server keeps files at ${there.uri}, to which it takes none itself.`);
      known ??= await filesThere(job, { ...owner, ...there });
      noteTaken(report, 'files', known.get(file.path) !== file.bytes);
      if (known.get(file.path) === file.bytes) continue;
      const path = encodePath(`${root}/${file.path}`);
      try {
        await target.upload(`mlflow-artifacts/artifacts/${path}`, await file.open());
      } catch (error) {
        if (!isRefused(error)) throw error;
        noteMiss(report, `${what} file ${file.path}`, messageOf(error));
      }
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    noteMiss(report, `${what} files`, error.message);
  }
}

async function filesThere({ target }: Export, owner: FileOwner): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const { path, bytes } of restFiles(target, owner)) found.set(path, bytes);
  return found;
}
