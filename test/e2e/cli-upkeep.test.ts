import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from '../support/command-line.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
let line: CommandLine;

beforeAll(async () => {
  const folder = await newFolder();
  server = await startServerProcess(join(folder, 'home'));
  line = createCommandLine(folder, { TIDEMILL_URL: server.url });
});
afterAll(cleanUp);

const runIn = async (experiment: string, name: string) =>
  (await server.ok('POST', 'runs', { experiment, name })).id as string;

describe('keeping a server tidy from the command line', () => {
  test('runs and experiments are deleted, come back, and go for good', async () => {
    await server.ok('POST', 'experiments', { name: 'tidy/one' });
    const [first, second] = [await runIn('tidy/one', 'first'), await runIn('tidy/one', 'second')];
    expect((await line.run(['run', 'delete', first, second])).stdout).toBe('2 runs are deleted.\n');
    expect((await line.run(['run', 'restore', second])).stdout).toBe('1 run is restored.\n');
    expect((await line.json(['run', 'list', 'tidy/one'])).items.map(({ id }) => id)).toEqual([second]);
    await line.json(['experiment', 'delete', 'tidy/one']);
    expect((await line.json(['experiment', 'list', 'tidy'])).items).toEqual([]);
    expect((await line.json(['experiment', 'list', 'tidy', '--deleted'])).items).toMatchObject([{ name: 'tidy/one' }]);
    await line.json(['experiment', 'restore', 'tidy/one']);
    // What was deleted before its experiment stays deleted.
    expect((await line.json(['run', 'list', 'tidy/one'])).items.map(({ id }) => id)).toEqual([second]);
    await line.json(['experiment', 'delete', 'tidy/one']);
    const { stdout } = await line.run(['purge', '--experiment', 'tidy/one', '--dry-run']);
    expect(stdout).toBe('2 runs, 0 logged models and 1 experiment would be removed, with 0 artifacts (0 B).\n');
    await line.json(['purge', '--experiment', 'tidy/one', '--yes']);
    expect((await line.run(['experiment', 'restore', 'tidy/one'])).code).toBe(1);
  });

  test('a rule of less than a day is refused: rounded to none it would delete everything', async () => {
    for (const [rule, age] of [
      ['--delete-ended-after', '6h'],
      ['--purge-deleted-after', '36h'],
    ] as const) {
      const { code, stderr } = await line.run(['folder', 'settings', 'tidy', rule, age]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: 'error A folder counts in whole days, such as 90d.\n' });
    }
    const { own } = await line.json<{ own: object }>(['folder', 'settings', 'tidy', '--delete-ended-after', '48h']);
    expect(own).toEqual({ retention: { deleteEndedAfterDays: 2 } });
  });

  test('a name that somebody stored neither steers the terminal nor breaks a table', async () => {
    await server.ok('POST', 'experiments', { name: 'odd names' });
    const id = await runIn('odd names', `a\u001b[2J\u001b]0;title\u0007\nb ${'long '.repeat(60)}`);
    const list = await line.run(['run', 'list', 'odd names']);
    const show = await line.run(['run', 'show', id]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    for (const { stdout } of [list, show]) expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const lines = list.stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]!.length).toBeLessThan(160);
  });
});
