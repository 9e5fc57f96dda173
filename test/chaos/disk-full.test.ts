import { execFileSync } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { verifyLedger } from '../support/ledger-check.ts';
import { cleanUp, newFolder, startServerProcess, until } from '../support/server-process.ts';
import { mountSmall, unmountAll } from '../support/small-disk.ts';

afterEach(async () => {
  unmountAll();
  await cleanUp();
});

const probe = await newFolder();
const mayMount = mountSmall(probe, 1);
if (!mayMount) console.warn('disk-full: skipped, for this user may not mount a tmpfs.');

/** Files of a folder, sorted, however deep. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

test.skipIf(!mayMount)(
  'a full disk: writes are refused with disk_full, leave nothing, and work once there is room',
  async () => {
    const home = await newFolder();
    expect(mountSmall(home, 24)).toBe(true);
    const server = await startServerProcess(home);
    await server.ok('POST', 'experiments', { name: 'e' });
    const run = await server.ok('POST', 'runs', { experiment: 'e' });
    const rows = Array.from(
      { length: 60_000 },
      (_, i) => `${i},${Math.imul(i, 2_654_435_761)},text ${Math.imul(i, 40_503)}`,
    );
    const csv = `a,b,c\n${rows.join('\n')}\n`;
    const { digest } = await server.ok('POST', 'uploads', csv);
    const ingest = { source: { uploads: [{ digest, name: 'rows.csv' }] } };
    const fill = join(home, 'ballast');
    // All that is left but what SQLite needs to tell of it; the log of the database grows a little with every write.
    const left = Number(execFileSync('df', ['--output=avail', '-k', home], { encoding: 'utf8' }).split('\n')[1]);
    await writeFile(fill, Buffer.alloc((left - 700) * 1024));
    const objects = await filesOf(join(home, 'objects'));

    const refused = [
      await server.call('PUT', `runs/${run.id}/artifacts/model.bin`, Buffer.alloc(4_000_000, 7)),
      await server.call('POST', 'uploads', Buffer.alloc(4_000_000, 9)),
      await server.call('POST', 'datasets/rows/ingest', ingest),
    ];
    for (const { status, body } of refused) expect([status, body.code]).toEqual([503, 'disk_full']);
    expect(refused[0]!.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await filesOf(join(home, 'objects'))).toEqual(objects);
    expect(await filesOf(join(home, 'staging'))).toEqual([]);
    expect(await filesOf(join(home, 'artifacts'))).toEqual([]);
    expect(await filesOf(join(home, 'work', 'ingest'))).toEqual([]);
    expect((await server.ok('GET', `runs/${run.id}/artifacts`)).items).toEqual([]);
    expect((await server.call('GET', 'datasets/rows')).status).toBe(404);

    await writeFile(`${fill}-2`, Buffer.alloc(8_000_000)).catch(() => {});
    await until('the database to be full too', async () => {
      const tags = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`t${i}`, 'x'.repeat(60_000)]));
      const answer = await server.call('POST', `runs/${run.id}/log`, { tags });
      if (answer.status === 204) return undefined;
      expect([answer.status, answer.body.code]).toEqual([503, 'disk_full']);
      return true;
    });
    expect((await server.call('GET', 'health')).status).toBe(200);
    expect((await server.ok('GET', `runs/${run.id}`)).id).toBe(run.id);

    for (const file of [fill, `${fill}-2`]) await rm(file, { force: true });
    await server.ok('PUT', `runs/${run.id}/artifacts/model.bin`, Buffer.alloc(1_000_000, 7));
    expect((await server.ok('POST', 'datasets/rows/ingest', ingest)).version.rows).toBe(60_000);
    await verifyLedger(server);
    expect(await server.stop()).toBe(0);
  },
);
