import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { FoldersDeps } from './deps.ts';
import { foldersAbove, inherit } from './inherit.ts';
import { applyRetention } from './retention.ts';
import {
  type EffectiveSettings,
  type FolderEntry,
  type FolderSettings,
  folderPathSchema,
  folderSettingsSchema,
  type RetentionReport,
} from './schema.ts';
import { createFolderStore } from './store.ts';

/** Folders of experiments: what is in them, and the settings that all below inherit. */
export interface Folders {
  /** The folders right below one (`''` is the top), by name. */
  list(path: string): Promise<FolderEntry[]>;
  settings(path: string): Promise<EffectiveSettings>;
  /** Replaces what a folder says itself; nothing at all removes it. */
  setSettings(actor: Actor, path: string, settings: FolderSettings): Promise<EffectiveSettings>;
  /** Renames every experiment below; all or none. */
  move(actor: Actor, from: string, to: string): Promise<{ experiments: number }>;
  /** Applies the retention rules now; they are applied every hour anyway. */
  applyRetention(actor: Actor, options: { dryRun: boolean }): Promise<RetentionReport>;
}

/** Makes folders over tracking. */
export function createFolders(deps: FoldersDeps): Folders {
  const { background, database } = deps;
  background.add({
    name: 'retention',
    everyMs: 3_600_000,
    run: async () => {
      await applyRetention(deps);
    },
  });
  const settings = async (path: string) => {
    const above = [...foldersAbove(path), path];
    return inherit(path, await createFolderStore(database.query).some(above));
  };
  return {
    list: (path) => listFolders(deps, parseAs(folderPathSchema, path)),
    settings: (path) => settings(parseAs(folderPathSchema, path)),
    async setSettings(actor, path, given) {
      await putSettings(deps, actor, { path: parseAs(folderPathSchema, path), settings: given });
      return settings(path);
    },
    move: (actor, from, to) => moveFolder(deps, actor, { from, to }),
    applyRetention: (actor, options) => applyRetention(deps, { actor, ...options }),
  };
}

async function listFolders({ tracking }: FoldersDeps, path: string): Promise<FolderEntry[]> {
  const counts = new Map<string, number>();
  const start = path === '' ? 0 : path.length + 1;
  for (let pageToken: string | undefined; ; ) {
    const page = await tracking.experiments.list({ ...(path && { under: path }), limit: 1000, pageToken });
    for (const { name } of page.items) {
      const slash = name.indexOf('/', start === 0 ? 1 : start);
      if (slash > 0) counts.set(name.slice(0, slash), (counts.get(name.slice(0, slash)) ?? 0) + 1);
    }
    pageToken = page.nextPageToken;
    if (pageToken === undefined) break;
  }
  const entries = [...counts].map(([at, experiments]) => ({ path: at, name: at.slice(start), experiments }));
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function putSettings(
  { database, ledger, clock }: FoldersDeps,
  actor: Actor,
  { path, settings: given }: { path: string; settings: unknown },
): Promise<void> {
  const settings = parseAs(folderSettingsSchema, given);
  await database.transaction(async (tx) => {
    await database.lock(tx, `folder:${path}`);
    const store = createFolderStore(tx);
    const [before] = await store.some([path]);
    if (JSON.stringify(before?.settings ?? {}) === JSON.stringify(settings)) return;
    if (Object.keys(settings).length === 0) await store.remove(path);
    else await store.put({ path, settings }, { actorId: actor.id, at: clock.now() });
    const subject = { kind: 'folder', id: path || '/', name: path || '/' };
    await ledger.append(tx, {
      type: 'folder.settings.changed',
      actor,
      subject,
      data: { before: before?.settings ?? {}, after: settings },
    });
  });
}

async function moveFolder(deps: FoldersDeps, actor: Actor, { from, to }: { from: string; to: string }) {
  const [source, target] = [parseAs(folderPathSchema, from), parseAs(folderPathSchema, to)];
  if (source === '' || target === '') {
    fail('invalid_input', 'The top is no folder that can be moved or replaced.', {
      field: source === '' ? 'from' : 'to',
    });
  }
  if (`${target}/`.startsWith(`${source}/`)) {
    fail('invalid_input', `'${target}' lies inside '${source}'.`, { field: 'to', value: target });
  }
  return deps.database.transaction(async (tx) => {
    let experiments = 0;
    for (let pageToken: string | undefined; ; ) {
      const page = await deps.tracking.experiments.list({ under: source, limit: 1000, pageToken });
      for (const { id, name } of page.items) {
        await deps.tracking.experiments.update(actor, id, { name: target + name.slice(source.length) });
        experiments++;
      }
      pageToken = page.nextPageToken;
      if (pageToken === undefined) break;
    }
    const store = createFolderStore(tx);
    const below = (await store.all()).filter(({ path }) => `${path}/`.startsWith(`${source}/`));
    for (const { path, settings } of below) {
      await store.remove(path);
      await store.put(
        { path: target + path.slice(source.length), settings },
        { actorId: actor.id, at: deps.clock.now() },
      );
    }
    if (experiments + below.length === 0)
      fail('not_found', `There is nothing below '${source}'.`, { field: 'from', value: source });
    return { experiments };
  });
}
