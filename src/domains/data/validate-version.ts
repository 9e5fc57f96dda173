import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { failedRules } from './commit-version.ts';
import type { DataDeps } from './deps.ts';
import { type CheckResult, Expectation, type ExpectationInput } from './expectation-schema.ts';
import { declaredExpectations, parse } from './ingest.ts';
import { judgeRows } from './judge-rows.ts';
import { openVersion } from './open-version.ts';
import { resolveVersion } from './reference.ts';
import type { Validation } from './schema.ts';
import { createDatasetStore } from './store.ts';
import { createValidationStore } from './validation-store.ts';

/** An order to judge a version: by given rules, or by those its dataset declares. */
export interface ValidateRequest {
  reference: string;
  expectations?: readonly ExpectationInput[];
  signal?: AbortSignal;
}

/** Judges a version, which stays as it is, and keeps the result: `refused` when an `error` rule is broken. */
export async function validateVersion(
  deps: DataDeps,
  actor: Actor,
  { reference, expectations: given, signal }: ValidateRequest,
): Promise<Validation & { checks: CheckResult[] }> {
  const { database, ledger, clock } = deps;
  const version = await resolveVersion(database.query, reference);
  const expectations =
    given?.map((each) => parse(Expectation, each)) ?? (await declaredExpectations(deps, version.dataset));
  if (expectations.length === 0) {
    fail('invalid_input', `There is no rule to judge '${version.dataset}' by.`, {
      field: 'expectations',
      cure: 'Give expectations, or declare them for the dataset.',
    });
  }
  const { parquetPaths } = await openVersion(deps, version);
  const rows = { paths: parquetPaths, columns: version.columns, limits: { signal }, now: clock.now() };
  const { checks } = await judgeRows(deps.engine, rows, expectations);
  const failed = checks.filter((check) => !check.passed);
  const outcome = failed.some((check) => check.severity === 'error')
    ? 'refused'
    : failed.length > 0
      ? 'warned'
      : 'passed';
  const validation: Validation = {
    id: newId(clock.now()),
    dataset: version.dataset,
    version: version.version,
    outcome,
    rows: version.rows,
    quarantinedRows: 0,
    failedRules: failed.map((check) => check.rule),
    at: clock.now(),
  };
  await database.transaction(async (tx) => {
    const dataset = await createDatasetStore(tx).byName(version.dataset);
    if (!dataset) return fail('conflict', `The dataset '${version.dataset}' was deleted meanwhile.`);
    await createValidationStore(tx).insert(dataset.id, validation, checks);
    await ledger.append(tx, {
      type: 'dataset-version.validated',
      actor,
      subject: { kind: 'dataset-version', id: version.id, name: `${version.dataset}@${version.version}` },
      data: { dataset: version.dataset, version: version.version, outcome, failedRules: failedRules(checks) },
    });
  });
  return { ...validation, checks };
}
