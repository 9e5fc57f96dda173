import { z } from 'zod';
import { EndpointSpec } from '../schema.ts';

/** What a package may be written for. */
export const packageTargets = ['container', 'kubernetes', 'kserve', 'ci'] as const;
/** One of `packageTargets`. */
export type PackageTarget = (typeof packageTargets)[number];

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 of 64 lower-case hex digits');
const imageText = z
  .string()
  .max(500)
  .regex(
    /^[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    'must be such as registry.example.com/team/flights:1',
  );

const tensor = z.strictObject({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.number().int().min(0).nullable()),
  columns: z.array(z.string()).optional(),
});

/** A file of a package: where it lies in it, and what it must hold. */
export const packagedFileSchema = z
  .strictObject({ path: z.string().min(1).max(500), bytes: z.number().int().min(0), sha256: digest })
  .meta({ id: 'PackagedFile' });
/** A file of a package. */
export type PackagedFile = z.output<typeof packagedFileSchema>;

/** What `model/manifest.json` says: all that answering takes, and where the version comes from. */
export const packageManifestSchema = z
  .strictObject({
    format: z.literal('tidemill-package/1'),
    endpoint: z.string().min(1).max(250),
    spec: EndpointSpec,
    version: z.strictObject({
      id: z.string(),
      model: z.string(),
      number: z.number().int().min(1),
      digest,
      servable: digest.nullable().describe('The ONNX file that answers; null where another server does.'),
      format: z.string(),
      signature: z.strictObject({ inputs: z.array(tensor), outputs: z.array(tensor) }),
      source: z.record(z.string(), z.unknown()).describe('Run, data, code and pipeline it comes from.'),
      createdAt: z.iso.datetime(),
      createdBy: z.string(),
    }),
    program: z.strictObject({ name: z.literal('tidemill'), version: z.string() }),
    memoryBytes: z
      .number()
      .int()
      .min(0)
      .describe('What the model takes in memory, estimated by the server that packaged it.'),
    files: z.array(packagedFileSchema),
  })
  .meta({ id: 'PackageManifest' });
/** What `model/manifest.json` says. */
export type PackageManifest = z.output<typeof packageManifestSchema>;

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const dnsName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a DNS label: up to 63 of a-z, 0-9 and "-"');

/** What is asked of a package. */
export const packageRequestSchema = z.object({
  target: z
    .string()
    .regex(
      /^(container|kubernetes|kserve|ci)(,(container|kubernetes|kserve|ci))*$/,
      `may hold ${packageTargets.join(', ')}`,
    )
    .default(packageTargets.join(','))
    .describe(
      'Separated by commas: container, kubernetes, kserve, ci; all unless said. The container is always written.',
    ),
  version: whole(1, 2 ** 31)
    .optional()
    .describe("A version of the endpoint's model; the one that answers most traffic unless said."),
  image: imageText.optional().describe('Name and tag of the image; `<endpoint>:<version>` unless said.'),
  baseImage: imageText
    .default('docker.io/library/node:24.21.0-bookworm-slim')
    .describe('The image it is built on; pin it by `@sha256:…` for builds that are the same for ever.'),
  namespace: dnsName.default('default').describe('Namespace of the manifests.'),
  replicas: whole(1, 1000).default(2).describe('Least number of pods.'),
  maxReplicas: whole(1, 10_000).default(10).describe('Most pods that the autoscaler may start.'),
  port: whole(1024, 65_535).default(8080),
  grpcPort: whole(1024, 65_535).default(9000),
  canaryPercent: whole(0, 100)
    .optional()
    .describe(
      "Share of traffic that KServe gives this version at first; the first weight of the endpoint's rollout plan unless said.",
    ),
  maxModelMb: whole(1, 1_000_000).default(2048).describe('The largest model, in MiB, that is put into an image.'),
});
/** What is asked of a package. */
export type PackageRequest = z.output<typeof packageRequestSchema>;

/** A package described: what it holds and what its reader should know. */
export const packageSchema = z
  .object({
    manifest: packageManifestSchema,
    digest: digest.describe('sha256 of `model/manifest.json`.'),
    image: z.string(),
    resourceName: z.string().describe('Name of its Kubernetes resources.'),
    contextBytes: z.number().int().describe('Size of what the image is built from.'),
    notices: z.array(z.string()).describe('What was changed or left out, and what to do about it.'),
    files: z.array(packagedFileSchema),
  })
  .meta({ id: 'EndpointPackage' });
/** A package described. */
export type EndpointPackage = z.output<typeof packageSchema>;
