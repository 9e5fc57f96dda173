import { type PackageFacts, textFile, type WrittenFile } from './package-facts.ts';
import type { PackageTarget } from './package-schema.ts';

/** What a package is and how it is built and run, for whoever finds it in a repository. */
export function readmeFile(facts: PackageFacts, targets: ReadonlySet<PackageTarget>): WrittenFile {
  const { manifest, image, request, digest, resourceName, upstream } = facts;
  const { version } = manifest;
  const sections = [
    `# ${manifest.endpoint}

Version ${version.number} of the model ${version.model}, packaged by Tidemill ${manifest.program.version}.
Package sha256:${digest}`,
    `## Try it

    docker build --tag ${image} .
    docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --publish 127.0.0.1:8080:${request.port} ${image}
    node smoke/smoke.mjs http://127.0.0.1:8080

Without Docker: \`tidemill serve .\``,
    ...(targets.has('kubernetes')
      ? [
          `## Kubernetes

    kubectl label namespace <callers> tidemill.dev/calls-endpoints=true
    kubectl apply --server-side -k kubernetes

The autoscaler reads tidemill_wanted_replicas and tidemill_queue_rows of the pods, which takes an adapter for custom metrics (such as the
Prometheus adapter); without one it goes by the processor alone.`,
        ]
      : []),
    ...(upstream
      ? [
          `## The remote model

    kubectl create secret generic ${resourceName}-upstream --from-file=authorization=<file>

The file holds what ${upstream.host} wants as \`authorization\`, such as \`Bearer …\`; it is in no file of this package.`,
        ]
      : []),
    ...(targets.has('kserve') ? ['## KServe\n\n    kubectl apply --server-side -f kserve/inferenceservice.yaml'] : []),
  ];
  return textFile('README.md', `${sections.join('\n\n')}\n`);
}
