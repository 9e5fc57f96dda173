import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BenchResult } from './result.ts';

// `npm run bench` runs every benchmark and writes bench/README.md; `npm run bench name` runs one and prints it.

const folder = import.meta.dirname;
const notBenchmarks = new Set([
  'http-file.ts',
  'http-load.ts',
  'mlflow-seed.ts',
  'mlflow-servers.ts',
  'run.ts',
  'result.ts',
  'predict-load.ts',
  'predict-server.ts',
  'proxy-server.ts',
  'bare-server.ts',
  'child-server.ts',
  'serving-load.ts',
  'serving-server.ts',
  'serving-work.ts',
]);
const all = readdirSync(folder).filter((file) => file.endsWith('.ts') && !notBenchmarks.has(file));
const one = process.argv.indexOf('--one');
if (one >= 0) {
  const { default: run } = (await import(join(folder, `${process.argv[one + 1]}.ts`))) as {
    default(): Promise<BenchResult>;
  };
  process.stdout.write(`\u0001${JSON.stringify(await run())}`, () => process.exit(0));
  await new Promise(() => {});
}
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = asked.filter((name) => !all.includes(`${name}.ts`));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark '${unknown[0]}'. There are: ${all.map((file) => file.slice(0, -3)).join(', ')}.`,
  );
  process.exit(2);
}

/** Each benchmark runs in a process of its own, so that one does not warm or burden the next. */
function run(name: string): BenchResult {
  console.error(`${name} …`);
  const output = execFileSync(process.execPath, ['--expose-gc', import.meta.filename, '--one', name], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.slice(output.indexOf('\u0001') + 1)) as BenchResult;
}

function row(figure: BenchResult['figures'][number]): string {
  const value =
    figure.value >= 100 ? Math.round(figure.value).toLocaleString('en') : Number(figure.value.toPrecision(3));
  return `| ${figure.label} | ${value} ${figure.unit} | ${figure.goal ?? ''} | ${figure.ratio ?? ''} |`;
}

function section(result: BenchResult): string {
  return `## ${result.name}\n\n| figure | measured | goal | ratio |\n|---|---|---|---|\n${result.figures.map(row).join('\n')}\n`;
}

// An hour long: only where it is asked for.
const usual = all.map((file) => file.slice(0, -3)).filter((name) => name !== 'soak');
const names = asked.length > 0 ? asked : usual;
const sections = new Map<string, string>();
for (const name of names) {
  const text = section(run(name));
  sections.set(name, text);
  console.log(`\n${text}`);
}

const report = join(folder, 'README.md');
const intro = readFileSync(report, 'utf8').split('<!-- results -->')[0]!;
if (asked.length === 0 || process.argv.includes('--write')) {
  const old = readFileSync(report, 'utf8').split('<!-- results -->')[1] ?? '';
  const kept = new Map(
    old
      .split(/^(?=## )/m)
      .filter((part) => part.startsWith('## '))
      .map((part) => [part.slice(3, part.indexOf('\n')), part.trim()]),
  );
  for (const [name, text] of sections) kept.set(name, text.trim());
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: folder }).trim();
  const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, commit ${commit}`;
  const line = `Last run: ${new Date().toISOString().slice(0, 10)}, ${machine}.`;
  const body = [...kept]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
    .join('\n\n');
  writeFileSync(report, `${intro}<!-- results -->\n\n${line}\n\n${body}\n`);
}
