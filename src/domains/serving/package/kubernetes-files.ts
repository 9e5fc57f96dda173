import {
  annotationsOf,
  graceSeconds,
  labelsOf,
  type PackageFacts,
  selectorOf,
  type Upstream,
  userId,
  type WrittenFile,
} from './package-facts.ts';
import { containerOf, podAnnotationsOf, volumesOf } from './pod.ts';
import { yamlFile } from './yaml-file.ts';

/** Label of the namespaces whose pods may call an endpoint. */
export const callerLabel = 'tidemill.dev/calls-endpoints';

/** Manifests for Kubernetes 1.30 and later, one resource a file, joined by a kustomization. */
export function kubernetesFiles(facts: PackageFacts): WrittenFile[] {
  const resources: [string, string, object][] = [
    ['serviceaccount', 'The identity of the pods: it may ask the cluster for nothing.', serviceAccount(facts)],
    ['deployment', 'The pods that answer.', deployment(facts)],
    ['service', 'The address that callers use.', service(facts)],
    ['horizontalpodautoscaler', 'As many pods as the load asks for.', autoscaler(facts)],
    ['poddisruptionbudget', 'What upkeep of nodes must leave standing.', disruptionBudget(facts)],
    ['networkpolicy', `Only namespaces with the label ${callerLabel}=true get in.`, networkPolicy(facts)],
  ];
  const files = resources.map(([name, comment, resource]) => yamlFile(`kubernetes/${name}.yaml`, comment, [resource]));
  return [
    ...files,
    yamlFile('kubernetes/servicemonitor.yaml', 'For the Prometheus operator; apply it where there is one.', [
      serviceMonitor(facts),
    ]),
    yamlFile('kubernetes/kustomization.yaml', 'kubectl apply --server-side -k kubernetes', [
      kustomization(
        facts,
        resources.map(([name]) => `${name}.yaml`),
      ),
    ]),
  ];
}

function metadataOf(facts: PackageFacts) {
  const { resourceName: name, request } = facts;
  return { name, namespace: request.namespace, labels: labelsOf(facts), annotations: annotationsOf(facts) };
}

function serviceAccount(facts: PackageFacts) {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadataOf(facts), automountServiceAccountToken: false };
}

function deployment(facts: PackageFacts) {
  const { resourceName } = facts;
  const selector = { matchLabels: selectorOf(facts) };
  const spread = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: selector,
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(facts),
    spec: {
      // How many there are is the autoscaler's: a number here would set it back with every apply.
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 300,
      selector,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels: labelsOf(facts), annotations: podAnnotationsOf(facts) },
        spec: {
          serviceAccountName: resourceName,
          automountServiceAccountToken: false,
          // A service called `tidemill` would otherwise set variables that look like settings.
          enableServiceLinks: false,
          terminationGracePeriodSeconds: graceSeconds,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: userId,
            runAsGroup: userId,
            fsGroup: userId,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: [spread('topology.kubernetes.io/zone'), spread('kubernetes.io/hostname')],
          containers: [containerOf(facts)],
          volumes: volumesOf(facts).volumes,
        },
      },
    },
  };
}

function service(facts: PackageFacts) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(facts),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(facts),
      ports: [
        { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' },
        { name: 'grpc', port: 9000, targetPort: 'grpc', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' },
      ],
    },
  };
}

function autoscaler(facts: PackageFacts) {
  const { resourceName: name, request } = facts;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(facts),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: request.replicas,
      maxReplicas: Math.max(request.replicas, request.maxReplicas),
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        // Each pod says how many its own load would fill: their sum is how many there should be.
        podMetric('tidemill_wanted_replicas', '1'),
        podMetric('tidemill_queue_rows', '256'),
      ],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }] },
      },
    },
  };
}

function podMetric(name: string, averageValue: string) {
  return { type: 'Pods', pods: { metric: { name }, target: { type: 'AverageValue', averageValue } } };
}

function disruptionBudget(facts: PackageFacts) {
  const selector = { matchLabels: selectorOf(facts) };
  const spec = { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: metadataOf(facts), spec };
}

function networkPolicy(facts: PackageFacts) {
  const { request, upstream } = facts;
  const tcp = (port: number) => ({ protocol: 'TCP', port });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(facts),
    spec: {
      podSelector: { matchLabels: selectorOf(facts) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { [callerLabel]: 'true' } } }],
          ports: [tcp(request.port), tcp(request.grpcPort)],
        },
      ],
      egress: upstream ? egressTo(upstream) : [],
    },
  };
}

/** What leads to a remote model: its address and port, and the cluster's names where it has a name. */
function egressTo(upstream: Upstream) {
  const { host, port, namespace, isAddress } = upstream;
  const block = { ipBlock: { cidr: `${host}/${host.includes(':') ? 128 : 32}` } };
  const inside = { namespaceSelector: namespace ? { matchLabels: { 'kubernetes.io/metadata.name': namespace } } : {} };
  const names = {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
    ],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
  const to = isAddress ? [block] : namespace ? [inside] : undefined;
  const model = { ...(to && { to }), ports: [{ protocol: 'TCP', port }] };
  return isAddress ? [model] : [names, model];
}

function serviceMonitor(facts: PackageFacts) {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: metadataOf(facts),
    spec: {
      selector: { matchLabels: selectorOf(facts) },
      endpoints: [{ port: 'http', path: '/metrics', interval: '15s' }],
    },
  };
}

function kustomization({ image, request }: PackageFacts, resources: string[]) {
  const [, name, tag, digest] = /^(.+?)(?::([^:/@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image)!;
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: request.namespace,
    resources,
    images: [{ name, ...(digest ? { digest } : { newTag: tag ?? 'latest' }) }],
  };
}
