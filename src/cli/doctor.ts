import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '../kernel/errors.ts';
import { readSettings, type Settings } from '../settings.ts';

/** What one check found, and what to do when it is not well. */
export interface Finding {
  check: string;
  ok: boolean;
  found: string;
  cure?: string;
}

/** Checks this machine and a home folder: Node, native parts, memory, disk, rights, settings, port. */
export async function examine(home?: string): Promise<Finding[]> {
  const findings = [checkNode(), checkMachine(), ...checkNativeParts()];
  try {
    const settings = readSettings({ flags: { home } });
    findings.push({ check: 'settings', ok: true, found: 'every setting is known and well-formed' });
    findings.push(checkHome(settings.home), checkDisk(settings.home), await checkPort(settings));
  } catch (error) {
    findings.push({ check: 'settings', ok: false, found: messageOf(error), cure: 'See docs/settings.md.' });
  }
  return findings;
}

function checkNode(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const ok = major > 22 || (major === 22 && minor >= 18);
  return { check: 'node', ok, found: process.version, ...(ok ? {} : { cure: 'Tidemill needs Node 22.18 or newer.' }) };
}

function checkMachine(): Finding {
  const gigabytes = totalmem() / 2 ** 30;
  const found = `${availableParallelism()} cores, ${gigabytes.toFixed(1)} GB of memory`;
  return { check: 'machine', ok: gigabytes >= 1, found, ...(gigabytes >= 1 ? {} : { cure: 'Give it 1 GB or more.' }) };
}

function checkNativeParts(): Finding[] {
  const require = createRequire(import.meta.url);
  return ['@duckdb/node-api', 'onnxruntime-node'].map((name) => {
    try {
      require(name);
      return { check: name, ok: true, found: 'loads' };
    } catch (error) {
      const cure = "Install again without '--omit=optional'; the binary of this platform is an optional package.";
      return { check: name, ok: false, found: messageOf(error).split('\n')[0]!, cure };
    }
  });
}

function checkHome(home: string): Finding {
  try {
    const isNew = !existsSync(home);
    if (isNew) accessSync(nearestFolder(home), constants.W_OK);
    else {
      mkdirSync(home, { recursive: true });
      const probe = join(home, `.probe-${process.pid}`);
      writeFileSync(probe, '');
      rmSync(probe);
    }
    return { check: 'home', ok: true, found: `${home} ${isNew ? 'can be made' : 'can be written'}` };
  } catch (error) {
    return { check: 'home', ok: false, found: messageOf(error), cure: 'Choose another with --home or TIDEMILL_HOME.' };
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

function checkDisk(home: string): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(home));
  const free = (bavail * bsize) / 2 ** 30;
  const cure = 'Free some room, or choose another home.';
  return { check: 'disk', ok: free >= 1, found: `${free.toFixed(1)} GB free`, ...(free >= 1 ? {} : { cure }) };
}

function checkPort({ host, port }: Settings): Promise<Finding> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => {
      const cure = 'A server may be running there already; otherwise choose another with --port.';
      resolve({ check: 'port', ok: false, found: `${host}:${port}: ${messageOf(error)}`, cure });
    });
    probe.listen({ host, port }, () =>
      probe.close(() => resolve({ check: 'port', ok: true, found: `${host}:${port} is free` })),
    );
  });
}
