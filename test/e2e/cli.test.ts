import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { table, widthOf } from '../../src/cli/output.ts';
import { type CommandLine, createCommandLine } from '../support/command-line.ts';
import {
  cleanUp,
  newFolder,
  type ServerProcess,
  spawnTidemill,
  startServerProcess,
  until,
} from '../support/server-process.ts';

let folder: string;
let server: ServerProcess;
let line: CommandLine;

beforeAll(async () => {
  folder = await newFolder();
  server = await startServerProcess(join(folder, 'home'));
  line = createCommandLine(folder, { TIDEMILL_URL: server.url });
});
afterAll(cleanUp);

/** Writes a project file into a folder of its own, and gives the folder's name. */
async function project(name: string, text: string, file = 'tidemill.config.ts'): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, file), text);
  return name;
}

const datasets = (name: string, description: string) => `import { defineDataset, defineProject } from '@tidemill/sdk';
export default defineProject({
  name: '${name}',
  resources: [defineDataset('${name}-rows', { description: '${description}' })],
});
`;

describe('plan and apply', () => {
  test('plan exits 2 when something would change and 0 when nothing; apply twice changes nothing', async () => {
    const path = await project('twice', datasets('twice', 'one'));
    expect((await line.run(['plan', path])).code).toBe(2);
    expect(await line.json(['apply', path])).toMatchObject({ changed: true, revision: 1 });
    const again = await line.json<{ changed: boolean }>(['apply', path]);
    expect(again.changed).toBe(false);
    expect((await line.run(['plan', path])).code).toBe(0);
  });

  test('a kept plan that lies in the project folder is not taken for a change of its code', async () => {
    const path = await project(
      'inside',
      `import { definePipeline, defineProject } from '@tidemill/sdk';
const steps = { one: { kind: 'shell', command: 'true' } } as const;
export default defineProject({ name: 'inside', resources: [definePipeline('inside', { steps })] });\n`,
    );
    expect((await line.run(['plan', path, '--out', join(path, 'kept.json')])).code).toBe(2);
    expect(await line.json(['apply', path, '--plan', join(path, 'kept.json')])).toMatchObject({ changed: true });
  });

  test('a kept plan is refused once something has changed since', async () => {
    const path = await project('stale', datasets('stale', 'one'));
    expect((await line.run(['plan', path, '--out', 'stale.json'])).code).toBe(2);
    await line.json(['apply', path]);
    const applied = await line.run(['apply', path, '--plan', 'stale.json', '--json']);
    expect(applied.code).toBe(1);
    expect(JSON.parse(applied.stderr).error.code).toBe('stale_plan');
  });

  test.each([
    ['syntax', 'export default {\n  name: ,\n};\n', 'tidemill.config.ts', 'syntax/tidemill.config.ts:2: '],
    [
      'throws',
      'const one = 1;\nthrow new Error("broken " + one);\n',
      'tidemill.config.ts',
      'throws/tidemill.config.ts:2: broken 1',
    ],
    ['yaml', 'name: x\nresources:\n  - kind: Dataset\n   metadata: {}\n', 'tidemill.yaml', 'yaml/tidemill.yaml:'],
    [
      'yaml-word',
      'name: x\nresource: []\n',
      'tidemill.yaml',
      "yaml-word/tidemill.yaml:2: a project has 'name' and 'resources'",
    ],
    [
      'default',
      'export const x = 1;\n',
      'tidemill.config.ts',
      'default/tidemill.config.ts: the default export is not a project',
    ],
    [
      'field',
      datasets('field', 'x')
        .replace('description', 'descriptoin')
        .replace("{ descriptoin: 'x' }", '{\n maxQuarantinedShare: 3 }'),
      'tidemill.config.ts',
      'field/tidemill.config.ts:4',
    ],
    ['import', "import './missing.ts';\nexport default {};\n", 'tidemill.config.ts', 'missing.ts'],
  ])('an error in a project file names file and line: %s', async (name, text, file, said) => {
    const { code, stderr } = await line.run(['plan', await project(name, text, file)]);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('    at ');
  });

  test('an empty folder and a missing one are told apart', async () => {
    await mkdir(join(folder, 'empty'));
    expect((await line.run(['plan', 'empty'])).stderr).toContain('holds no project file');
    expect((await line.run(['plan', 'nowhere'])).stderr).toContain('There is nothing at');
  });
});

describe('wrong use', () => {
  test.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['dataset', 'lst'], 'Did you mean list?'],
    [['dataset', 'list', '--wrong'], "unknown option '--wrong'"],
    [['dataset', 'show'], "missing required argument 'dataset'"],
    [['dataset', 'list', '--limit', 'many'], 'A whole number above zero is needed'],
    [['dataset', 'ingest', 'rows', 'missing.csv'], "There is no file 'missing.csv' here"],
    [['pipeline', 'run', 'x', '--param', 'novalue'], 'It is written key=value'],
    [['model', 'check', 'x', '1'], 'Give --alias or --stage'],
    [['endpoint', 'predict', 'x'], 'Which rows?'],
    [['endpoint', 'predict', 'x', 'none.csv'], "There is no file 'none.csv' here."],
    [['endpoint', 'feedback', 'x', 'none.csv'], "There is no file 'none.csv' here."],
    [['endpoint', 'predictions', 'x', '--out', 'none/p.csv'], "There is no folder 'none' to write into."],
    [['endpoint', 'predictions', 'x', '--from', 'yesterday'], 'A time is written 2026-05-01'],
    [['endpoint', 'rollout', 'x', '2', '--skip-analysis'], '--skip-analysis needs a --reason'],
    [
      ['endpoint', 'experiment', 'start', 'x', '--arm', 'b=1:500', '--metric', 'label'],
      "The share of 'b' is a percentage",
    ],
    [['run', 'compare', 'x'], 'Two runs or more are needed'],
    [['server', '--port', '99999999'], "Setting 'port'"],
    [['server', '--no-such-flag'], "unknown option '--no-such-flag'"],
  ])('%j exits 2 and says what is wrong', async (words, said) => {
    const { code, stderr, stdout } = await line.run(words);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  test('with --json it is told as JSON', async () => {
    const { code, stderr } = await line.run(['dataset', 'lst', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'usage', message: expect.stringMatching(/^(?!error)/) });
  });

  test('an unknown variable of ours is refused', async () => {
    const { code, stderr } = await createCommandLine(folder, { TIDEMILL_PROT: '1' }).run(['server']);
    expect(code).toBe(2);
    expect(stderr).toContain('The variable TIDEMILL_PROT names no setting');
  });
});

describe('failures', () => {
  test('no server at the address', async () => {
    const { code, stderr } = await line.run(['dataset', 'list', '--url', 'http://127.0.0.1:9']);
    expect(code).toBe(1);
    expect(stderr).toBe("error No Tidemill server answers at http://127.0.0.1:9. Start one with 'tidemill server'.\n");
  });

  test('something else that answers there', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnope'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as { port: number };
    const { code, stderr } = await line.run(['dataset', 'list', '--url', `http://127.0.0.1:${port}`]);
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain('nope');
  });

  test('a port that is taken, a home that is in use', async () => {
    const port = new URL(server.url).port;
    const taken = await line.run(['server', '--port', port, '--home', 'other-home']);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining(port) });
    const locked = await line.run(['server', '--port', '0', '--home', 'home']);
    expect(locked).toMatchObject({ code: 1, stderr: expect.stringContaining('is using') });
  });

  test('things that do not exist', async () => {
    for (const words of [
      ['dataset', 'show', 'none'],
      ['pipeline', 'run', 'none'],
      ['model', 'show', 'none'],
      ['endpoint', 'show', 'none'],
      ['monitor', 'run', 'none'],
      ['run', 'show', 'none'],
      ['alert', 'ack', 'none'],
      ['why', 'none'],
    ]) {
      const { code, stderr } = await line.run([...words, '--json']);
      expect(code, words.join(' ')).toBe(1);
      expect(JSON.parse(stderr).error.message, words.join(' ')).toContain('none');
    }
  });

  test('a run that fails, with what its step wrote', async () => {
    const path = await project(
      'fails',
      `import { definePipeline, defineProject } from '@tidemill/sdk';
const steps = { cry: { kind: 'shell', command: 'echo out of flour; exit 3' } } as const;
export default defineProject({ name: 'fails', resources: [definePipeline('fails', { steps })] });\n`,
    );
    await line.json(['apply', path]);
    const { code, stdout } = await line.run(['pipeline', 'run', 'fails']);
    expect(code).toBe(1);
    expect(stdout).toContain('cry | out of flour');
    expect(stdout).toMatch(/✗ cry failed/);
    const run = (await line.json(['pipeline', 'runs', 'fails'])).items[0]!;
    expect((await line.run(['pipeline', 'logs', run.id, 'cry'])).stdout).toBe('out of flour\n');
    expect((await line.run(['pipeline', 'rerun', run.id])).code).toBe(1);
  });
});

describe('output', () => {
  test('wide characters align, and a pipe gets no colour codes', async () => {
    await writeFile(join(folder, 'cities.csv'), 'id,city\n1,東京\n2,Genève\n3,👩‍🚀\n4,x\n');
    await line.json(['dataset', 'ingest', 'cities', 'cities.csv', '--tag', 'first']);
    await writeFile(join(folder, 'rules.json'), '[{"type":"between","column":"id","min":9}]');
    expect((await line.run(['dataset', 'validate', 'cities', '--rules', 'rules.json'])).code).toBe(1);
    const { stdout } = await line.run(['dataset', 'profile', 'cities@first']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('東京');
    const shown = table(
      ['東京', 'Genève', '👩‍🚀', 'é'],
      [
        { title: 'city', show: (city) => city },
        { title: '', show: () => '|' },
      ],
    );
    const [, ...cells] = shown.split('\n');
    expect(new Set(cells.map((cell) => widthOf(cell)))).toEqual(new Set([9]));
  });

  test('--json of every list parses and has items; --limit and --all page', async () => {
    for (const words of [
      ['dataset', 'list'],
      ['dataset', 'show', 'cities'],
      ['pipeline', 'list'],
      ['pipeline', 'runs'],
      ['run', 'list'],
      ['model', 'list'],
      ['model', 'approvals'],
      ['endpoint', 'list'],
      ['endpoint', 'rollouts'],
      ['monitor', 'list'],
      ['alert', 'list'],
      ['audit', 'log'],
      ['token', 'list'],
      ['webhook', 'list'],
    ]) {
      expect((await line.json(words)).items, words.join(' ')).toBeInstanceOf(Array);
    }
    expect((await line.json(['audit', 'log', '--limit', '2'])).items).toHaveLength(2);
    const all = await line.json(['audit', 'log', '--all']);
    expect(all.items.length).toBeGreaterThan(2);
    expect(all.nextPageToken).toBeUndefined();
  });

  test('help names every command', async () => {
    const { code, stdout } = await line.run(['--help']);
    expect(code).toBe(0);
    for (const command of ['server', 'dataset', 'pipeline', 'model', 'endpoint', 'monitor', 'audit', 'backup'])
      expect(stdout).toContain(command);
  });
});

describe('the ledger offline', () => {
  test('verify --home --head finds a home folder that was put back as a whole', async () => {
    const [home, older] = [join(folder, 'newer'), join(folder, 'older')];
    const other = await startServerProcess(home);
    const there = createCommandLine(folder, { TIDEMILL_URL: other.url });
    await there.json(['token', 'create', 'one', '--permission', 'models.read']);
    expect((await line.run(['backup', older, '--home', home])).code).toBe(0);
    await there.json(['token', 'create', 'two', '--permission', 'models.read']);
    const head = join(home, 'secrets', 'ledger-head.json');
    await until('a checkpoint of both', async () => {
      const kept = await readFile(head, 'utf8').catch(() => '{}');
      return (JSON.parse(kept) as { size?: number }).size! >= 2;
    });
    await other.stop();
    expect((await line.run(['audit', 'verify', '--home', older])).code).toBe(0);
    const checked = await line.run(['audit', 'verify', '--home', older, '--head', head]);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain('truncated');
  });

  test('verify --home needs no server, and finds a changed event', async () => {
    const home = join(folder, 'offline');
    const other = await startServerProcess(home);
    const there = createCommandLine(folder, { TIDEMILL_URL: other.url });
    await there.json(['token', 'create', 'ci', '--permission', 'models.read']);
    await other.stop();
    expect(await line.json(['audit', 'verify', '--home', home])).toMatchObject({ ok: true });
    const database = new DatabaseSync(join(home, 'tidemill.db'));
    database.exec(`update ledger_event set data = replace(data, 'models.read', 'models.*') where position = 1`);
    database.close();
    const changed = await line.run(['audit', 'verify', '--home', home]);
    expect(changed.code).toBe(1);
    expect(changed.stdout).toContain('event-changed: The event at position 1 was changed.');
    expect((await line.run(['audit', 'verify', '--home', join(folder, 'nowhere')])).code).toBe(1);
  });

  test('Ctrl-C ends the server with 0 once the work under way is done', async () => {
    const child = spawnTidemill(['server', '--port', '0', '--home', join(folder, 'sigint'), '--json']);
    const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
    const { url } = JSON.parse(chunk.toString()) as { url: string };
    // The server has the request in hand when it says that the body may come.
    const upload = request(`${url}/api/v1/uploads`, { method: 'POST', headers: { expect: '100-continue' } });
    upload.flushHeaders();
    await once(upload, 'continue');
    child.kill('SIGINT');
    upload.write(Buffer.alloc(1000));
    setTimeout(() => upload.end(Buffer.alloc(1000)), 200);
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    expect(JSON.parse(await text(answer))).toMatchObject({ bytes: 2000 });
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  });
});
