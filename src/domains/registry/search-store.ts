import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { type Condition, columnTest, filterCondition, pairTest } from '../../database/filter-sql.ts';
import { attributeKind, type Filter, type OrderTerm } from '../../kernel/filter/index.ts';
import { fillModels } from './model-store.ts';
import type { Model, ModelVersion } from './schema.ts';
import type { ModelAttribute, VersionAttribute } from './search-vocabulary.ts';
import { fillVersions, openRegistry, selectVersions } from './version-store.ts';

/** One term of an ordering as it is read: by which column, and how a null sorts. */
interface Sorting {
  column: string;
  /** What stands for null, which no column of an ordering may be. */
  blank?: string;
  descending: boolean;
}

/** A page of a search: rows after the sort key of the last row before. */
export interface SearchRows {
  filter: Filter | undefined;
  order: readonly OrderTerm[];
  after: readonly (string | number)[] | undefined;
  limit: number;
}

const modelColumns: Record<ModelAttribute, string> = {
  name: 'model.name',
  createdAt: 'model.created_at',
  updatedAt: 'model.updated_at',
};

const versionColumns: Record<VersionAttribute, string> = {
  model: 'm.name',
  number: 'v.number',
  runId: 'v.run_id',
  loggedModelId: 'v.logged_model_id',
  origin: 'v.origin',
  stage: 'v.stage',
  format: 'v.format',
  createdBy: 'v.created_by',
  createdAt: 'v.created_at',
  updatedAt: 'v.updated_at',
};

const nullable: readonly string[] = ['runId', 'loggedModelId'] satisfies VersionAttribute[];

/** All SQL of searches over models and versions. */
export function createSearchStore(queries: Queries) {
  return {
    models: (rows: SearchRows) => searchModels(queries, rows),
    versions: (rows: SearchRows) => searchVersions(queries, rows),
    newestOfStages: (models: readonly string[]) => newestOfStages(queries, models),
  };
}

async function searchModels(queries: Queries, { filter, order, after, limit }: SearchRows): Promise<Model[]> {
  const db = openRegistry(queries);
  const tags = { table: 'model_tag', owner: 'model_id', of: 'model.id' };
  const sorting = sortingOf(order, modelColumns);
  const rows = await db
    .selectFrom('model')
    .selectAll()
    .$if(filter !== undefined, (q) => q.where(() => conditionOf(queries, filter!, { columns: modelColumns, tags })))
    .$if(after !== undefined, (q) => q.where(() => isAfter(sorting, after!)))
    .orderBy(() => ordering(sorting))
    .limit(limit)
    .execute();
  return fillModels(db, rows);
}

async function searchVersions(queries: Queries, { filter, order, after, limit }: SearchRows): Promise<ModelVersion[]> {
  const db = openRegistry(queries);
  const tags = { table: 'model_version_tag', owner: 'version_id', of: 'v.id' };
  const sorting = sortingOf(order, versionColumns);
  const rows = await selectVersions(db)
    .where('v.deleted_at', 'is', null)
    .$if(filter !== undefined, (q) => q.where(() => conditionOf(queries, filter!, { columns: versionColumns, tags })))
    .$if(after !== undefined, (q) => q.where(() => isAfter(sorting, after!)))
    .orderBy(() => ordering(sorting))
    .limit(limit)
    .execute();
  return fillVersions(db, rows);
}

interface Words {
  columns: Record<string, string>;
  tags: { table: string; owner: string; of: string };
}

function conditionOf(queries: Queries, filter: Filter, { columns, tags }: Words): Condition {
  return filterCondition(filter, (comparison) =>
    comparison.field.kind === attributeKind
      ? columnTest(queries, columns[comparison.field.key]!, comparison)
      : pairTest(queries, tags, comparison),
  );
}

function sortingOf(order: readonly OrderTerm[], columns: Record<string, string>): Sorting[] {
  return order.map(({ field, descending }) => {
    const sorting = { column: columns[field.key]!, descending };
    return nullable.includes(field.key) ? { ...sorting, blank: '' } : sorting;
  });
}

function orderedBy({ column, blank }: Sorting): RawBuilder<unknown> {
  return blank === undefined ? sql.ref(column) : sql`coalesce(${sql.ref(column)}, ${blank})`;
}

function ordering(sorting: readonly Sorting[]): RawBuilder<unknown> {
  return sql.join(sorting.map((one) => sql`${orderedBy(one)} ${sql.raw(one.descending ? 'desc' : 'asc')}`));
}

/** Rows behind the last one of the page before, each term in its own direction. */
function isAfter(sorting: readonly Sorting[], after: readonly (string | number)[]): RawBuilder<SqlBool> {
  const beyond = sorting.map((one, at) => {
    const equal = sorting.slice(0, at).map((before, i) => sql`${orderedBy(before)} = ${after[i]}`);
    const step = one.descending ? sql`<` : sql`>`;
    return sql`(${sql.join([...equal, sql`${orderedBy(one)} ${step} ${after[at]}`], sql` and `)})`;
  });
  return sql<SqlBool>`(${sql.join(beyond, sql` or `)})`;
}

async function newestOfStages(queries: Queries, models: readonly string[]): Promise<ModelVersion[]> {
  if (models.length === 0) return [];
  const db = openRegistry(queries);
  const rows = await selectVersions(db)
    .where('m.name', 'in', [...models])
    .where('v.deleted_at', 'is', null)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('model_version as newer')
            .select('newer.id')
            .whereRef('newer.model_id', '=', 'v.model_id')
            .whereRef('newer.stage', '=', 'v.stage')
            .whereRef('newer.number', '>', 'v.number')
            .where('newer.deleted_at', 'is', null),
        ),
      ),
    )
    .orderBy('v.number')
    .execute();
  return fillVersions(db, rows);
}
