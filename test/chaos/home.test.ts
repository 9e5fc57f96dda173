import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp, newFolder, runTidemill, startServerProcess } from '../support/server-process.ts';
import { mountSmall, unmountAll } from '../support/small-disk.ts';

afterEach(async () => {
  unmountAll();
  await cleanUp();
});

/** The one error a command line ended with. */
async function errorOf(words: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runTidemill(['server', '--json', ...words], env);
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr.trim().split('\n').at(-1)!) as { error: { code: string; message: string } };
  expect(error.message).not.toContain('    at ');
  return { exit: code, ...error };
}

test('two servers on one home: the second says who has it; after kill -9 of the first a new one starts', async () => {
  const home = await newFolder();
  const first = await startServerProcess(home);
  const refused = await errorOf(['--port', '0', '--home', home]);
  expect(refused).toMatchObject({ exit: 1, code: 'home_locked' });
  expect(refused.message).toContain(String(first.pid));
  expect(refused.message).toContain(home);
  expect((await first.call('GET', 'health')).status).toBe(200);
  await first.kill();
  const next = await startServerProcess(home);
  expect(await next.stop()).toBe(0);
});

test('a home that loses its lock while the first drains is never used by two', async () => {
  const home = await newFolder();
  const first = await startServerProcess(home);
  const stopped = first.stop();
  const attempts = await Promise.all([1, 2, 3].map(() => startServerProcess(home).catch((error: Error) => error)));
  await stopped;
  const running = attempts.filter((one) => !(one instanceof Error));
  expect(running.length).toBeLessThanOrEqual(1);
  for (const one of attempts) if (one instanceof Error) expect(one.message).toContain('home_locked');
});

describe('a server that cannot start says why, and what to do', () => {
  test('port taken', async () => {
    const server = await startServerProcess(await newFolder());
    const { port } = new URL(server.url);
    const refused = await errorOf(['--port', port, '--home', await newFolder()]);
    expect(refused).toMatchObject({ exit: 1, code: 'port_taken' });
    expect(refused.message).toMatch(new RegExp(`${port}.*--port`));
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => resolve(void socket.destroy()));
    });
  });

  test.each([
    ['a variable', [], { TIDEMILL_PROT: '1' }, /TIDEMILL_PROT/],
    ['a value', ['--port', 'eighty'], {}, /port/],
    ['a size', ['--engine-memory', '1 GB'], {}, /engineMemory|engine-memory/],
    ['an address without login', ['--host', '0.0.0.0'], {}, /--auth/],
    ['an address that is not here', ['--host', '203.0.113.9', '--auth'], {}, /203\.0\.113\.9/],
  ])('%s', async (_what, words, env, says) => {
    const refused = await errorOf(['--home', await newFolder(), ...words], env);
    expect(refused).toMatchObject({ exit: 2, code: 'invalid_setting' });
    expect(refused.message).toMatch(says);
  });

  test('a flag that is not one', async () => {
    const { code, stderr } = await runTidemill(['server', '--prot', '1']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--port')]);
  });

  test.each([
    ['not YAML', 'port: [1, 2', /tidemill\.settings\.yaml.*line 1/s],
    ['a setting that is not one', 'port: 0\nprot: 1\n', /'prot'/],
    ['a list', '- port\n', /tidemill\.settings\.yaml/],
    ['a wrong value', 'port: many\n', /'port'/],
  ])('a settings file with %s', async (_what, text, says) => {
    const home = await newFolder();
    await writeFile(join(home, 'tidemill.settings.yaml'), text);
    const refused = await errorOf(['--home', home]);
    expect(refused).toMatchObject({ exit: 2, code: 'invalid_setting' });
    expect(refused.message).toMatch(says);
  });

  test('a home that is a file, or inside one', async () => {
    const file = join(await newFolder(), 'file');
    await writeFile(file, 'x');
    for (const home of [file, join(file, 'inside')]) {
      const refused = await errorOf(['--port', '0', '--home', home]);
      expect(refused).toMatchObject({ exit: 2, code: 'invalid_setting' });
      expect(refused.message).toContain(home);
    }
  });

  test('a home that cannot be written', async () => {
    const folder = await newFolder();
    // Root writes in spite of permissions, but not to a file system that is mounted read-only.
    const isRoot = mountSmall(folder, 1, 'ro');
    if (!isRoot) await chmod(folder, 0o500);
    for (const home of [folder, join(folder, 'inside')]) {
      const refused = await errorOf(['--port', '0', '--home', home]);
      expect(refused).toMatchObject({ exit: 2, code: 'invalid_setting' });
      expect(refused.message).toContain(home);
    }
    await chmod(folder, 0o700).catch(() => {});
  });

  test('a database file that is none', async () => {
    const home = await newFolder();
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'tidemill.db'), 'this is no database, and long enough to be looked at '.repeat(40));
    const refused = await errorOf(['--port', '0', '--home', home]);
    expect(refused.exit).toBe(1);
    expect(refused.message).toMatch(/tidemill\.db/);
  });
});
