import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** One package of a lockfile of version 2 or 3. */
interface Locked {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  dev?: boolean;
  devOptional?: boolean;
  peer?: boolean;
  link?: boolean;
}

/** The packages of an installation by their place, `node_modules/a/node_modules/b`. */
export type LockedPackages = Record<string, Locked>;

/** What identifies a package that is made of a part of another. */
export interface PackageIdentity {
  name: string;
  version: string;
}

/**
 * Reads what is installed around a program: of the lockfile of a working copy, or of the one that npm keeps in `node_modules`,
 * where the program lies in one. Undefined where another installer left neither.
 */
export async function readLockedPackages(root: string): Promise<LockedPackages | undefined> {
  const places = [join(root, 'package-lock.json')];
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
    places.push(join(folder, 'node_modules', '.package-lock.json'));
  }
  for (const place of places) {
    const text = await readFile(place, 'utf8').catch(() => undefined);
    const packages = text && (JSON.parse(text) as { packages?: LockedPackages }).packages;
    if (packages) return packages;
  }
  return undefined;
}

/** The `package.json` and the lockfile of a part of a program: only the packages it names and what those need. */
export function cutLockfile(all: LockedPackages, names: readonly string[], identity: PackageIdentity) {
  const kept = new Map<string, Locked>();
  const queue = names.map((name) => ({ name, from: '', isOptional: false }));
  for (let next = queue.pop(); next; next = queue.pop()) {
    const place = findPlace(all, next.from, next.name);
    if (place === undefined) {
      if (next.isOptional) continue;
      throw new Error(`The installation's lockfile has no package '${next.name}'.`);
    }
    if (kept.has(place)) continue;
    const { dev: _dev, devOptional: _devOptional, peer: _peer, ...locked } = all[place]!;
    kept.set(place, locked);
    for (const [name, isOptional] of neededBy(locked)) queue.push({ name, from: place, isOptional });
  }
  const dependencies = Object.fromEntries(
    [...names].sort().map((name) => [name, kept.get(`node_modules/${name}`)!.version!]),
  );
  const own = { ...identity, private: true, type: 'module', dependencies };
  const packages = Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1)));
  const { name, version } = identity;
  const lockfile = {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name, version, dependencies }, ...packages },
  };
  return { package: own, lockfile, places: Object.keys(packages) };
}

function neededBy({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }: Locked) {
  const needed = new Map<string, boolean>();
  for (const name of Object.keys(peerDependencies ?? {}))
    needed.set(name, peerDependenciesMeta?.[name]?.optional ?? false);
  for (const name of Object.keys(dependencies ?? {})) needed.set(name, false);
  for (const name of Object.keys(optionalDependencies ?? {})) needed.set(name, true);
  return needed;
}

/** Where Node finds a package from another's place: inside it, or beside one of those around it. */
function findPlace(all: LockedPackages, from: string, name: string): string | undefined {
  for (let around = from; ; around = around.slice(0, Math.max(0, around.lastIndexOf('/node_modules/')))) {
    const place = around === '' ? `node_modules/${name}` : `${around}/node_modules/${name}`;
    if (all[place] && !all[place].link) return place;
    if (around === '') return undefined;
  }
}
