import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, OutputOf } from '@tidemill/sdk';
import { readTar } from '../kernel/read-tar.ts';
import { UsageError } from './context.ts';

type Described = OutputOf<'/api/v1/endpoints/{name}/package', 'get'>;

/** What to write, and where. */
export interface PackageOrder {
  name: string;
  query: Record<string, string>;
  folder: string;
  /** Write over what an earlier package left there. */
  force: boolean;
}

/** Writes a package of an endpoint into a folder, each file checked against what the server said of it. */
export async function writePackage(client: Client, { name, query, folder, force }: PackageOrder): Promise<Described> {
  const isAgain = await checkFolder(folder, force);
  const described = await client.get('/api/v1/endpoints/{name}/package', { name, ...query } as { name: string });
  const path = `/api/v1/endpoints/${encodeURIComponent(name)}/package.tar?${new URLSearchParams(query)}`;
  const answer = await client.open(path);
  if (isAgain) for (const own of ['model', 'server']) await rm(join(folder, own), { recursive: true, force: true });
  const expected = new Map(described.files.map((file) => [file.path, file.sha256]));
  for await (const file of readTar(Readable.fromWeb(answer.body as never))) {
    const sha256 = expected.get(file.name);
    if (sha256 === undefined)
      throw new Error(`The package changed while it was written: '${file.name}' is new. Try again.`);
    await writeFile(inside(folder, file.name), file.content(), sha256);
    expected.delete(file.name);
  }
  const [missing] = expected.keys();
  if (missing !== undefined)
    throw new Error(`The package changed while it was written: '${missing}' is missing. Try again.`);
  return described;
}

/** Gives whether there is an earlier package; a folder with anything else in it is not touched. */
async function checkFolder(folder: string, force: boolean): Promise<boolean> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw new UsageError(`${folder} is a file. Name a folder with --out.`);
    throw error;
  });
  if (entries.length === 0) return false;
  const isPackage = await stat(join(folder, 'model', 'manifest.json')).then(
    () => true,
    () => false,
  );
  if (!force)
    throw new UsageError(`The folder ${folder} is not empty. Name another with --out, or write over it with --force.`);
  return isPackage;
}

function inside(folder: string, name: string): string {
  const path = resolve(folder, name);
  const below = relative(resolve(folder), path);
  if (below === '' || below === '..' || below.startsWith(`..${sep}`))
    throw new Error(`The file '${name}' would leave ${folder}.`);
  return path;
}

async function writeFile(path: string, content: AsyncIterable<Uint8Array>, sha256: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  const counted = new Transform({
    transform(part: Buffer, _encoding, done) {
      hash.update(part);
      done(null, part);
    },
  });
  await pipeline(Readable.from(content), counted, createWriteStream(path));
  if (hash.digest('hex') !== sha256) throw new Error(`The file ${path} did not arrive whole. Try again.`);
}
