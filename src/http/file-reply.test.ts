import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { dispositionOf, fileReply } from './file-reply.ts';
import { partOf } from './ranges.ts';

const content = '0123456789';
const tag = '"abc"';
const file = {
  name: 'digits.txt',
  bytes: 10,
  digest: 'abc',
  open: async (part?: { start: number; end: number }) => Readable.from([content.slice(part?.start ?? 0, part?.end)]),
};

async function answered(headers: Record<string, string>, method = 'GET') {
  const reply = await fileReply({ method, headers }, file);
  return { status: reply.status, headers: reply.headers, body: reply.body ? await text(reply.body as Readable) : '' };
}

describe('a file as an answer', () => {
  test.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-4', 206, '6789', 'bytes 6-9/10'],
    ['bytes=-40', 206, content, 'bytes 0-9/10'],
    ['bytes=8-400', 206, '89', 'bytes 8-9/10'],
    ['Bytes=2-2', 206, '2', 'bytes 2-2/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=99999999999999999999-', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, content, undefined],
    ['bytes=0-1,4-5', 200, content, undefined],
    ['bytes=-', 200, content, undefined],
    ['lines=0-3', 200, content, undefined],
    ['bytes=a-b', 200, content, undefined],
  ])('Range %s', async (range, status, body, contentRange) => {
    const made = await answered({ range });
    expect(made).toMatchObject({ status, body });
    expect(made.headers['content-range']).toBe(contentRange);
    if (status !== 416) expect(made.headers['content-length']).toBe(String(body.length));
    expect(made.headers).toMatchObject({ etag: tag, 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff' });
  });

  test('a range of what has changed since is the whole', async () => {
    expect(await answered({ range: 'bytes=1-2', 'if-range': tag })).toMatchObject({ status: 206, body: '12' });
    for (const other of ['"other"', `W/${tag}`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      expect(await answered({ range: 'bytes=1-2', 'if-range': other })).toMatchObject({ status: 200, body: content });
    }
  });

  test('what the client has is not sent again', async () => {
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      expect(await answered({ 'if-none-match': known })).toMatchObject({ status: 304, body: '' });
    }
    expect(await answered({ 'if-none-match': '"x"' })).toMatchObject({ status: 200 });
  });

  test('HEAD tells the length, ranges or not', async () => {
    const made = await answered({ range: 'bytes=0-3' }, 'HEAD');
    expect(made).toMatchObject({ status: 200, body: '', headers: { 'content-length': '10' } });
  });

  test('an empty file has no part', () => {
    expect(partOf('bytes=0-', 0)).toBe('unsatisfiable');
    expect(partOf(undefined, 0)).toBeUndefined();
  });

  test.each([
    ['model.pkl', 'attachment; filename="model.pkl"'],
    ['a "b".txt', `attachment; filename="a _b_.txt"; filename*=UTF-8''a%20%22b%22.txt`],
    ['größe.txt', `attachment; filename="gr__e.txt"; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt`],
    ["o'k(1).txt", `attachment; filename="o'k(1).txt"`],
    ["日'.txt", `attachment; filename="_'.txt"; filename*=UTF-8''%E6%97%A5%27.txt`],
  ])('the disposition of %s', (name, disposition) => {
    expect(dispositionOf(name)).toBe(disposition);
  });
});
