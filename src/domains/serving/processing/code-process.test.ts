import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CodeProcess } from './code-process.ts';
import type { CodeColumn, CodeSpec } from './processing-schema.ts';

let folder: string;
let code: CodeProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-code-'));
});
afterEach(async () => {
  await code?.close();
  code = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function open(source: string, more: Partial<CodeSpec> = {}): Promise<CodeProcess> {
  code = await CodeProcess.open({ kind: 'typescript', source, timeoutMs: 5000, memoryMb: 64, ...more }, folder);
  return code;
}

function ask(x: number, type: CodeColumn['type'] = 'string') {
  const values = { name: 'x', values: Float64Array.of(x), width: 1, isBoolean: false };
  return code!.run({ rows: 1, tables: [[values]], wanted: [{ name: 'a', type }] });
}

/** What an expression of code is, or how it fails. */
async function evaluated(expression: string, type?: CodeColumn['type']): Promise<unknown> {
  await open(`export default async (rows) => [{ a: ${expression} }];`);
  return ask(1, type).then(
    ([column]) => column![0],
    (error: Error) => error.message,
  );
}

describe('the code of an endpoint', () => {
  test('has the language and a few harmless globals, nothing that leads elsewhere', async () => {
    const names = (await evaluated("Reflect.ownKeys(globalThis).map(String).join(' ')")) as string;
    expect(names.split(' ')).toEqual(expect.arrayContaining(['Array', 'Intl', 'crypto', 'URL', 'InvalidInput']));
    expect(names).not.toMatch(/\b(process|require|fetch|Response|WebSocket|MessageChannel|WebAssembly|undici)\b/);
  });

  test.each([
    ['sockets by the console', "typeof console._stdout + typeof console['_stderr']", 'undefinedundefined'],
    ['the process by made code', "new Function('return typeof process')()", 'undefined'],
    ['this, by a loose function', "new Function('return typeof this.process')()", 'undefined'],
  ])('does not reach %s', async (_what, expression, answer) => {
    expect(await evaluated(expression)).toBe(answer);
  });

  test.each([
    [
      'a module by a made-up place',
      'await new Function(\'return import("node:os")\\n//# sourceURL=file:///code-host.ts\')()',
    ],
    ['a module of text', "await import('data:text/javascript,export {}')"],
    ['the host again', `await import('${new URL('./code-host.ts', import.meta.url)}')`],
  ])('does not import %s', async (_what, expression) => {
    expect(await evaluated(expression)).toMatch(/imports nothing, but asks for/);
  });

  test.each([
    ['lists', 'Array.prototype.map = () => 1'],
    ['every object', "Object.defineProperty(Object.prototype, 'id', { value: 7 })"],
    ['traces of errors', 'Error.prepareStackTrace = () => 1'],
  ])('does not change what %s do for others', async (_what, statement) => {
    expect(await evaluated(`(() => { ${statement}; })()`)).toMatch(/Cannot (assign|define)/);
  });

  test.each([
    ['a whole number beyond 64 bits', '2n ** 63n', 'integer', /9223372036854775808 for 'a' in row 0; .* 64 bits/],
    ['endless text', "'y'.repeat(2e6)", 'string', /2000000 characters for 'a' in row 0/],
    ['an error without text', '(() => { throw { get message() { throw 1; }, toString: 1 }; })()', 'string', /no text/],
    ['a row too many', "'' }, { get a() { throw new Error('no') }", 'string', /returned 2 rows for 1/],
  ] as const)('is told of %s', async (_what, expression, type, message) => {
    expect(await evaluated(expression, type)).toMatch(message);
    expect(await evaluated("'fine'")).toBe('fine');
  });

  test('is started again at once: after a kill, and after it hung', async () => {
    await open('export default (rows) => { while (rows[0].x === 13); return [{ a: "x" }]; }', { timeoutMs: 500 });
    const before = code!.pid!;
    process.kill(before, 'SIGKILL');
    await expect.poll(() => code!.pid).toBeUndefined();
    expect(await Promise.all([ask(1), ask(2)])).toEqual([[['x']], [['x']]]);
    const [hung, beside] = await Promise.allSettled([ask(13), ask(1)]);
    expect(hung).toMatchObject({ reason: { code: 'timeout' } });
    expect(beside).toMatchObject({ reason: { code: expect.stringMatching(/timeout|model_failed/) } });
    expect(await ask(1)).toEqual([['x']]);
  });

  test('that ends again and again waits longer each time', async () => {
    await open(
      'export default (rows) => { setTimeout(() => { throw new Error("later"); }); return new Promise(() => {}); }',
    );
    await expect(ask(1)).rejects.toMatchObject({ code: 'model_failed', message: /ended with code 1/ });
    await expect(ask(1)).rejects.toMatchObject({ code: 'model_failed' });
    await expect(ask(1)).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 1 } });
    expect(code!.log.lines().join('\n')).toContain('later');
  });

  test('answers nobody after its end, nor leaves a process that was just being started', async () => {
    await open('export default (rows) => new Promise(() => {})');
    const waiting = expect(ask(1)).rejects.toMatchObject({ code: 'unavailable' });
    await code!.close();
    await waiting;
    await open('export default (rows) => [{ a: "x" }]');
    process.kill(code!.pid!, 'SIGKILL');
    await expect.poll(() => code!.pid).toBeUndefined();
    const starting = expect(ask(1)).rejects.toMatchObject({ code: 'unavailable' });
    await code!.close();
    await starting;
    expect(code!.pid).toBeUndefined();
  });
});
