import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecretBox } from './secret-box.ts';

const box = createSecretBox(randomBytes(32));

test.each(['s', 'a longer secret, with ünïcode ✓', 'x'.repeat(100_000), 'sealed:1:00000000:AAAA', ''])(
  'what is sealed opens at its place',
  (secret) => {
    const sealed = box.seal(secret, 'webhook:1');
    expect(box.isSealed(sealed)).toBe(true);
    if (secret.length > 1) expect(sealed).not.toContain(secret);
    expect(box.open(sealed, 'webhook:1')).toBe(secret);
    expect(box.seal(secret, 'webhook:1')).not.toBe(sealed);
  },
);

test('it opens at no other place, with no other key, and not when a bit of it changed', () => {
  const sealed = box.seal('the secret', 'webhook:1');
  expect(() => box.open(sealed, 'webhook:2')).toThrow('belongs elsewhere');
  expect(() => createSecretBox(randomBytes(32)).open(sealed, 'webhook:1')).toThrow('another key');
  const [head, packed] = [sealed.slice(0, 18), Buffer.from(sealed.slice(18), 'base64url')];
  for (let i = 0; i < packed.length; i++) {
    const changed = Buffer.from(packed);
    changed[i]! ^= 1;
    expect(() => box.open(head + changed.toString('base64url'), 'webhook:1')).toThrow('was changed');
  }
  expect(() => box.open(head, 'webhook:1')).toThrow('not sealed');
  expect(() => box.open(`${head}AAAA`, 'webhook:1')).toThrow('was changed');
});

test('a plain secret is told from a sealed one', () => {
  for (const plain of ['', 'sealed:', 'sealed:1:zz:x', 'hunter2']) {
    expect(box.isSealed(plain)).toBe(false);
    expect(() => box.open(plain, 'p')).toThrow('not sealed');
  }
});
