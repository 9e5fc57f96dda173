import { parquetScan, type Row } from '../../engine/index.ts';
import type { DataDeps } from './deps.ts';
import type { VersionDiff } from './diff-schema.ts';
import { openVersion } from './open-version.ts';
import type { ColumnProfile, Profile } from './profile-schema.ts';
import { hashOfRow } from './row-hash.ts';
import type { DatasetColumn, DatasetVersion, OpenVersion } from './schema.ts';
import { createVersionStore } from './version-store.ts';

const mostExamples = 20;

/** The stored profile of a version. */
export async function readProfile({ database, blobs }: DataDeps, version: DatasetVersion): Promise<Profile> {
  const digest = await createVersionStore(database.query).profileDigest(version.id);
  return JSON.parse((await blobs.read(digest)).toString('utf8')) as Profile;
}

/** Compares two versions: columns, rows as a multiset by content, profiles. */
export async function diffVersions(deps: DataDeps, from: DatasetVersion, to: DatasetVersion): Promise<VersionDiff> {
  const before = new Map(from.columns.map((column) => [column.name, column]));
  const after = new Map(to.columns.map((column) => [column.name, column]));
  const shared = to.columns.filter((column) => before.has(column.name));
  const sameRows = from.rowHash === to.rowHash;
  const rows = sameRows
    ? noChange
    : await diffRows(deps, [await openVersion(deps, from), await openVersion(deps, to)], shared);
  return {
    from: { dataset: from.dataset, version: from.version, rows: from.rows },
    to: { dataset: to.dataset, version: to.version, rows: to.rows },
    sameRows,
    columnsAdded: to.columns.filter((column) => !before.has(column.name)),
    columnsRemoved: from.columns.filter((column) => !after.has(column.name)),
    columnsRetyped: shared
      .map(({ name, type }) => ({ name, from: before.get(name)!.type, to: type }))
      .filter((column) => column.from !== column.to),
    ...rows,
    columns: compareProfiles(await readProfile(deps, from), await readProfile(deps, to)),
  };
}

type RowsDiff = Pick<VersionDiff, 'rowsAdded' | 'rowsRemoved' | 'addedExamples' | 'removedExamples'>;
const noChange: RowsDiff = { rowsAdded: 0, rowsRemoved: 0, addedExamples: [], removedExamples: [] };

async function diffRows(
  { engine }: DataDeps,
  [from, to]: [OpenVersion, OpenVersion],
  shared: DatasetColumn[],
): Promise<RowsDiff> {
  if (shared.length === 0) {
    return { ...noChange, rowsAdded: to.version.rows, rowsRemoved: from.version.rows };
  }
  const hash = hashOfRow(shared);
  const counted = (open: OpenVersion) =>
    `(SELECT ${hash} AS h, count(*) AS n FROM ${parquetScan(open.parquetPaths)} GROUP BY 1)`;
  const joined = `${counted(from)} a FULL JOIN ${counted(to)} b ON a.h = b.h`;
  const [sums] = await engine.query(`SELECT
    coalesce(sum(greatest(coalesce(b.n, 0) - coalesce(a.n, 0), 0)), 0)::BIGINT AS added,
    coalesce(sum(greatest(coalesce(a.n, 0) - coalesce(b.n, 0), 0)), 0)::BIGINT AS removed FROM ${joined}`);
  const examples = (open: OpenVersion, other: OpenVersion): Promise<Row[]> =>
    engine.query(`SELECT * FROM ${parquetScan(open.parquetPaths)}
      WHERE ${hash} NOT IN (SELECT ${hash} FROM ${parquetScan(other.parquetPaths)}) LIMIT ${mostExamples}`);
  const rowsAdded = Number(sums!['added']);
  const rowsRemoved = Number(sums!['removed']);
  return {
    rowsAdded,
    rowsRemoved,
    addedExamples: rowsAdded > 0 ? await examples(to, from) : [],
    removedExamples: rowsRemoved > 0 ? await examples(from, to) : [],
  };
}

function compareProfiles(from: Profile, to: Profile): VersionDiff['columns'] {
  const before = new Map(from.columns.map((column) => [column.name, column]));
  return to.columns
    .filter((column) => before.has(column.name))
    .map((column) => {
      const was = before.get(column.name)!;
      const side = (field: 'nulls' | 'distinct' | 'mean' | 'sd') => ({
        from: measured(was, field),
        to: measured(column, field),
      });
      return {
        name: column.name,
        nulls: side('nulls'),
        distinct: side('distinct'),
        mean: side('mean'),
        sd: side('sd'),
      };
    });
}

function measured(column: ColumnProfile, field: 'nulls' | 'distinct' | 'mean' | 'sd'): number | null {
  return column[field] ?? null;
}
