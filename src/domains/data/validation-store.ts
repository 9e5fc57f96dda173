import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { CheckResult } from './expectation-schema.ts';
import type { Validation } from './schema.ts';
import type { DataTables } from './tables.ts';

/** Rows of one INSERT; PostgreSQL and SQLite bound the parameters of a statement. */
const batch = 200;

/** All SQL of validations and their checks. */
export function createValidationStore(queries: Queries) {
  const db = queries.withTables<DataTables>();
  const validations = () =>
    db
      .selectFrom('dataset_validation')
      .innerJoin('dataset', 'dataset.id', 'dataset_validation.dataset_id')
      .selectAll('dataset_validation')
      .select('dataset.name');
  return {
    async insert(datasetId: string, validation: Validation, checks: readonly CheckResult[]): Promise<void> {
      await db
        .insertInto('dataset_validation')
        .values({
          id: validation.id,
          dataset_id: datasetId,
          version: validation.version,
          outcome: validation.outcome,
          rows: validation.rows,
          quarantined_rows: validation.quarantinedRows,
          failed_rules: JSON.stringify(validation.failedRules),
          at: validation.at,
        })
        .execute();
      const rows = checks.map((check, position) => ({
        validation_id: validation.id,
        position,
        rule: check.rule,
        passed: check.passed ? 1 : 0,
        result: JSON.stringify(check),
      }));
      for (let from = 0; from < rows.length; from += batch) {
        await db
          .insertInto('dataset_check')
          .values(rows.slice(from, from + batch))
          .execute();
      }
    },

    async byId(id: string): Promise<Validation | undefined> {
      const row = await validations().where('dataset_validation.id', '=', id).executeTakeFirst();
      return row && toValidation(row);
    },

    async page(datasetId: string, page: PageRequest): Promise<Page<Validation>> {
      const before = page.pageToken ? (decodePageToken(page.pageToken, ['string'])[0] as string) : undefined;
      const rows = await validations()
        .where('dataset_validation.dataset_id', '=', datasetId)
        .$if(before !== undefined, (query) => query.where('dataset_validation.id', '<', before!))
        .orderBy('dataset_validation.id', 'desc')
        .limit(page.limit + 1)
        .execute();
      return toPage(rows.map(toValidation), page.limit, (validation) => [validation.id]);
    },

    async checks(validationId: string): Promise<CheckResult[]> {
      const query = db.selectFrom('dataset_check').select('result').where('validation_id', '=', validationId);
      return (await query.orderBy('position').execute()).map((row) => JSON.parse(row.result) as CheckResult);
    },
  };
}

function toValidation(row: Selectable<DataTables['dataset_validation']> & { name: string }): Validation {
  return {
    id: row.id,
    dataset: row.name,
    version: row.version,
    outcome: row.outcome as Validation['outcome'],
    rows: row.rows,
    quarantinedRows: row.quarantined_rows,
    failedRules: JSON.parse(row.failed_rules) as string[],
    at: row.at,
  };
}
