import { describe, expect, test } from 'vitest';
import {
  consistencyPath,
  emptyRoot,
  GrowingTree,
  type Hash,
  inclusionPath,
  leafHash,
  nodeHash,
  rootOf,
  type SubtreeHash,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

/** The leaves and roots of the Certificate Transparency reference tests (google/certificate-transparency, merkletree). */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const inclusions: [index: number, size: number, path: string[]][] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];
const consistencies: [oldSize: number, size: number, path: string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];

const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
const overLeaves =
  (all: readonly Hash[]): SubtreeHash =>
  async (level, index) => {
    if (level === 0) return all[index]!;
    const [left, right] = [
      await overLeaves(all)(level - 1, index * 2),
      await overLeaves(all)(level - 1, index * 2 + 1),
    ];
    return nodeHash(left, right);
  };
const subtree = overLeaves(hashes);
const hex = (path: readonly Hash[]) => path.map((hash) => hash.toString('hex'));
const bytes = (path: readonly string[]) => path.map((hash) => Buffer.from(hash, 'hex'));

describe('the Merkle tree of RFC 6962', () => {
  test.each(roots.map((root, size) => [size, root] as const))(
    'has the published root at size %i',
    async (size, root) => {
      expect((await rootOf(size, subtree)).toString('hex')).toBe(root);
      const growing = new GrowingTree();
      for (const hash of hashes.slice(0, size)) growing.add(hash);
      expect(growing.root().toString('hex')).toBe(root);
    },
  );

  test.each(inclusions)('has the published audit path of leaf %i at size %i', async (index, size, path) => {
    expect(hex(await inclusionPath(index, size, subtree))).toEqual(path);
    const proof = { index, size, leaf: hashes[index]!, path: bytes(path) };
    expect(verifyInclusion(proof, Buffer.from(roots[size]!, 'hex'))).toBe(true);
  });

  test.each(consistencies)('has the published consistency proof from size %i to %i', async (oldSize, size, path) => {
    expect(hex(await consistencyPath(oldSize, size, subtree))).toEqual(path);
    const [oldRoot, root] = bytes([roots[oldSize]!, roots[size]!]);
    expect(verifyConsistency({ oldSize, size, path: bytes(path) }, oldRoot!, root!)).toBe(true);
  });

  test('every proof of every tree up to 33 leaves verifies, and no changed one does', async () => {
    const all = Array.from({ length: 33 }, (_, i) => leafHash(Buffer.from([i])));
    const tree = overLeaves(all);
    const rootAt = await Promise.all(Array.from({ length: 34 }, (_, size) => rootOf(size, tree)));
    for (let size = 1; size <= 33; size++) {
      for (let index = 0; index < size; index++) {
        const path = await inclusionPath(index, size, tree);
        const proof = { index, size, leaf: all[index]!, path };
        expect(verifyInclusion(proof, rootAt[size]!)).toBe(true);
        expect(verifyInclusion({ ...proof, leaf: leafHash(Buffer.from('x')) }, rootAt[size]!)).toBe(false);
        expect(verifyInclusion({ ...proof, path: [...path, emptyRoot] }, rootAt[size]!)).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...proof, path: path.slice(1) }, rootAt[size]!)).toBe(false);
        expect(verifyInclusion({ ...proof, index: size }, rootAt[size]!)).toBe(false);
      }
      for (let oldSize = 0; oldSize <= size; oldSize++) {
        const path = await consistencyPath(oldSize, size, tree);
        const roots = [rootAt[oldSize]!, rootAt[size]!] as const;
        expect(verifyConsistency({ oldSize, size, path }, ...roots)).toBe(true);
        if (oldSize > 0 && oldSize < size) {
          expect(verifyConsistency({ oldSize, size, path }, leafHash(Buffer.from('x')), rootAt[size]!)).toBe(false);
          expect(verifyConsistency({ oldSize, size, path: path.slice(1) }, ...roots)).toBe(false);
        }
      }
    }
  });
});
