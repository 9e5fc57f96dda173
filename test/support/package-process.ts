import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');
/** User and group of the image. */
const imageUser = 65_532;

/** A packaged endpoint, started as its image would. */
export interface PackageProcess {
  url: string;
  grpc: string;
  child: ChildProcess;
  /** User, read-only root and capabilities as the image has them; false where this machine does not allow that. */
  isConfined: boolean;
  stderr(): string;
}

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/**
 * Does in a folder what a package's Dockerfile does: the program with the packages of its lockfile (taken from this
 * installation instead of the registry), pruned, the model beside it, checked.
 */
export async function assembleImage(packageFolder: string, app: string, entry: string): Promise<void> {
  await mkdir(app, { recursive: true });
  for (const part of ['server', 'model']) await cp(join(packageFolder, part), join(app, part), { recursive: true });
  const lock = JSON.parse(await readFile(join(app, 'server', 'package-lock.json'), 'utf8')) as { packages: object };
  const isOther = /onnxruntime-node\/bin\/napi-v\d+\/(win32|darwin)/;
  for (const place of Object.keys(lock.packages).filter((one) => one !== '')) {
    const from = join(root, place);
    const filter = (path: string) => !path.slice(from.length).includes('/node_modules') && !isOther.test(path);
    await cp(from, join(app, 'server', place), { recursive: true, filter });
  }
  const server = join(app, 'server');
  run([join(server, 'prune.mjs')], server, {});
  const cache = join(app, 'cache');
  await mkdir(cache);
  spawnSync('chmod', ['-R', 'a+rX,go-w', app]);
  // The folders of tests are their owner's alone.
  for (const folder of [app, dirname(app)]) await chmod(folder, 0o755);
  const user = process.getuid?.() === 0 ? { uid: imageUser, gid: imageUser } : {};
  if (user.uid !== undefined) await chown(cache, imageUser, imageUser);
  run([join(server, entry), app, '--check'], app, {
    env: { NODE_COMPILE_CACHE: cache, ORT_DISABLE_TELEMETRY: '1' },
    user,
  });
}

interface User {
  uid?: number;
  gid?: number;
}

function run(
  words: string[],
  folder: string,
  { env = {}, user = {} }: { env?: Record<string, string>; user?: User },
): void {
  const { status, stderr } = spawnSync(process.execPath, words, {
    ...user,
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...env },
  });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
}

/** Starts what was assembled: as another user, without rights, on a read-only folder, where root may arrange that. */
export async function startPackage(
  app: string,
  entry: string,
  more: Record<string, string> = {},
): Promise<PackageProcess> {
  const [port, grpcPort] = [await freePort(), await freePort()];
  const env = {
    PATH: '/usr/bin:/bin',
    NODE_ENV: 'production',
    ORT_DISABLE_TELEMETRY: '1',
    NODE_COMPILE_CACHE: join(app, 'cache'),
    TIDEMILL_HOST: '0.0.0.0',
    TIDEMILL_PACKAGE: app,
    TIDEMILL_PORT: String(port),
    TIDEMILL_GRPC_PORT: String(grpcPort),
    ...more,
  };
  const words = [process.execPath, join(app, 'server', entry), 'serve'];
  const isConfined = canConfine(app);
  const script = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec setpriv --reuid=${imageUser} --regid=${imageUser} --clear-groups --no-new-privs --bounding-set=-all "$@"`;
  const child = isConfined
    ? spawn('unshare', ['--mount', 'sh', '-c', script, app, ...words], { env, cwd: '/' })
    : spawn(words[0]!, words.slice(1), { env, cwd: '/' });
  let stderr = '';
  child.stderr.on('data', (part: Buffer) => {
    stderr += part.toString();
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`It ended with ${code}: ${stderr}`))),
  ]);
  if (!String(line).includes('answers on')) throw new Error(String(line));
  return { url: `http://127.0.0.1:${port}`, grpc: `127.0.0.1:${grpcPort}`, child, isConfined, stderr: () => stderr };
}

function canConfine(app: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const script = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" 2>/dev/null && setpriv --reuid=${imageUser} --regid=${imageUser} --clear-groups "$1" -e 0`;
  return spawnSync('unshare', ['--mount', 'sh', '-c', script, app, process.execPath]).status === 0;
}
