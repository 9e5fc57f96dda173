import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTexts } from '../../../../test/support/find-texts.ts';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { echoModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { createSecretBox } from '../../../kernel/secret-box.ts';
import { logSpecSchema } from './log-spec.ts';
import { createPseudonyms, maskText } from './pseudonym.ts';

const secrets = createSecretBox(randomBytes(32));
const text = 'ann.lee-7741@example.com';
const secretCount = 918_273_645;
const row = { flag: true, count: secretCount, text, x: 0.25 };
const hidden = { text: 'hash', text_out: 'hash', count: 'hash', count_out: 'drop' } as const;

let stack: ServingStack;
let lastId = 0;

async function ask(endpoint: string, rows: unknown[] = [row]): Promise<string> {
  const call = { endpoint, requestId: `r-${++lastId}`, headers: {}, actor: systemActor };
  await stack.serving.predict({ ...call, body: { rows } });
  return `r-${lastId}.0`;
}

beforeAll(async () => {
  stack = await openServing({ runtimes: { secrets } });
  await stack.register('m', echoModel(), 'champion');
  await stack.register('m', echoModel());
  await stack.data.declare(systemActor, 'people', { personal: ['text', 'text_out', 'count', 'count_out'] });
  const variants = [{ name: 'dark', version: 1, shadow: true }];
  await stack.serving.declare(systemActor, 'hashed', { model: 'm', variants, log: { columns: hidden } });
  await stack.serving.declare(systemActor, 'masked', {
    model: 'm',
    log: { columns: { text: 'mask', text_out: 'mask', count: 'drop', count_out: 'drop' } },
  });
  await stack.serving.declare(systemActor, 'personal', { model: 'm', log: { personalOf: 'people' } });
  await stack.serving.declare(systemActor, 'whose', {
    model: 'm',
    log: { columns: { ...hidden, who: 'hash' }, entity: 'who' },
  });
});
afterAll(() => stack.dispose());

describe('the contract of a log', () => {
  test('leaves no clear value anywhere in the home folder, in memory or in Parquet', async () => {
    const ids = [await ask('hashed'), await ask('hashed'), await ask('masked'), await ask('personal')];
    ids.push(await ask('whose', [{ ...row, who: text }]));
    await stack.serving.observations({ endpoint: 'hashed' });
    expect(await findTexts(stack.folder, [text, String(secretCount)])).toEqual([]);
    const fresh = await Promise.all(ids.map((id) => stack.serving.prediction(id)));
    await stack.serving.compactLog();
    expect(await findTexts(stack.folder, [text, String(secretCount)])).toEqual([]);
    expect(await Promise.all(ids.map((id) => stack.serving.prediction(id)))).toEqual(fresh);
    const [first, second, masked, personal, whose] = fresh;
    expect(first!.features).toMatchObject({ x: 0.25, flag: 1, text: expect.stringMatching(/^h:[0-9a-f]{24}$/) });
    expect(second!.features).toEqual(first!.features);
    expect(first!.outputs.text_out).toBe(first!.features.text);
    expect(Object.keys(first!.outputs)).not.toContain('count_out');
    expect(masked!.features).toEqual({ x: 0.25, flag: 1, text: 'xxx.xxx-0000@xxxxxxx.xxx' });
    expect(personal!.features).toEqual(first!.features);
    expect(whose!.entity).toBe(first!.features.text);
    const { features, rows } = await stack.serving.observations({ endpoint: 'hashed', includeShadow: true });
    expect(rows).toBe(4);
    expect(new Set(features.text!.values as string[]).size).toBe(1);
  });

  test('a dataset that marks more columns takes hold at once; one that is not declared does not let go', async () => {
    await stack.data.declare(systemActor, 'people', { personal: ['text', 'text_out', 'count', 'count_out', 'x'] });
    await expect
      .poll(async () => typeof (await stack.serving.prediction(await ask('personal'))).features.x)
      .toBe('string');
    await stack.data.undeclare(systemActor, 'people');
    await expect.poll(async () => (await stack.serving.endpoint('personal')).reason).toMatch(/not declared/);
    expect(typeof (await stack.serving.prediction(await ask('personal'))).features.x).toBe('string');
  });

  test.each([
    [{ columns: { txet: 'hash' } }, 'spec.log.columns.txet'],
    [{ drop: ['count', 'txet'] }, 'spec.log.drop'],
  ])('%j names no column of the model and is refused, for what was meant would stay in clear', async (log, field) => {
    const declared = stack.serving.declare(systemActor, 'misspelt', { model: 'm', log });
    await expect(declared).rejects.toMatchObject({ code: 'invalid_input', details: { field, value: 'txet' } });
    await expect(declared).rejects.toThrow("It has 'flag', 'count', 'text', 'x'");
    await expect(stack.serving.endpoint('misspelt')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('errors do not repeat what the log may not hold', async () => {
    for (const wrong of [
      { ...row, count: '918-27' },
      { ...row, text: 91827 },
    ]) {
      const error = (await ask('hashed', [wrong]).catch((thrown: unknown) => thrown)) as Error & { details: object };
      expect(error.message).toContain('a value that is not shown');
      expect(JSON.stringify([error.message, error.details])).not.toContain('918');
    }
    await expect(ask('hashed', [{ ...row, x: 'shown' }])).rejects.toThrow(/shown/);
  });

  test('a server without secrets refuses to hash, and an entity is not dropped', async () => {
    const bare = await openServing();
    try {
      await bare.register('m', echoModel(), 'champion');
      const made = await bare.serving.declare(systemActor, 'e', { model: 'm', log: { columns: { text: 'hash' } } });
      expect(made).toMatchObject({ state: 'failed', reason: expect.stringContaining('no secrets') });
    } finally {
      await bare.dispose();
    }
    const parsed = logSpecSchema.safeParse({ entity: 'who', drop: ['who'] });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['entity'], message: expect.stringContaining('dropped') });
    expect(logSpecSchema.safeParse({ entity: 'who', columns: { who: 'mask' } }).success).toBe(false);
    expect(logSpecSchema.safeParse({ columns: { who: 'encrypt' } }).success).toBe(false);
  });
});

describe('pseudonyms', () => {
  test('are stable by key, differ between keys, and stay themselves', () => {
    const one = createPseudonyms(secrets.derive('a'));
    const again = createPseudonyms(secrets.derive('a'));
    const other = createPseudonyms(secrets.derive('b'));
    expect(one.token('ann')).toBe(again.token('ann'));
    expect(one.token('ann')).not.toBe(other.token('ann'));
    expect(one.token(one.token('ann'))).toBe(one.token('ann'));
    const tokens = new Set(Array.from({ length: 30_000 }, (_, i) => one.token(`customer-${i}`)));
    expect(tokens.size).toBe(30_000);
  });

  test('HMAC-SHA256 of RFC 4231, case 2, truncated', () => {
    expect(createPseudonyms(Buffer.from('Jefe')).token('what do ya want for nothing?')).toBe(
      'h:5bdcc146bf60754e6a042426',
    );
  });

  test('a mask keeps the form of a text alone', () => {
    expect(maskText('Größe 42, ５é漢')).toBe('xxxxx 00, 0xx');
  });
});
