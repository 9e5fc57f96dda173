import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { EndpointSpec } from '../schema.ts';
import type { PackageManifest, PackageRequest } from './package-schema.ts';

/** A file to be written: text of ours, or bytes. */
export interface WrittenFile {
  path: string;
  bytes: Uint8Array;
}

/** Where a packaged endpoint calls out to. */
export interface Upstream {
  host: string;
  port: number;
  /** Namespace of the cluster, where the host is a service in it. */
  namespace: string | undefined;
  isAddress: boolean;
  isPrivate: boolean;
}

/** All that the files of a package are written from. */
export interface PackageFacts {
  manifest: PackageManifest;
  digest: string;
  request: PackageRequest;
  image: string;
  resourceName: string;
  /** The module that the image starts with, below `server/`. */
  entry: string;
  /** First share of traffic for KServe; undefined for all. */
  canaryPercent: number | undefined;
  upstream: Upstream | undefined;
}

/** User and group of the process: no user of any distribution. */
export const userId = 65_532;
/** Time that balancers take to hear that a pod goes. */
export const quietSeconds = 5;
/** Time from there to the end of the process, the server's own drain included. */
export const graceSeconds = quietSeconds + 25;

/** Writes a text file. */
export function textFile(path: string, text: string): WrittenFile {
  return { path, bytes: Buffer.from(text, 'utf8') };
}

/** A name as DNS has labels (RFC 1123): what is replaced is made up for by a hash, so that two names stay two. */
export function resourceNameOf(name: string): string {
  if (/^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$/.test(name)) return name;
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return slug === '' ? `endpoint-${hash}` : `${slug}-${hash}`;
}

/** Labels that select the pods: never changed from one version to the next. */
export function selectorOf({ resourceName }: Pick<PackageFacts, 'resourceName'>): Record<string, string> {
  return { 'app.kubernetes.io/name': resourceName, 'app.kubernetes.io/component': 'endpoint' };
}

/** Labels of every resource. */
export function labelsOf(facts: PackageFacts): Record<string, string> {
  return {
    ...selectorOf(facts),
    'app.kubernetes.io/version': String(facts.manifest.version.number),
    'app.kubernetes.io/part-of': 'tidemill',
    'app.kubernetes.io/managed-by': 'tidemill',
  };
}

/** What may not be a label: names as users chose them, and digests. */
export function annotationsOf({ manifest, digest }: PackageFacts): Record<string, string> {
  return {
    'tidemill.dev/endpoint': manifest.endpoint,
    'tidemill.dev/model': manifest.version.model,
    'tidemill.dev/model-version': String(manifest.version.number),
    'tidemill.dev/model-digest': `sha256:${manifest.version.servable ?? manifest.version.digest}`,
    'tidemill.dev/package-digest': `sha256:${digest}`,
  };
}

const processMb = 160;
const headroom = 1.5;

/** Memory of a pod in MiB: the process as measured, the model as the server measured it, and room for requests. */
export function memoryOf({ memoryBytes }: Pick<PackageManifest, 'memoryBytes'>): { request: number; limit: number } {
  const request = Math.ceil((processMb + (memoryBytes / 2 ** 20) * headroom) / 32) * 32;
  return { request, limit: request * 2 };
}

/** Where an endpoint with a remote runtime calls out to. */
export function upstreamOf({ runtime }: Pick<EndpointSpec, 'runtime'>): Upstream | undefined {
  if (runtime.kind !== 'remote') return undefined;
  const url = new URL(runtime.url.replaceAll(/[{}]/g, ''));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = isIP(host) > 0;
  const parts = host.split('.');
  const isService = !isAddress && (parts.length === 1 || parts[2] === 'svc' || parts.length === 2);
  const isPrivate = isService || /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|localhost$|f[cd]|::1$)/.test(host);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return { host, port, namespace: isService && parts.length > 1 ? parts[1] : undefined, isAddress, isPrivate };
}

/** Settings of the process in the image; what a platform gives wins. */
export function environmentOf({ request, digest, upstream }: PackageFacts): Record<string, string> {
  return {
    TIDEMILL_HOST: '0.0.0.0',
    TIDEMILL_PORT: String(request.port),
    TIDEMILL_GRPC_PORT: String(request.grpcPort),
    TIDEMILL_DIGEST: digest,
    ...(upstream?.isPrivate && { TIDEMILL_ALLOW_PRIVATE_ADDRESSES: 'true' }),
  };
}
