import { parquetScan } from '../../engine/index.ts';
import { fail } from '../../kernel/errors.ts';
import { decodePageToken, encodePageToken, type PageRequest } from '../../kernel/page.ts';
import type { DataDeps } from './deps.ts';
import { readManifest } from './manifest.ts';
import { describeColumns } from './row-hash.ts';
import type { RowsPage } from './row-page.ts';
import type { DatasetVersion, OpenVersion } from './schema.ts';

/** Finds a version's objects on this machine. */
export async function openVersion({ blobs }: Pick<DataDeps, 'blobs'>, version: DatasetVersion): Promise<OpenVersion> {
  const manifest = await readManifest(blobs, version.digest);
  const parquetPaths: string[] = [];
  for (const file of manifest.files) parquetPaths.push(await blobs.localPath(file.sha256));
  const { quarantine } = manifest;
  if (!quarantine) return { version, parquetPaths };
  return { version, parquetPaths, quarantinePath: await blobs.localPath(quarantine.sha256) };
}

/** A page of a version's rows in their stored order. */
export async function pageRows(deps: DataDeps, version: DatasetVersion, page: PageRequest): Promise<RowsPage> {
  const { parquetPaths } = await openVersion(deps, version);
  return readPage(deps, parquetPaths, page);
}

/** A page of the rows that a version's rules put apart, each with its place in the ingest and the rules it broke. */
export async function pageQuarantine(deps: DataDeps, version: DatasetVersion, page: PageRequest): Promise<RowsPage> {
  const { quarantinePath } = await openVersion(deps, version);
  if (quarantinePath === undefined) return { columns: version.columns, items: [] };
  return readPage(deps, [quarantinePath], page);
}

async function readPage({ engine }: DataDeps, paths: readonly string[], page: PageRequest): Promise<RowsPage> {
  const offset = page.pageToken ? (decodePageToken(page.pageToken, ['number'])[0] as number) : 0;
  if (!Number.isSafeInteger(offset) || offset < 0)
    fail('invalid_page_token', 'The page token is not one of this list.');
  const rows = await engine.query(`SELECT * FROM ${parquetScan(paths)} LIMIT $1 OFFSET $2`, [page.limit + 1, offset]);
  const columns = await describeColumns(engine, paths);
  if (rows.length <= page.limit) return { columns, items: rows };
  return { columns, items: rows.slice(0, page.limit), nextPageToken: encodePageToken([offset + page.limit]) };
}
