import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { fail, notFound } from '../../../kernel/errors.ts';
import { tarEnd, tarHeader, tarPadding } from '../../../kernel/tar.ts';
import { createEndpointStore, type StoredEndpoint } from '../store.ts';
import { firstShareOf, type PackageDeps, type Packaged, packageOf, targetsOf } from './package-content.ts';
import { type PackageFacts, resourceNameOf, type Upstream, upstreamOf, type WrittenFile } from './package-facts.ts';
import type { EndpointPackage, PackagedFile, PackageRequest } from './package-schema.ts';

/** Endpoints written down to run without the platform. */
export interface Packages {
  /** What a package would hold; fails with `conflict`, `unsupported` or `too_large` where the endpoint cannot be packaged. */
  describe(endpoint: string, request: PackageRequest): Promise<EndpointPackage>;
  /** The package as a tar archive; the same bytes for the same version and request. */
  archive(endpoint: string, request: PackageRequest): Promise<Readable>;
}

/** Makes packaging over the endpoints of a server. */
export function createPackages(deps: PackageDeps): Packages {
  return {
    describe: async (endpoint, request) => (await assemble(deps, endpoint, request)).described,
    async archive(endpoint, request) {
      const { described, open } = await assemble(deps, endpoint, request);
      return Readable.from(archiveOf(described.files, open));
    },
  };
}

interface Assembled {
  described: EndpointPackage;
  open(file: PackagedFile): Promise<AsyncIterable<Uint8Array>>;
}

async function assemble(deps: PackageDeps, name: string, request: PackageRequest): Promise<Assembled> {
  const endpoint = (await createEndpointStore(deps.database.query).find(name)) ?? notFound('endpoint', name);
  const packaged = await packageOf(deps, endpoint, request);
  const { facts, model } = factsOf(endpoint, packaged, request);
  // The writer of YAML comes with the first package.
  const { writtenFiles } = await import('./package-files.ts');
  const inMemory = [
    ...model,
    ...packaged.program.files.map(below('server/')),
    ...writtenFiles(facts, targetsOf(request)),
  ];
  const bytesOf = new Map(inMemory.map((file) => [file.path, file.bytes]));
  const files = [...inMemory.map(describeFile), ...packaged.stored].sort((a, b) => (a.path < b.path ? -1 : 1));
  const isContext = ({ path }: PackagedFile) => /^(model|server)\/|^Dockerfile$/.test(path);
  const described: EndpointPackage = {
    manifest: packaged.manifest,
    digest: facts.digest,
    image: facts.image,
    resourceName: facts.resourceName,
    contextBytes: files.filter(isContext).reduce((sum, { bytes }) => sum + bytes, 0),
    notices: noticesOf(facts, endpoint),
    files,
  };
  const open = async ({ path, sha256 }: PackagedFile) => {
    const bytes = bytesOf.get(path);
    return bytes ? Readable.from([Buffer.from(bytes)]) : deps.blobs.open(sha256);
  };
  return { described, open };
}

function factsOf(endpoint: StoredEndpoint, { manifest, program }: Packaged, request: PackageRequest) {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const resourceName = resourceNameOf(endpoint.name);
  const facts: PackageFacts = {
    manifest,
    digest: sha256Of(text),
    request,
    image: request.image ?? `${resourceName}:${manifest.version.number}`,
    resourceName,
    entry: program.entry,
    canaryPercent: request.canaryPercent ?? firstShareOf(endpoint.spec),
    upstream: upstreamOf(endpoint.spec),
  };
  return { facts, model: [{ path: 'model/manifest.json', bytes: text }] satisfies WrittenFile[] };
}

function noticesOf(
  { resourceName, upstream, request }: PackageFacts,
  { name, spec, routing }: StoredEndpoint,
): string[] {
  const notices: string[] = [];
  if (resourceName !== name)
    notices.push(`'${name}' is no name that DNS allows: its resources are called '${resourceName}'.`);
  if (routing.variants.filter(({ role }) => role === 'live').length > 1 && request.version === undefined) {
    notices.push(
      'The endpoint splits its traffic; the package holds the version with the largest share. --version takes another.',
    );
  }
  if (upstream) notices.push(...upstreamNotices(upstream, resourceName));
  if (spec.log.sample > 0) notices.push('Packaged endpoints log no predictions: drift and labels need a server.');
  if (!request.baseImage.includes('@sha256:')) {
    notices.push(
      `The base image ${request.baseImage} is named by its tag. Pin it with --base-image <name>@sha256:<digest>.`,
    );
  }
  return notices;
}

function upstreamNotices({ host, isAddress, namespace }: Upstream, resourceName: string): string[] {
  const secret = `The remote model's credential is not packaged: put it into the Secret '${resourceName}-upstream'.`;
  if (isAddress || namespace) return [secret];
  return [
    secret,
    `A NetworkPolicy knows no names: pods may call the port of ${host} anywhere. Narrow it to its addresses.`,
  ];
}

const below = (folder: string) => (file: WrittenFile) => ({ ...file, path: `${folder}${file.path}` });
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function describeFile({ path, bytes }: WrittenFile): PackagedFile {
  return { path, bytes: bytes.length, sha256: sha256Of(bytes) };
}

/** Nothing of the time goes into the archive: the same package twice is the same bytes. */
async function* archiveOf(files: readonly PackagedFile[], open: Assembled['open']): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    yield tarHeader({ name: file.path, bytes: file.bytes, modifiedAt: 0 });
    let written = 0;
    for await (const part of await open(file)) {
      written += part.length;
      yield part;
    }
    if (written !== file.bytes) fail('corrupt', `The file ${file.path} has ${written} bytes instead of ${file.bytes}.`);
    yield tarPadding(file.bytes);
  }
  yield tarEnd;
}
