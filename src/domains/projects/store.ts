import type { Kysely } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { isoTime } from '../../kernel/clock.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { ProjectRevision } from './schema.ts';
import type { ProjectsTables } from './tables.ts';

/** A revision about to be written. */
export type NewRevision = ProjectsTables['project_revision'];

const columns = ['project', 'revision', 'applied_at', 'actor_name', 'commit_id', 'digest', 'summary'] as const;

/** All SQL of projects. */
export function createProjectsStore(queries: Queries) {
  const db = queries.withTables<ProjectsTables>();
  return {
    async revision(project: string): Promise<number> {
      const query = db.selectFrom('project_revision').select((e) => e.fn.max('revision').as('last'));
      const row = await query.where('project', '=', project).executeTakeFirst();
      return Number(row?.last ?? 0);
    },

    async owners(): Promise<Map<string, string>> {
      const rows = await db.selectFrom('project_resource').selectAll().execute();
      return new Map(rows.map((row) => [`${row.kind}/${row.name}`, row.project]));
    },

    async own(resource: ProjectsTables['project_resource']): Promise<void> {
      await db
        .insertInto('project_resource')
        .values(resource)
        .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet({ project: resource.project }))
        .execute();
    },

    async disown(kind: string, name: string): Promise<void> {
      await db.deleteFrom('project_resource').where('kind', '=', kind).where('name', '=', name).execute();
    },

    async addRevision(revision: NewRevision): Promise<void> {
      await db.insertInto('project_revision').values(revision).execute();
    },

    projects: () => latestRevisions(db),

    revisionAt: (resource: Resource, at: number) => revisionAt(db, resource, at),

    async revisions(project: string, page: PageRequest): Promise<Page<ProjectRevision>> {
      const before = page.pageToken ? (decodePageToken(page.pageToken, ['number'])[0] as number) : undefined;
      const rows = await db
        .selectFrom('project_revision')
        .select(columns)
        .where('project', '=', project)
        .$if(before !== undefined, (query) => query.where('revision', '<', before!))
        .orderBy('revision', 'desc')
        .limit(page.limit + 1)
        .execute();
      return toPage(rows.map(toRevision), page.limit, (revision) => [revision.revision]);
    },
  };
}

/** The latest revision of every project, by name. */
async function latestRevisions(db: Kysely<ProjectsTables>): Promise<ProjectRevision[]> {
  const latest = db
    .selectFrom('project_revision')
    .select((e) => ['project', e.fn.max('revision').as('last')])
    .groupBy('project');
  const rows = await db
    .selectFrom('project_revision as r')
    .innerJoin(latest.as('l'), (join) => join.onRef('l.project', '=', 'r.project').onRef('l.last', '=', 'r.revision'))
    .select(columns.map((column) => `r.${column}` as const))
    .orderBy('r.project')
    .execute();
  return rows.map(toRevision);
}

type Resource = Pick<ProjectsTables['project_resource'], 'kind' | 'name'>;

/** The revision of the project that owned a resource at a time; undefined where none did. */
async function revisionAt(
  db: Kysely<ProjectsTables>,
  resource: Resource,
  at: number,
): Promise<ProjectRevision | undefined> {
  const row = await db
    .selectFrom('project_revision as r')
    .innerJoin('project_resource as o', 'o.project', 'r.project')
    .select(columns.map((column) => `r.${column}` as const))
    .where('o.kind', '=', resource.kind)
    .where('o.name', '=', resource.name)
    .where('r.applied_at', '<=', at)
    .orderBy('r.revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRevision(row);
}

function toRevision(row: Omit<NewRevision, 'documents'>): ProjectRevision {
  return {
    project: row.project,
    revision: row.revision,
    appliedAt: isoTime(row.applied_at),
    actor: row.actor_name,
    commit: row.commit_id,
    digest: row.digest,
    summary: JSON.parse(row.summary) as ProjectRevision['summary'],
  };
}
