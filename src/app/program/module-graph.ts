import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, extname, join, posix } from 'node:path';

/** The modules that a program is made of, and the packages they name. */
export interface ModuleGraph {
  /** Paths below the root, sorted, with `/`. */
  files: string[];
  /** Names of npm packages, sorted. */
  packages: string[];
}

const statement = /^(?:import|export)\s(?!type\s)[^'"`;]*?from\s+(['"])([^'"\n]+)\1/gm;
const bare = /^import\s+(['"])([^'"\n]+)\1/gm;
const dynamic = /\bimport\((['"])([^'"\n]+)\1\)/g;
const required = /\b(?:createRequire\(import\.meta\.url\)|require)\((['"])([^'"\n]+)\1\)/g;
/** A thread's or a process' own module: `./worker${suffix}`, with the suffix that the sources or the build have. */
const started = /new URL\(`(\.[^`$]*)\$\{[^`]*\}`,\s*import\.meta\.url\)/g;
const beside = /new URL\((['"])(\.[^'"\n]+)\1,\s*import\.meta\.url\)/g;

/**
 * Follows the imports of a program from its entries, those of values only: static and dynamic imports, and files it opens
 * beside itself by `new URL('…', import.meta.url)`. Paths are below `root`.
 */
export async function moduleGraph(root: string, entries: readonly string[]): Promise<ModuleGraph> {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const queue = [...entries];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
    // What is opened beside a module may be a folder, or stand only in one of the two layouts (sources and build).
    if (text === undefined) continue;
    seen.add(path);
    if (!/\.[cm]?[jt]s$/.test(path)) continue;
    for (const name of namesIn(text, extname(path))) {
      if (name.startsWith('.')) queue.push(posix.join(dirname(path), name));
      else if (!isBuiltin(name)) packages.add(packageOf(name));
    }
  }
  return { files: [...seen].sort(), packages: [...packages].sort() };
}

function namesIn(text: string, suffix: string): string[] {
  const code = withoutTypes(text);
  const named = [statement, bare, dynamic, required, beside].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match[2]!),
  );
  return [...named, ...[...code.matchAll(started)].map((match) => `${match[1]!}${suffix}`)];
}

/** Comments and `typeof import('…')` and type positions name modules that are never loaded. */
function withoutTypes(text: string): string {
  return text
    .replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')
    .replaceAll(/typeof import\([^)]*\)/g, '')
    .replaceAll(/import\([^)]*\)\.[A-Z]\w*/g, '');
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}
