import { describe, expect, test } from 'vitest';
import { floors, roomOf, whyNot } from './rooms.ts';
import { importsOf, measuredSource } from './source.ts';

const files = measuredSource();
const product = files.filter(
  (file) => /^(src|sdk|web|tools|scripts)\//.test(file.path) && !/\.(test|contract)\.tsx?$/.test(file.path),
);
const percentile = (values: number[], share: number) =>
  values.sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

describe('files', () => {
  test('none is over 500 lines', () => {
    const long = files.filter((file) => file.lines > 500 && !file.path.includes('/migrations/'));
    expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
  });

  test('half are under 120 lines and nine in ten under 300', () => {
    const lines = product.map((file) => file.lines);
    expect(percentile(lines, 0.5)).toBeLessThanOrEqual(120);
    expect(percentile(lines, 0.9)).toBeLessThanOrEqual(300);
  });

  test('are named in kebab-case, for what they do', () => {
    const bad = files.filter(({ path }) => {
      const name = path
        .split('/')
        .at(-1)!
        .replace(/\.(test|contract|config)?\.?tsx?$/, '');
      return (
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(name) ||
        /(^|-)(utils?|helpers?|common|misc|manager|v2)($|-)/.test(name)
      );
    });
    expect(bad.map((file) => file.path)).toEqual([]);
  });
});

describe('functions', () => {
  const isTestBlock = (name: string) => /^(describe|test|it|beforeAll|beforeEach|afterAll|afterEach)\b/.test(name);

  test('none is over 60 lines', () => {
    const long = files.flatMap((file) =>
      file.functions
        .filter(
          (one) =>
            one.lines > 60 && !isTestBlock(one.name) && !file.path.includes('/migrations/') && !isContract(file.path),
        )
        .map((one) => `${file.path}:${one.line} ${one.name}: ${one.lines} lines`),
    );
    expect(long).toEqual([]);
  });

  test('none takes more than three parameters', () => {
    const wide = product.flatMap((file) =>
      file.functions
        .filter((one) => one.parameters > 3)
        .map((one) => `${file.path}:${one.line} ${one.name}: ${one.parameters}`),
    );
    expect(wide).toEqual([]);
  });
});

/** A contract is one `describe` written as a function, so that each backend can run it. */
function isContract(path: string): boolean {
  return path.endsWith('.contract.ts');
}

describe('types and comments', () => {
  test('nothing is of type any', () => {
    const allowed = new Set(['src/http/route.ts', 'src/database/migration.ts']);
    const found = files.filter((file) => file.anyAt.length > 0 && !allowed.has(file.path));
    expect(found.map((file) => `${file.path}:${file.anyAt.join()}`)).toEqual([]);
  });

  test('every export of the product says what it is', () => {
    const silent = product.filter((file) => file.undocumented.length > 0 && !file.path.startsWith('web/'));
    expect(silent.map((file) => `${file.path}: ${file.undocumented.join(', ')}`)).toEqual([]);
  });
});

describe('imports', () => {
  const sources = files.filter((file) => file.path.startsWith('src/'));

  test('go down only', () => {
    const wrong = sources.flatMap((file) =>
      [...importsOf(file), ...(file.imports.includes('@tidemill/sdk') ? ['sdk/src/index.ts'] : [])].flatMap((to) => {
        const why = whyNot(file.path, to);
        return why ? [`${file.path} -> ${to}: ${why}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('every domain has a floor', () => {
    const domains = sources.map((file) => roomOf(file.path)).filter((room) => room.startsWith('domains/'));
    expect([...new Set(domains)].filter((room) => floors[room.slice(8)] === undefined)).toEqual([]);
  });

  test('make no circle, type-only ones included', () => {
    const graph = new Map(files.map((file) => [file.path, importsOf(file)]));
    expect(findCircle(graph)).toEqual([]);
  });

  test('nobody but the settings, the command line, tests and scripts reads process.env', async () => {
    const { readFileSync } = await import('node:fs');
    const readers = sources.filter((file) => /process\.env\b/.test(readFileSync(file.path, 'utf8')));
    const allowed = (path: string) =>
      path === 'src/settings.ts' || path.startsWith('src/cli/') || /\.(test|contract)\.ts$/.test(path);
    expect(readers.map((file) => file.path).filter((path) => !allowed(path))).toEqual([]);
  });
});

/** One circle of imports as a path of files, or nothing. */
function findCircle(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const trail: string[] = [];
  const walk = (path: string): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    trail.push(path);
    for (const next of graph.get(path) ?? []) {
      const circle = walk(next);
      if (circle.length > 0) return circle;
    }
    trail.pop();
    done.add(path);
    return [];
  };
  for (const path of graph.keys()) {
    const circle = walk(path);
    if (circle.length > 0) return circle;
  }
  return [];
}
