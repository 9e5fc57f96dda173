import { annotationsOf, graceSeconds, labelsOf, type PackageFacts, userId, type WrittenFile } from './package-facts.ts';
import { containerSecurity, podAnnotationsOf, probesOf, resourcesOf, variablesOf, volumesOf } from './pod.ts';
import { yamlFile } from './yaml-file.ts';

/** A KServe InferenceService over the image, which speaks the Open Inference Protocol (V2). */
export function kserveFiles(facts: PackageFacts): WrittenFile[] {
  const comment = 'kubectl apply --server-side -f kserve/inferenceservice.yaml';
  return [yamlFile('kserve/inferenceservice.yaml', comment, [inferenceService(facts)])];
}

function inferenceService(facts: PackageFacts) {
  const { resourceName: name, request, canaryPercent, image } = facts;
  const { volumes, mounts } = volumesOf(facts);
  const container = {
    name: 'kserve-container',
    image,
    // KServe reads from this which protocol a container of one's own speaks.
    env: [{ name: 'PROTOCOL', value: 'v2' }, ...variablesOf(facts)],
    // The name by which Knative knows HTTP.
    ports: [{ name: 'http1', containerPort: request.port, protocol: 'TCP' }],
    resources: resourcesOf(facts),
    ...probesOf('http1'),
    securityContext: containerSecurity,
    volumeMounts: mounts,
  };
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name, namespace: request.namespace, labels: labelsOf(facts), annotations: annotationsOf(facts) },
    spec: {
      predictor: {
        annotations: podAnnotationsOf(facts),
        minReplicas: request.replicas,
        maxReplicas: Math.max(request.replicas, request.maxReplicas),
        ...(canaryPercent !== undefined && { canaryTrafficPercent: canaryPercent }),
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: graceSeconds,
        securityContext: { runAsNonRoot: true, fsGroup: userId, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [container],
        volumes,
      },
    },
  };
}
