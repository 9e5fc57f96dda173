import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { backends } from '../../../test/support/databases.ts';
import { tarHeader } from '../../kernel/tar.ts';
import { archiveOf } from './artifact-archive.ts';
import type { ArtifactFile } from './artifact-face.ts';
import { describeArtifacts } from './artifacts.contract.ts';

for (const backend of backends) describeArtifacts(backend);

describe('an archive', () => {
  const contents: Record<string, string> = {
    'f/plain.txt': 'plain',
    'f/empty': '',
    'f/größe 日本.txt': 'other letters',
    [`f/${'deep/'.repeat(60)}end`]: 'long',
    [`f/${'é'.repeat(120)}`]: 'longer in bytes than in letters',
    'f/block': 'x'.repeat(512),
  };

  test('is read by tar, names and bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemill-tar-'));
    const files = Object.entries(contents).map(
      ([path, content]): ArtifactFile => ({
        ...{ path, kind: 'file', digest: path, createdAt: 1_700_000_000_000 },
        bytes: Buffer.byteLength(content),
      }),
    );
    const archive = archiveOf({
      files: Readable.from(files),
      folder: 'f',
      content: async ({ path }) => Readable.from([Buffer.from(contents[path]!)]),
    });
    execFileSync('tar', ['-xf', '-', '-C', folder], { input: await buffer(Readable.from(archive)) });
    for (const [path, content] of Object.entries(contents)) {
      expect(readFileSync(join(folder, path.slice(2)), 'utf8')).toBe(content);
    }
    rmSync(folder, { recursive: true });
  });

  test('tells sizes that its old field cannot hold', () => {
    const header = Buffer.from(tarHeader({ name: 'large', bytes: 64 * 1024 ** 3, modifiedAt: 0 }));
    expect(header.length).toBe(3 * 512);
    expect(header.subarray(512, 1024).toString('latin1')).toContain(`20 size=${64 * 1024 ** 3}\n`);
  });
});
