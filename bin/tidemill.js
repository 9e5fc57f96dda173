#!/usr/bin/env node
// Starts the command line: the built one of a release, or the sources of a working copy. Plain JavaScript, so that an old
// Node can say what is wrong instead of failing on syntax; in a working copy it continues under the Node that came with it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const built = new URL('../dist/cli/main.js', import.meta.url);
const source = new URL('../src/cli/main.ts', import.meta.url);
const brought = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const newEnough = major > 22 || (major === 22 && minor >= 18);

// The ONNX runtime would keep an id of the machine and tell its makers of its use.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

if (newEnough) {
  // Compiled code is kept beside the packages, which halves the time to start; where that cannot be written, all goes on without.
  modules.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tidemill', import.meta.url)));
  // Starting makes much that is thrown away; without this the heap for young objects stays as large as it needed, unused.
  setFlagsFromString('--semi-space-growth-factor=1');
  await import(existsSync(source) ? source.href : built.href);
  setFlagsFromString('--semi-space-growth-factor=2');
  // Now, because what is killed never comes to the end at which Node would write it.
  modules.flushCompileCache();
} else if (existsSync(brought) && process.execPath !== brought) {
  const child = spawnSync(brought, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = child.status ?? 1;
} else {
  console.error(`Tidemill needs Node 22.18 or newer; this is ${process.version}.`);
  process.exitCode = 1;
}
