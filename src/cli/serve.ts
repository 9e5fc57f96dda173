import { flushCompileCache } from 'node:module';
import { stringifyJson } from '../kernel/json.ts';
import { settleMemory } from './settle.ts';

/** Serves a packaged endpoint until a signal ends it: the first drains, a second ends at once. */
export async function serve(folder: string, { json, ...flags }: Readonly<Record<string, unknown>>): Promise<void> {
  const { readServeSettings } = await import('../app/serve/serve-settings.ts');
  const settings = readServeSettings(flags, process.env);
  const { servePackage } = await import('../app/serve/serve-package.ts');
  const served = await servePackage(folder, settings);
  const { close, ...ready } = served;
  const grpc = ready.grpc ? ` and, over gRPC, on ${ready.grpc}` : '';
  const text = `The packaged endpoint '${ready.endpoint}' answers on ${ready.url}${grpc} (${ready.digest.slice(0, 12)})`;
  process.stdout.write(`${json === true ? stringifyJson({ ...ready, pid: process.pid }) : text}\n`);
  settleMemory();
  let stops = 0;
  const stop = () => {
    if (++stops > 1) process.exit(1);
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Checks and loads a packaged endpoint as a server would, and lets it go; compiled code is kept for the server to come. */
export async function check(folder: string): Promise<void> {
  const { readServeSettings } = await import('../app/serve/serve-settings.ts');
  const settings = readServeSettings({ host: '127.0.0.1', port: 0, grpcPort: 0 }, process.env);
  const { servePackage } = await import('../app/serve/serve-package.ts');
  const served = await servePackage(folder, settings);
  flushCompileCache();
  await served.close();
  process.stdout.write(`The packaged endpoint '${served.endpoint}' can be served (${served.digest.slice(0, 12)}).\n`);
}
