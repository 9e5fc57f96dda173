import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { DataDeps } from './deps.ts';
import type { CheckResult } from './expectation-schema.ts';
import type { PreparedVersion, RefusedRows } from './prepare-version.ts';
import type { DatasetVersion, Ingested, Producer, Validation } from './schema.ts';
import { createDatasetStore, type StoredDataset } from './store.ts';
import { moveTag } from './tags.ts';
import { createValidationStore } from './validation-store.ts';
import { createVersionStore } from './version-store.ts';

/** Who makes which version, from what. */
export interface Commit {
  actor: Actor;
  dataset: string;
  parents: readonly string[];
  producer: Producer | null;
  tags: readonly string[];
}

/** Makes a prepared version visible, in one transaction with its checks and its events; equal content gives the version that has it. */
export async function commitVersion(deps: DataDeps, commit: Commit, prepared: PreparedVersion): Promise<Ingested> {
  const { database, ledger, clock } = deps;
  return database.transaction(async (tx) => {
    const dataset = await ensureDataset(deps, tx, commit);
    const versions = createVersionStore(tx);
    const [same] = await versions.select(dataset.id, { digestPrefix: prepared.digest });
    const number = same?.version ?? (await createDatasetStore(tx).nextVersion(dataset.id));
    const validation = toValidation(commit.dataset, prepared, { version: number, at: clock.now() });
    const id = same?.id ?? newId(clock.now());
    if (!same) {
      const placed = { dataset, id, number, now: clock.now(), validation };
      await versions.insert(toRow(placed, commit, prepared), commit.parents);
    }
    if (validation) await createValidationStore(tx).insert(dataset.id, validation, prepared.checks);
    if (dataset.currentVersion !== number) await createDatasetStore(tx).setCurrent(dataset.id, number, clock.now());
    const subject = { kind: 'dataset', id: dataset.id, name: dataset.name };
    const { actor } = commit;
    if (!same) {
      const { digest, rows, quarantinedRows, rowHash, checks } = prepared;
      const { parents, producer } = commit;
      const facts = { dataset: dataset.name, version: number, digest, rows, quarantinedRows, rowHash, producer };
      const data = { ...facts, parents: [...parents], failedRules: failedRules(checks) };
      await ledger.append(tx, {
        type: 'dataset-version.created',
        actor,
        subject: { kind: 'dataset-version', id, name: `${dataset.name}@${number}` },
        data,
      });
    } else if (dataset.currentVersion !== number) {
      const data = { name: dataset.name, version: number, previousVersion: dataset.currentVersion };
      await ledger.append(tx, { type: 'dataset.restored', actor, subject, data });
    }
    for (const tag of commit.tags) await moveTag(deps, tx, { actor, dataset, tag, version: number });
    const version = (await versions.byId(id)) as DatasetVersion;
    return { version, created: !same, validation };
  });
}

/** Keeps what was found in rows that were refused (when the dataset exists) and fails with `invalid_data`. */
export async function refuseVersion(deps: DataDeps, commit: Commit, refused: RefusedRows): Promise<never> {
  const { database, ledger, clock } = deps;
  await database.transaction(async (tx) => {
    const dataset = await createDatasetStore(tx).byName(commit.dataset);
    if (!dataset) return;
    const { rows, quarantinedRows, checks } = refused;
    const failed = checks.filter((check) => !check.passed).map((check) => check.rule);
    const found = { dataset: dataset.name, version: null, outcome: 'refused' as const, rows, quarantinedRows };
    const validation = { id: newId(clock.now()), ...found, failedRules: failed, at: clock.now() };
    await createValidationStore(tx).insert(dataset.id, validation, checks);
    await ledger.append(tx, {
      type: 'dataset-version.refused',
      actor: commit.actor,
      subject: { kind: 'dataset', id: dataset.id, name: dataset.name },
      data: { dataset: dataset.name, rows, quarantinedRows, failedRules: failedRules(checks) },
    });
  });
  return fail('invalid_data', `No version of '${commit.dataset}' was made: ${refused.refused}`, {
    field: 'expectations',
    checks: refused.checks.filter((check) => !check.passed),
    cure: 'Correct the data, or change the rules.',
  });
}

/** The dataset of a name, made if there is none; concurrent callers get the same one, one after the other. */
export async function ensureDataset(
  deps: DataDeps,
  tx: Queries,
  { actor, dataset: name }: { actor: Actor; dataset: string },
): Promise<StoredDataset> {
  const { database, ledger, clock } = deps;
  await database.lock(tx, `dataset:${name}`);
  const store = createDatasetStore(tx);
  const existing = await store.byName(name);
  if (existing) return existing;
  const id = newId(clock.now());
  await store.insert({ id, name, now: clock.now() });
  await ledger.append(tx, { type: 'dataset.created', actor, subject: { kind: 'dataset', id, name }, data: { name } });
  return (await store.byName(name)) as StoredDataset;
}

/** The failed rules of checks as events tell them. */
export function failedRules(checks: readonly CheckResult[]) {
  return checks
    .filter((check) => !check.passed)
    .map(({ rule, severity, failedRows }) => ({ rule, severity, ...(failedRows !== undefined && { failedRows }) }));
}

function toValidation(
  dataset: string,
  prepared: PreparedVersion,
  made: { version: number; at: number },
): Validation | null {
  const { checks, quarantinedRows } = prepared;
  if (checks.length === 0) return null;
  const failed = checks.filter((check) => !check.passed).map((check) => check.rule);
  const outcome = quarantinedRows > 0 ? 'quarantined' : failed.length > 0 ? 'warned' : 'passed';
  const rows = prepared.rows + quarantinedRows;
  return {
    id: newId(made.at),
    dataset,
    version: made.version,
    outcome,
    rows,
    quarantinedRows,
    failedRules: failed,
    at: made.at,
  };
}

interface Placed {
  dataset: StoredDataset;
  id: string;
  number: number;
  now: number;
  validation: Validation | null;
}

function toRow({ dataset, id, number, now, validation }: Placed, commit: Commit, prepared: PreparedVersion) {
  return {
    id,
    dataset_id: dataset.id,
    version: number,
    digest: prepared.digest,
    rows: prepared.rows,
    quarantined_rows: prepared.quarantinedRows,
    bytes: prepared.bytes,
    row_hash: prepared.rowHash,
    columns: JSON.stringify(prepared.columns),
    profile_digest: prepared.profileDigest,
    producer: commit.producer === null ? null : JSON.stringify(commit.producer),
    validation_id: validation?.id ?? null,
    created_at: now,
    created_by: commit.actor.name,
  };
}
