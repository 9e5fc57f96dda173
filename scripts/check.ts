import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// `npm run check`: everything that must hold before a commit lands, one after the other, all told at the end.

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

const steps: { name: string; command: string; args: string[] }[] = [
  { name: 'generated files', command: process.execPath, args: ['scripts/generate.ts', '--check'] },
  { name: 'lint and format', command: bin('biome'), args: ['check', '--error-on-warnings', '.'] },
  { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
  { name: 'types of the web page', command: bin('tsc'), args: ['--noEmit', '-p', 'web'] },
  { name: 'house and tests', command: bin('vitest'), args: ['run'] },
];

const failed: string[] = [];
for (const { name, command, args } of process.argv.includes('--quick') ? steps.slice(0, -1) : steps) {
  const started = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok ' : 'BAD'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
