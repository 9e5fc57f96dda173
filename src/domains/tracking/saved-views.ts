import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { parseFilter, parseOrder } from '../../kernel/filter/index.ts';
import { newId } from '../../kernel/ids.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, type TrackingDeps } from './deps.ts';
import { runVocabulary } from './run-vocabulary.ts';
import { type NewView, newViewSchema, type SavedView, type ViewContent } from './saved-view-schema.ts';
import { createSavedViewStore } from './saved-view-store.ts';

/** Views of an experiment's runs that are shared by all who read it. `which` is the experiment's id or name. */
export interface SavedViews {
  create(actor: Actor, which: string, view: NewView): Promise<SavedView>;
  /** Fails with `not_found`. */
  get(which: string, id: string): Promise<SavedView>;
  list(which: string, page: PageRequest): Promise<Page<SavedView>>;
  /** Replaces name and content. */
  replace(which: string, id: string, view: NewView): Promise<SavedView>;
  delete(which: string, id: string): Promise<void>;
}

/** Makes the saved views of experiments. */
export function createSavedViews(deps: TrackingDeps): SavedViews {
  const { database } = deps;
  return {
    create: (actor, which, view) => createView(deps, actor, { which, view }),
    async get(which, id) {
      const { id: experimentId } = await experimentOf(database.query, which);
      return (await createSavedViewStore(database.query).find(experimentId, id)) ?? notFound('view', id);
    },
    async list(which, { limit, pageToken }) {
      const { id } = await experimentOf(database.query, which);
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await createSavedViewStore(database.query).list(id, { after, limit: limit + 1 });
      return toPage(rows, limit, ({ name }) => [name]);
    },
    replace: (which, id, view) => replaceView(deps, { which, id }, view),
    async delete(which, id) {
      const { id: experimentId } = await experimentOf(database.query, which);
      if (!(await createSavedViewStore(database.query).delete(experimentId, id))) notFound('view', id);
    },
  };
}

/** A view that could not be shown is refused when it is saved, not when it is opened. */
function checked(view: unknown): { name: string; content: ViewContent } {
  const { name, ...content } = parseAs(newViewSchema, view);
  parseFilter(content.filter, runVocabulary);
  for (const term of content.orderBy) parseOrder(term, runVocabulary);
  return { name, content };
}

async function createView(
  { database, clock }: TrackingDeps,
  actor: Actor,
  { which, view }: { which: string; view: unknown },
): Promise<SavedView> {
  const { name, content } = checked(view);
  const { id: experimentId } = await experimentOf(database.query, which);
  const now = clock.now();
  const made: SavedView = {
    ...content,
    id: newId(now),
    experimentId,
    name,
    createdBy: actor.name,
    createdAt: now,
    updatedAt: now,
  };
  if (await createSavedViewStore(database.query).insert(made)) return made;
  return fail('already_exists', `The experiment has a view named '${name}'.`, { field: 'name', value: name });
}

async function replaceView(
  { database, clock }: TrackingDeps,
  { which, id }: { which: string; id: string },
  view: unknown,
): Promise<SavedView> {
  const { name, content } = checked(view);
  return database.transaction(async (tx) => {
    const { id: experimentId } = await experimentOf(tx, which);
    const store = createSavedViewStore(tx);
    const before = (await store.find(experimentId, id)) ?? notFound('view', id);
    const at = clock.now();
    await store.update(id, { name, content, at });
    return { ...before, ...content, name, updatedAt: at };
  });
}
