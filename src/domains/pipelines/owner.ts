import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { newId } from '../../kernel/ids.ts';
import { processStart } from './process-tree.ts';

/** A name for this server among all that ever were: the machine, its boot, the process, and which of its engines. */
export function newOwner(): string {
  return JSON.stringify({
    host: hostname(),
    boot: bootId(),
    pid: process.pid,
    start: processStart(process.pid),
    id: newId(),
  });
}

/**
 * Whether an owner is known to be gone: it was a process of this machine that no longer runs, so nobody needs to wait for
 * its lease to run out. Owners elsewhere are never known to be gone.
 */
export function isGone(owner: string): boolean {
  try {
    const { host, boot, pid, start } = JSON.parse(owner) as {
      host: string;
      boot?: string;
      pid: number;
      start?: string;
    };
    if (host !== hostname()) return false;
    return boot !== bootId() || processStart(pid) !== start;
  } catch {
    return false;
  }
}

function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}
