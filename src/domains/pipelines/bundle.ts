import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { newId } from '../../kernel/ids.ts';
import type { Ledger } from '../../ledger/index.ts';
import { createPipelineStore } from './store.ts';

/** Code by path inside the bundle: bytes, or text. */
export type BundleFiles = Record<string, Uint8Array | string>;

/** A pinned set of files, named by the digest of its manifest. */
export interface Bundle {
  digest: string;
  /** The sha256 of each file by path. */
  files: Record<string, string>;
}

/** Stores code by content and lays it out for steps. */
export interface BundleStore {
  put(actor: Actor, files: BundleFiles, origin?: string): Promise<Bundle>;
  /** Makes a bundle of files that are stored already. */
  putManifest(actor: Actor, files: Record<string, string>, origin?: string): Promise<Bundle>;
  bundle(digest: string): Promise<Bundle>;
  /** A read-only folder with the bundle's files, made once; and the project folder they came from, where it is known. */
  materialise(digest: string): Promise<{ folder: string; origin: string | undefined }>;
}

interface BundleDeps {
  database: Database;
  blobs: Blobs;
  ledger: Ledger;
  clock: Clock;
  /** Laid-out bundles lie in it. */
  root: string;
}

const maxFiles = 20_000;

/** Makes the store of code bundles. */
export function createBundles(deps: BundleDeps): BundleStore {
  const making = new Map<string, Promise<{ folder: string; origin: string | undefined }>>();
  return {
    async put(actor, files, origin) {
      const digests: Record<string, string> = {};
      for (const [path, content] of Object.entries(files)) {
        checkBundlePath(path);
        digests[path] = (await deps.blobs.put(content)).digest;
      }
      return putManifest(deps, actor, { files: digests, origin });
    },
    async putManifest(actor, files, origin) {
      for (const [path, digest] of Object.entries(files)) {
        checkBundlePath(path);
        if (!(await deps.blobs.has(digest))) {
          const cure = `PUT its bytes to /api/v1/bundles/files/${digest} first.`;
          fail('invalid_input', `files.${path}: no content with this digest is stored. ${cure}`, {
            field: `files.${path}`,
          });
        }
      }
      return putManifest(deps, actor, { files, origin });
    },
    async bundle(digest) {
      const row = (await createPipelineStore(deps.database.query).bundle(digest)) ?? notFound('bundle', digest);
      return { digest, files: JSON.parse(row.files) as Record<string, string> };
    },
    materialise(digest) {
      let made = making.get(digest);
      if (!made) {
        made = materialise(deps, digest);
        making.set(digest, made);
        made.catch(() => making.delete(digest));
      }
      return made;
    },
  };
}

async function putManifest(
  { database, ledger, clock }: BundleDeps,
  actor: Actor,
  { files, origin }: { files: Record<string, string>; origin: string | undefined },
): Promise<Bundle> {
  const count = Object.keys(files).length;
  if (count > maxFiles) fail('too_large', `A bundle has at most ${maxFiles} files; this one has ${count}.`);
  const digest = digestOf({ v: 1, files });
  await database.transaction(async (tx) => {
    const row = { digest, files: JSON.stringify(files), origin: origin ?? null, created_at: clock.now() };
    if (!(await createPipelineStore(tx).putBundle(row))) return;
    const subject = { kind: 'code-bundle', id: digest };
    await ledger.append(tx, { type: 'code-bundle.created', actor, subject, data: { files: count } });
  });
  return { digest, files };
}

function checkBundlePath(path: string): void {
  const parts = path.split('/');
  const safe = parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\\0]/.test(path);
  if (safe && path.length <= 1000) return;
  fail('invalid_path', `files: '${path}' is not a relative path of '/'-separated names.`, {
    field: 'files',
    value: path,
  });
}

async function materialise({ database, blobs, root }: BundleDeps, digest: string) {
  const row = (await createPipelineStore(database.query).bundle(digest)) ?? notFound('bundle', digest);
  const folder = join(root, digest);
  const origin = row.origin ?? undefined;
  if (existsSync(folder)) return { folder, origin };
  const staging = join(root, `.${digest}.${newId()}`);
  const files = JSON.parse(row.files) as Record<string, string>;
  for (const [path, content] of Object.entries(files)) {
    const place = join(staging, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, await blobs.read(content, { verify: true }));
    await chmod(place, 0o555);
  }
  await mkdir(staging, { recursive: true });
  // Without it Node has to guess for each file whether it is an ES module.
  if (!files['package.json']) await writeFile(join(staging, 'package.json'), '{"type":"module"}');
  await rename(staging, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return { folder, origin };
}
