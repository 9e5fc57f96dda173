import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Declared, ResourceKind } from './kind.ts';
import { type CheckedDocument, checkDocuments, makePlan } from './plan.ts';
import type { PlannedChange, ProjectApplied, ProjectDocument, ProjectPlan, ProjectRevision } from './schema.ts';
import { createProjectsStore } from './store.ts';

/** A request to make a project's documents so. */
export interface ApplyRequest {
  project: string;
  documents: ProjectDocument[];
  /** The digest of the plan that was looked at; apply refuses when it would do anything else now. */
  plan?: string | undefined;
  /** Whether to delete what the project owns and no longer declares. */
  prune?: boolean;
  commit?: string | undefined;
}

/** Projects as code: the difference between what is declared and what is, and making it so. */
export interface Projects {
  plan(project: string, documents: ProjectDocument[]): Promise<ProjectPlan>;
  apply(actor: Actor, request: ApplyRequest): Promise<ProjectApplied>;
  list(): Promise<ProjectRevision[]>;
  /** The revision of the project that owns a resource, as it stood at a time; undefined where no project does. */
  revisionAt(resource: { kind: string; name: string }, at: number): Promise<ProjectRevision | undefined>;
  revisions(project: string, page: PageRequest): Promise<Page<ProjectRevision>>;
}

/** What projects are made of; `kinds` in the order in which resources must be created. */
export interface ProjectsOptions {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  kinds: readonly ResourceKind[];
}

/** Makes the projects service. */
export function createProjects(options: ProjectsOptions): Projects {
  const store = createProjectsStore(options.database.query);
  return {
    async plan(project, documents) {
      return (await planOf(options, project, documents)).plan;
    },
    apply: (actor, request) => options.database.transaction(() => apply(options, actor, request)),
    list: () => store.projects(),
    revisionAt: (resource, at) => store.revisionAt(resource, at),
    revisions: (project, page) => store.revisions(project, page),
  };
}

async function planOf(options: ProjectsOptions, project: string, documents: readonly ProjectDocument[]) {
  const kinds = new Map(options.kinds.map((kind) => [kind.kind, kind]));
  const checked = checkDocuments(kinds, documents);
  const current = new Map<string, Declared[]>();
  for (const kind of options.kinds) current.set(kind.kind, await kind.declared());
  const store = createProjectsStore(options.database.query);
  const [revision, owners] = [await store.revision(project), await store.owners()];
  const plan = makePlan({ project, revision, documents: checked, current, owners, kinds: options.kinds });
  return { plan, checked };
}

/** Carries a plan out in one transaction: all of it, or nothing. */
async function apply(options: ProjectsOptions, actor: Actor, request: ApplyRequest): Promise<ProjectApplied> {
  const { database, ledger, clock } = options;
  return database.transaction(async (tx) => {
    await database.lock(tx, 'projects');
    const { plan, checked } = await planOf(options, request.project, request.documents);
    if (request.plan !== undefined && request.plan !== plan.digest) {
      fail('stale_plan', `The project changed since the plan ${request.plan.slice(0, 12)} was made. Plan again.`, {
        field: 'plan',
      });
    }
    const store = createProjectsStore(tx);
    const todo = plan.changes.filter(({ action }) => action !== 'none' && (action !== 'delete' || request.prune));
    const kept = plan.changes
      .filter(({ action }) => action === 'delete' && !request.prune)
      .map(({ kind, name }) => `${kind}/${name}`);
    for (const { kind, name } of checked) await store.own({ kind: kind.kind, name, project: request.project });
    for (const change of todo) await carryOut(options, actor, { change, checked });
    if (todo.length === 0) return { plan, revision: plan.revision, changed: false, kept };
    for (const { action, kind, name } of todo) if (action === 'delete') await store.disown(kind, name);
    const revision = plan.revision + 1;
    await store.addRevision({
      project: request.project,
      revision,
      applied_at: clock.now(),
      actor_name: actor.name,
      commit_id: request.commit ?? null,
      digest: plan.digest,
      summary: JSON.stringify(plan.summary),
      documents: JSON.stringify(request.documents),
    });
    await ledger.append(tx, {
      type: 'project.applied',
      actor,
      subject: { kind: 'project', id: request.project, name: request.project },
      data: { revision, ...plan.summary, commit: request.commit ?? null },
    });
    return { plan, revision, changed: true, kept };
  });
}

async function carryOut(
  { kinds }: ProjectsOptions,
  actor: Actor,
  { change, checked }: { change: PlannedChange; checked: readonly CheckedDocument[] },
): Promise<void> {
  if (change.action === 'delete') {
    await kinds.find(({ kind }) => kind === change.kind)!.undeclare(actor, change.name);
    return;
  }
  const document = checked.find(({ kind, name }) => kind.kind === change.kind && name === change.name)!;
  await document.kind.declare(actor, document.name, document.spec as never);
}
