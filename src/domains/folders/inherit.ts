import type { EffectiveSettings, FolderSettings } from './schema.ts';
import type { StoredFolder } from './store.ts';

/** The folders a name or folder lies in, from the top (`''`) to the nearest: `a/b/c` lies in `''`, `a`, `a/b`. */
export function foldersAbove(name: string): string[] {
  const above = [''];
  for (let slash = name.indexOf('/', 1); slash > 0; slash = name.indexOf('/', slash + 1))
    above.push(name.slice(0, slash));
  return above;
}

/** What holds in a folder: each setting from the nearest folder that says it, tags and retention key by key. */
export function inherit(path: string, folders: readonly StoredFolder[]): EffectiveSettings {
  const effective: FolderSettings = {};
  const from: Record<string, string> = {};
  const byDepth = [...folders].sort((a, b) => a.path.length - b.path.length);
  for (const folder of byDepth) {
    const { description, artifactLocation, tags, retention } = folder.settings;
    for (const [name, value] of Object.entries({ description, artifactLocation })) {
      if (value === undefined) continue;
      Object.assign(effective, { [name]: value });
      from[name] = folder.path;
    }
    for (const [name, values] of Object.entries({ tags, retention })) {
      for (const [key, value] of Object.entries(values ?? {})) {
        const group = (effective as Record<string, Record<string, unknown>>)[name] ?? {};
        Object.assign(effective, { [name]: { ...group, [key]: value } });
        from[`${name}.${key}`] = folder.path;
      }
    }
  }
  return { path, own: folders.find((folder) => folder.path === path)?.settings ?? {}, effective, from };
}
