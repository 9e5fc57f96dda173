import { execFileSync } from 'node:child_process';

/** The git commit a folder stands at, with `+` when there are uncommitted changes; nothing outside a repository. */
export function commitOf(folder: string): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--', '.') ? '+' : '');
  } catch {
    return undefined;
  }
}
