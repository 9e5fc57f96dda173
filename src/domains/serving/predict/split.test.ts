import { expect, test } from 'vitest';
import { bucketOf, murmur32, pickVariant } from './split.ts';

test('MurmurHash3 gives the published values', () => {
  expect(murmur32('', 0)).toBe(0);
  expect(murmur32('', 1)).toBe(0x514e28b7);
  expect(murmur32('test', 0x9747b28c)).toBe(0x704b81dc);
  expect(murmur32('Hello, world!', 0x9747b28c)).toBe(0x24884cba);
  expect(murmur32('The quick brown fox jumps over the lazy dog', 0x9747b28c)).toBe(0x2fa826cd);
  expect(murmur32('ππππππππ', 0x9747b28c)).toBe(0xd58063c1);
});

test('buckets are even and raising a weight only adds callers', () => {
  const at = (weight: number) => [
    { name: 'champion', weight: 10_000 - weight },
    { name: 'candidate', weight },
  ];
  let some = 0;
  let more = 0;
  for (let i = 0; i < 20_000; i++) {
    const bucket = bucketOf('salt', `user-${i}`);
    const first = pickVariant(at(500), bucket).name === 'candidate';
    const second = pickVariant(at(2500), bucket).name === 'candidate';
    if (first) expect(second).toBe(true);
    some += first ? 1 : 0;
    more += second ? 1 : 0;
  }
  expect(some / 20_000).toBeCloseTo(0.05, 2);
  expect(more / 20_000).toBeCloseTo(0.25, 1);
  expect(bucketOf('other salt', 'user-1')).not.toBe(bucketOf('salt', 'user-1'));
});
