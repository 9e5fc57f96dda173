import { execFileSync } from 'node:child_process';

const mounted: string[] = [];

/** Mounts a small file system in memory on a folder; false where this user may not. */
export function mountSmall(folder: string, megabytes: number, mode: 'rw' | 'ro' = 'rw'): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,${mode}`, 'tmpfs', folder], { stdio: 'ignore' });
    mounted.push(folder);
    return true;
  } catch {
    return false;
  }
}

/** Takes away what `mountSmall` has mounted. */
export function unmountAll(): void {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder]);
}
