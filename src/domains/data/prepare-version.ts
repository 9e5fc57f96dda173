import { createReadStream } from 'node:fs';
import { fail } from '../../kernel/errors.ts';
import type { DataDeps } from './deps.ts';
import type { CheckResult, Expectation } from './expectation-schema.ts';
import { type Judgement, judgeRows } from './judge-rows.ts';
import { type Manifest, type ManifestFile, putManifest } from './manifest.ts';
import { profileRows } from './profile-rows.ts';
import { describeColumns, hashRows } from './row-hash.ts';
import type { DatasetColumn } from './schema.ts';
import { splitRows } from './split-rows.ts';

/** Rows that are to become a version: Parquet files, the rules they have to keep, and a folder to work in. */
export interface RowsToPrepare {
  paths: readonly string[];
  expectations: readonly Expectation[];
  maxQuarantinedShare: number;
  folder: string;
  signal?: AbortSignal | undefined;
}

/** A version whose content is stored, not yet visible to anybody. */
export interface PreparedVersion {
  digest: string;
  rows: number;
  quarantinedRows: number;
  bytes: number;
  rowHash: string;
  columns: DatasetColumn[];
  profileDigest: string;
  checks: CheckResult[];
}

/** Rows that may not become a version, and why. */
export interface RefusedRows {
  refused: string;
  rows: number;
  quarantinedRows: number;
  checks: CheckResult[];
}

/** Judges rows, puts those that break rules apart, and stores objects, profile and manifest. */
export async function prepareVersion(deps: DataDeps, rows: RowsToPrepare): Promise<PreparedVersion | RefusedRows> {
  const { engine, blobs } = deps;
  const { expectations, folder, signal } = rows;
  const columns = await describeColumns(engine, rows.paths);
  const limits = { signal };
  const toJudge = { paths: rows.paths, columns, limits, now: deps.clock.now() };
  const judgement = expectations.length > 0 ? await judgeRows(engine, toJudge, expectations) : undefined;
  let paths = rows.paths;
  let quarantine: ManifestFile | null = null;
  if (judgement && judgement.quarantining.length > 0) {
    const split = await splitRows(engine, { ...toJudge, expectations, folder }, judgement);
    paths = [split.valid.path];
    quarantine = { ...(await putFile(deps, split.quarantine.path)), rows: split.quarantine.rows };
  }
  if (judgement) {
    const quarantinedRows = quarantine?.rows ?? 0;
    const refused = whyRefused(judgement, quarantinedRows, rows.maxQuarantinedShare);
    if (refused) return { refused, rows: judgement.rows, quarantinedRows, checks: judgement.checks };
  }
  const kept = { paths, columns };
  const profile = await profileRows(engine, kept, limits);
  const rowHash = await hashRows(engine, kept, limits);
  const files: ManifestFile[] = [];
  for (const path of paths) {
    const counted = await engine.query(
      'SELECT sum(num_rows)::BIGINT AS n FROM parquet_file_metadata($1)',
      [path],
      limits,
    );
    files.push({ ...(await putFile(deps, path)), rows: Number(counted[0]!['n']) });
  }
  if (signal?.aborted) fail('cancelled', 'The ingest was cancelled.');
  const manifest: Manifest = { schema: 1, columns, rows: profile.rows, rowHash, files, quarantine };
  return {
    digest: await putManifest(blobs, manifest),
    rows: profile.rows,
    quarantinedRows: quarantine?.rows ?? 0,
    bytes: files.reduce((sum, file) => sum + file.bytes, quarantine?.bytes ?? 0),
    rowHash,
    columns,
    profileDigest: (await blobs.put(JSON.stringify(profile))).digest,
    checks: judgement?.checks ?? [],
  };
}

async function putFile({ blobs }: DataDeps, path: string): Promise<{ sha256: string; bytes: number }> {
  const { digest, bytes } = await blobs.put(createReadStream(path));
  return { sha256: digest, bytes };
}

function whyRefused(judgement: Judgement, quarantinedRows: number, maxShare: number): string | undefined {
  const { rows, refusing } = judgement;
  if (refusing.length > 0) {
    const told = refusing.slice(0, 5).map((check) => `${check.rule}: ${check.message}`);
    return `${refusing.length === 1 ? 'A rule' : `${refusing.length} rules`} about the whole table failed. ${told.join(' ')}`;
  }
  if (rows > 0 && quarantinedRows === rows) return `All ${rows} rows break rules.`;
  if (rows > 0 && quarantinedRows / rows > maxShare) {
    return `${quarantinedRows} of ${rows} rows break rules; a share of ${maxShare} is allowed.`;
  }
  return undefined;
}
