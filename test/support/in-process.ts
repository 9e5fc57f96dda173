import { type RunningServer, type StartOptions, startServer } from '../../src/app.ts';
import { readSettings } from '../../src/settings.ts';
import { createCaller, newFolder } from './server-process.ts';

/** A whole server inside the test, over a home folder of its own unless one is given. */
export async function openServer(flags: Record<string, unknown> = {}, options: StartOptions = {}) {
  const home = (flags['home'] as string | undefined) ?? (await newFolder());
  const settings = readSettings({ flags: { port: 0, logLevel: 'silent', ...flags, home }, env: {} });
  const server: RunningServer = await startServer(settings, { checkAnswers: true, ...options });
  return { ...server, home, call: createCaller(server.url, server.adminToken) };
}
