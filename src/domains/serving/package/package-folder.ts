import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fail, messageOf } from '../../../kernel/errors.ts';
import { type PackagedFile, type PackageManifest, packageManifestSchema } from './package-schema.ts';

/** A package's folder, every file of it as its manifest says. */
export interface PackageFolder {
  manifest: PackageManifest;
  /** sha256 of the manifest. */
  digest: string;
  /** The bytes of the file with this sha256, checked once more as they are read; `corrupt` where they have changed. */
  read(sha256: string): Promise<Buffer>;
}

const manifestFile = 'manifest.json';
const mostManifestBytes = 64 * 2 ** 20;

/**
 * Opens the `model` folder of a package, or the folder around it, and checks every file against the manifest. Fails with
 * `invalid_setting` where it is no package, `corrupt` where a file has changed or is missing.
 */
export async function openPackageFolder(given: string, expected?: string): Promise<PackageFolder> {
  const { folder, text } = await readManifest(given);
  const digest = createHash('sha256').update(text).digest('hex');
  if (expected !== undefined && expected !== digest) {
    fail(
      'corrupt',
      `The package in ${folder} has the digest ${digest}, not ${expected}. Take the files of one package.`,
    );
  }
  const manifest = parseManifest(folder, text);
  for (const file of manifest.files) await checkFile(folder, file);
  return {
    manifest,
    digest,
    async read(sha256) {
      const file = manifest.files.find((one) => one.sha256 === sha256);
      if (!file) return fail('corrupt', `The package in ${folder} lists no file with the digest ${sha256}.`);
      const bytes = await readFile(join(folder, file.path));
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) changed(folder, file);
      return bytes;
    },
  };
}

async function readManifest(given: string): Promise<{ folder: string; text: Buffer }> {
  for (const folder of [join(given, 'model'), given]) {
    const stat = await lstat(join(folder, manifestFile)).catch(() => undefined);
    if (stat?.isFile() && stat.size <= mostManifestBytes) {
      return { folder, text: await readFile(join(folder, manifestFile)) };
    }
  }
  const cure = "Write one with 'tidemill endpoint package <endpoint> --out <folder>'.";
  return fail('invalid_setting', `${given} holds no packaged endpoint: it has no model/${manifestFile}. ${cure}`, {
    field: 'folder',
    value: given,
    cure,
  });
}

function parseManifest(folder: string, text: Buffer): PackageManifest {
  let value: unknown;
  try {
    value = JSON.parse(text.toString('utf8'));
  } catch (error) {
    return fail('corrupt', `${join(folder, manifestFile)} is not JSON: ${messageOf(error)}`);
  }
  const parsed = packageManifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const cure = 'Serve it with the program in its own `server` folder, or package the endpoint anew.';
  const field = issue.path.map(String).join('.');
  return fail('invalid_setting', `${join(folder, manifestFile)}: field '${field}': ${issue.message}. ${cure}`, {
    cure,
  });
}

async function checkFile(folder: string, file: PackagedFile): Promise<void> {
  if (!isInside(file.path)) fail('corrupt', `The manifest names the file '${file.path}', which is not in the package.`);
  const path = join(folder, file.path);
  const stat = await lstat(path).catch(() => undefined);
  if (!stat) return fail('corrupt', `The file ${path} of the package is missing. Package the endpoint anew.`);
  if (!stat.isFile() || stat.size !== file.bytes) changed(folder, file);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  if (hash.digest('hex') !== file.sha256) changed(folder, file);
}

function isInside(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0:]/.test(part));
}

function changed(folder: string, { path }: PackagedFile): never {
  const cure = 'Package the endpoint anew.';
  return fail('corrupt', `The file ${join(folder, path)} is not what was packaged. ${cure}`, { field: path, cure });
}
