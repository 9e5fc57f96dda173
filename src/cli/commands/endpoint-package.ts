import { join } from 'node:path';
import type { Command } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { colour, print } from '../output.ts';
import { writePackage } from '../write-package.ts';
import { withServer } from './project.ts';

interface PackageOptions extends CommonOptions {
  out: string;
  force?: boolean;
  target?: string;
  version?: string;
  image?: string;
  baseImage?: string;
  namespace?: string;
  replicas?: string;
  maxReplicas?: string;
  port?: string;
  grpcPort?: string;
  canaryPercent?: string;
  maxModelMb?: string;
}

/** Adds `endpoint package`. */
export function addPackageCommand(endpoint: Command): void {
  withServer(endpoint.command('package'))
    .description('write what runs an endpoint without this server: an image, manifests, pipelines')
    .argument('<endpoint>', 'its name')
    .requiredOption('--out <folder>', 'the folder to write; it must be empty')
    .option('--force', 'write over what is in the folder')
    .option('--target <targets>', 'container, kubernetes, kserve, ci, with commas; all unless given')
    .option('--version <number>', 'a version of its model; the one that answers most unless given')
    .option('--image <name>', 'name and tag of the image, such as registry.example.com/flights:3')
    .option('--base-image <name>', 'the image it is built on, best with its digest')
    .option('--namespace <namespace>', 'namespace of the manifests')
    .option('--replicas <count>', 'least number of pods')
    .option('--max-replicas <count>', 'most pods')
    .option('--port <port>', 'port of HTTP in the container')
    .option('--grpc-port <port>', 'port of gRPC in the container')
    .option('--canary-percent <percent>', 'share of traffic that KServe gives it at first')
    .option('--max-model-mb <MiB>', 'the largest model to put into an image')
    .action(async (name: string, options: PackageOptions) => {
      const { out, force, url: _url, token: _token, json: _json, ...asked } = options;
      const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const written = await writePackage(clientOf(options), { name, query, folder: out, force: force ?? false });
      print({ ...written, folder: out }, options, () => shown(name, out, written));
    });
}

type Written = Awaited<ReturnType<typeof writePackage>>;

function shown(name: string, out: string, { manifest, digest, image, contextBytes, files, notices }: Written): string {
  const { model, number } = manifest.version;
  return [
    `${colour.bold(name)}: version ${number} of ${model}, ${files.length} files in ${out}`,
    `  package  sha256:${digest}`,
    `  image    ${image}, built from ${(contextBytes / 1e6).toFixed(1)} MB: docker build --tag ${image} ${out}`,
    `  try it   tidemill serve ${join(out)}`,
    ...notices.map((notice) => `  ${colour.yellow('note')}     ${notice}`),
  ].join('\n');
}
