// Makes the working copy ready, in plain JavaScript so that Node 20 can run it: installs when the lockfile changed,
// builds the web page (with --web) when its sources are newer than the build. Says what it does; silent when all is done.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.tidemill-setup');

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Tidemill needs Node 20 or newer to set itself up; this is ${process.version}.`);
  process.exit(1);
}

function run(what, command, args) {
  console.error(what);
  const started = Date.now();
  const windows = process.platform === 'win32';
  const child = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: windows,
  });
  if (child.status !== 0) {
    console.error(`${child.stdout ?? ''}${child.stderr ?? ''}${child.error ?? ''}`);
    console.error(`Setting up failed: '${command} ${args.join(' ')}' ended with ${child.status ?? child.signal}.`);
    process.exit(1);
  }
  console.error(`  done in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

function installed() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  run('Installing packages (the lockfile is new or changed) …', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  writeFileSync(stamp, lock);
}

function newestIn(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs);
  }
  return newest;
}

function webBuilt() {
  if (!existsSync(join(root, 'web', 'index.html'))) return;
  const built = join(root, 'dist', 'web', 'index.html');
  const sources = Math.max(newestIn(join(root, 'web')), newestIn(join(root, 'sdk', 'src')));
  if (existsSync(built) && statSync(built).mtimeMs >= sources) return;
  mkdirSync(join(root, 'dist'), { recursive: true });
  run('Building the web page …', 'npm', ['run', '--silent', 'build', '-w', 'web']);
}

installed();
if (process.argv.includes('--web')) webBuilt();
