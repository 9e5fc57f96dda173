import { isoTime } from '../../../kernel/clock.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ModelVersion } from '../../registry/index.ts';
import type { ServingDeps } from '../deps.ts';
import { percentsOf } from '../rollout/plan-steps.ts';
import { EndpointSpec } from '../schema.ts';
import type { StoredEndpoint } from '../store.ts';
import type { PackagedFile, PackageManifest, PackageRequest, PackageTarget } from './package-schema.ts';
import type { Program } from './program.ts';

/** What packaging works with. */
export type PackageDeps = Pick<ServingDeps, 'database' | 'registry' | 'blobs' | 'table' | 'program'>;

/** What goes into a package beside the files that are written from it. */
export interface Packaged {
  manifest: PackageManifest;
  program: Program;
  /** Files that lie in the blobs, by their place in the package. */
  stored: PackagedFile[];
}

/** Finds the version, its bytes and the program; fails where the endpoint cannot run without the platform. */
export async function packageOf(
  deps: PackageDeps,
  endpoint: StoredEndpoint,
  request: PackageRequest,
): Promise<Packaged> {
  const { name, spec } = endpoint;
  checkSpec(name, spec);
  const version = await versionOf(deps, endpoint, request);
  const stored = await modelFiles(deps, version, { spec, request });
  const program = (await deps.program?.()) ?? fail('unsupported', 'This server has no program to put into an image.');
  const manifest: PackageManifest = {
    format: 'tidemill-package/1',
    endpoint: name,
    spec: specOf(spec),
    version: {
      id: version.id,
      model: version.model,
      number: version.number,
      digest: version.digest,
      servable: spec.runtime.kind === 'onnx' ? version.servableDigest : null,
      format: version.format,
      signature: version.signature,
      source: version.source as Record<string, unknown>,
      createdAt: isoTime(version.createdAt),
      createdBy: version.createdBy,
    },
    program: { name: 'tidemill', version: program.version },
    memoryBytes: memoryOf(stored),
    files: stored.map((file) => ({ ...file, path: file.path.slice('model/'.length) })),
  };
  return { manifest, program, stored };
}

/** What the answers depend on: neither the split, nor the log, nor how versions are rolled out. */
function specOf(spec: EndpointSpec): EndpointSpec {
  return EndpointSpec.parse({ ...spec, variants: [], rollout: {}, log: { sample: 0 } });
}

function checkSpec(name: string, spec: EndpointSpec): void {
  const { runtime } = spec;
  if (runtime.kind === 'process') {
    const cure = 'Convert the model to ONNX, or put its own server into an image and let the `runtime` be `remote`.';
    const message = `Endpoint '${name}' is answered by a command of this machine, which an image of ours has not.`;
    fail('unsupported', `${message} ${cure}`, { field: 'spec.runtime', cure });
  }
  const around = (['features', 'preprocess', 'postprocess'] as const).find((one) => spec[one] !== undefined);
  if (!around) return;
  const field = `spec.${around}`;
  const cure = 'Put it into the ONNX model itself, or serve it from a server.';
  fail('unsupported', `Endpoint '${name}' does more than its model: '${field}' is not packaged. ${cure}`, {
    field,
    cure,
  });
}

async function versionOf(deps: PackageDeps, { name, spec, routing }: StoredEndpoint, { version }: PackageRequest) {
  if (version !== undefined) return deps.registry.versions.get(spec.model, version);
  const live = routing.variants.filter(({ role }) => role === 'live');
  const largest = live.reduce((a, b) => (b.weight > a.weight ? b : a), live[0]!);
  const route = deps.table.find(name);
  if (!largest || (route && route.state === 'failed')) {
    const cure = 'Mend that, or name a version with --version.';
    const reason = route?.reason ?? `The model '${spec.model}' has no version '${spec.alias}' yet.`;
    return fail('conflict', `Endpoint '${name}' is not ready. ${reason} ${cure}`, { cure });
  }
  return deps.registry.versions.get(largest.model, largest.version);
}

async function modelFiles(
  deps: PackageDeps,
  version: ModelVersion,
  { spec, request }: { spec: EndpointSpec; request: PackageRequest },
): Promise<PackagedFile[]> {
  if (spec.runtime.kind === 'remote') return spec.runtime.columns ? [] : describedBy(deps, version);
  const sha256 = version.servableDigest;
  if (sha256 === null) {
    const cure = 'Convert the model to ONNX and register that.';
    const what = `Version ${version.number} of '${version.model}' is ${version.format} without an ONNX file`;
    return fail('unsupported', `${what}, which is not packaged. ${cure}`, { cure });
  }
  const { bytes } =
    (await deps.blobs.stat(sha256)) ?? fail('corrupt', `The file of version ${version.number} is missing.`);
  if (bytes > request.maxModelMb * 2 ** 20) {
    const cure = 'Let --max-model-mb be more, if your registry of images takes that.';
    const size = `${Math.ceil(bytes / 2 ** 20)} MiB`;
    fail('too_large', `The model of ${size} is over ${request.maxModelMb} MiB. ${cure}`, { field: 'maxModelMb', cure });
  }
  return [{ path: 'model/model.onnx', bytes, sha256 }];
}

/** The description of an MLflow model, which says what its columns are. */
async function describedBy({ registry }: PackageDeps, { model, number }: ModelVersion): Promise<PackagedFile[]> {
  const files = await registry.versions.files({ model, version: number });
  const found = files.find(({ path }) => path === 'MLmodel');
  return found ? [{ path: 'model/MLmodel', bytes: found.bytes, sha256: found.digest }] : [];
}

// A session keeps the weights in a form of its own; a thread, where it moves to one, has a heap and a runtime.
const sessionBytes = 15 * 2 ** 20;

function memoryOf(files: readonly PackagedFile[]): number {
  const model = files.find(({ path }) => path.endsWith('.onnx'));
  return model ? 2 * model.bytes + sessionBytes : 0;
}

/** What a package is asked to be written for. */
export function targetsOf({ target }: PackageRequest): ReadonlySet<PackageTarget> {
  return new Set(target.split(',') as PackageTarget[]);
}

/** The first share of traffic of an endpoint's own plan for new versions; undefined where it gives all at once. */
export function firstShareOf({ rollout }: EndpointSpec): number | undefined {
  const own = rollout.steps?.find((step) => step.kind === 'weight');
  const percent = own?.kind === 'weight' ? own.percent : rollout.steps ? undefined : percentsOf(rollout)[0];
  return percent === undefined || percent >= 100 ? undefined : Math.max(1, Math.round(percent));
}
