import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test, vi } from 'vitest';
import { may } from './actor.ts';
import { createManualClock } from './clock.ts';
import { errorCatalogue, fail, messageOf, notFound, TidemillError } from './errors.ts';
import { digestOf, HashingStream, sha256 } from './hash.ts';
import { newId, newRunId, newSecret } from './ids.ts';
import { nameSchema } from './names.ts';
import { decodePageToken, encodePageToken, toPage } from './page.ts';

describe('errors', () => {
  test('every code has a kind and a sentence', () => {
    for (const [code, { kind, meaning }] of Object.entries(errorCatalogue)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(kind).toMatch(/^[a-z_]+$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
    expect(new Set(Object.values(errorCatalogue).map(({ meaning }) => meaning)).size).toBe(
      Object.keys(errorCatalogue).length,
    );
  });

  test('carry their details, and keep their cause to themselves', () => {
    const cause = new Error('inner');
    const error = new TidemillError('in_use', 'No.', { field: 'name', value: 7, cause });
    expect([error.kind, error.details, error.cause]).toEqual(['conflict', { field: 'name', value: 7 }, cause]);
    expect(() => notFound('dataset', 'x')).toThrow("There is no dataset 'x'.");
    expect(() => fail('gone', 'It is gone.')).toThrow(TidemillError);
    expect([messageOf(cause), messageOf('text'), messageOf(undefined)]).toEqual(['inner', 'text', 'undefined']);
  });
});

describe('ids', () => {
  test('are UUIDs of version 7 with their time inside', () => {
    const at = Date.now() + 10_000;
    const id = newId(at);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at);
    expect(newRunId()).toMatch(/^[0-9a-f]{32}$/);
  });

  test('sort in the order they were made: many in a millisecond, over a clock that goes back, with fractions', () => {
    const start = Date.now() + 60_000;
    const times = [
      ...Array.from({ length: 10_000 }, () => start),
      start - 5_000,
      start - 1,
      start + 0.7,
      start + 0.9,
      0,
    ];
    const ids = times.map((now) => newId(now));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('secrets are long, safe in a URL, and never the same', () => {
    expect(newSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(new Set(Array.from({ length: 100 }, () => newSecret(8))).size).toBe(100);
  });
});

describe('page tokens', () => {
  test('give back the key they were made of', () => {
    const key = ['näme', 7.5, ''];
    expect(decodePageToken(encodePageToken(key), ['string', 'number', 'string'])).toEqual(key);
  });

  const token = encodePageToken(['a', 1]);
  test.each([
    '',
    'x',
    token.slice(1),
    token.slice(0, -2),
    `${token}${token}`,
    encodePageToken(['a']),
    encodePageToken(['a', 1, 2]),
    encodePageToken([1, 'a']),
    Buffer.from('{"0":"a","1":1,"length":2}').toString('base64url'),
    Buffer.from('["a",null]').toString('base64url'),
    Buffer.from('null').toString('base64url'),
    '%00',
  ])('refuse %j', (tampered) => {
    expect(() => decodePageToken(tampered, ['string', 'number'])).toThrow(
      expect.objectContaining({ code: 'invalid_page_token' }),
    );
  });

  test('are given only when there is more', () => {
    const rows = [1, 2, 3].map((n) => ({ n }));
    expect(toPage(rows, 3, (row) => [row.n])).toEqual({ items: rows });
    const page = toPage(rows, 2, (row) => [row.n]);
    expect(page.items).toHaveLength(2);
    expect(decodePageToken(page.nextPageToken!, ['number'])).toEqual([2]);
    expect(toPage([], 2, () => [])).toEqual({ items: [] });
  });
});

describe('hashes', () => {
  test('have the published values', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digestOf({ b: 1, a: 2 })).toBe(digestOf({ a: 2, b: 1 }));
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: '1' }));
  });

  test('of a stream are those of its bytes, however they come', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    const chunks = [bytes.subarray(0, 1), bytes.subarray(1, 200_000), bytes.subarray(200_000)];
    const hashing = new HashingStream();
    const out = new PassThrough();
    const collected = out.toArray();
    await pipeline(Readable.from(chunks), hashing, out);
    expect(Buffer.concat(await collected)).toEqual(bytes);
    expect([hashing.bytes, hashing.digest()]).toEqual([300_000, createHash('sha256').update(bytes).digest('hex')]);
    expect(hashing.digest()).toBe(hashing.digest());
  });
});

describe('names', () => {
  test.each(['a', 'A.b_c-9', 'with inner spaces', '...', 'x'.repeat(250)])('%j is one', (name) => {
    expect(nameSchema.parse(name)).toBe(name);
  });

  test.each(['', ' ', ' a', 'a ', '.', '..', 'a/b', 'a\\b', 'a\0', 'a\n', 'ü', 'x'.repeat(251), '%2e', 7, null])(
    '%j is none',
    (name) => expect(nameSchema.safeParse(name).success).toBe(false),
  );
});

describe('permissions', () => {
  test.each([
    [['*'], 'models.write', true],
    [['models.*'], 'models.write', true],
    [['models.*'], 'models.*', true],
    [['models.read'], 'models.read', true],
    [['models.read'], 'models.write', false],
    [['models.read'], 'models.*', false],
    [['models.*'], 'modelsx.read', false],
    [['models.*'], '*', false],
    [[], 'models.read', false],
  ])('%j and %s: %s', (permissions, asked, answer) => {
    expect(may({ id: 'a', kind: 'user', name: 'a', permissions }, asked)).toBe(answer);
  });
});

describe('a clock moved by hand', () => {
  test('wakes sleepers when it passes their time, and not when it goes back', async () => {
    const clock = createManualClock(1_000);
    const woken = vi.fn();
    const sleeping = clock.sleep(500).then(woken);
    clock.advance(-900);
    clock.advance(1_399);
    await Promise.resolve();
    expect(woken).not.toHaveBeenCalled();
    clock.advance(1);
    await sleeping;
    expect([clock.now(), woken.mock.calls.length]).toEqual([1_500, 1]);
    await clock.sleep(0);
    const gone = new AbortController();
    const cut = clock.sleep(9, gone.signal);
    gone.abort(new Error('cut'));
    await expect(cut).rejects.toThrow('cut');
    await expect(clock.sleep(9, gone.signal)).rejects.toThrow('cut');
  });
});
