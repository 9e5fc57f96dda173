import { annotationsOf, environmentOf, memoryOf, type PackageFacts, quietSeconds, userId } from './package-facts.ts';

/** What every container of a packaged endpoint may: nothing but answer. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Memory and processor of the container, from the model's measured size. */
export function resourcesOf({ manifest }: PackageFacts) {
  const { request, limit } = memoryOf(manifest);
  return { requests: { cpu: '250m', memory: `${request}Mi` }, limits: { memory: `${limit}Mi` } };
}

/** Variables of the container: its settings, and where its credential lies. */
export function variablesOf(facts: PackageFacts): { name: string; value: string }[] {
  const credential = facts.upstream && { TIDEMILL_CREDENTIAL_FILE: '/run/secrets/tidemill/authorization' };
  return Object.entries({ ...environmentOf(facts), ...credential }).map(([name, value]) => ({ name, value }));
}

/** Probes: a slow start is waited for, an endpoint that cannot answer gets no traffic, a process that does not is restarted. */
export function probesOf(port: string) {
  const probe = (path: string, timing: object) => ({ httpGet: { path, port }, timeoutSeconds: 3, ...timing });
  return {
    startupProbe: probe('/readyz', { periodSeconds: 2, failureThreshold: 60 }),
    readinessProbe: probe('/readyz', { periodSeconds: 5, failureThreshold: 2 }),
    livenessProbe: probe('/healthz', { periodSeconds: 10, failureThreshold: 6 }),
  };
}

/** Scratch space and, for a remote model, its credential. */
export function volumesOf({ upstream, resourceName }: PackageFacts) {
  const secret = { secretName: `${resourceName}-upstream`, optional: true, defaultMode: 0o440 };
  return {
    volumes: [
      { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      ...(upstream ? [{ name: 'upstream', secret }] : []),
    ],
    mounts: [
      { name: 'scratch', mountPath: '/tmp' },
      ...(upstream ? [{ name: 'upstream', mountPath: '/run/secrets/tidemill', readOnly: true }] : []),
    ],
  };
}

/** The container of a pod. */
export function containerOf(facts: PackageFacts) {
  const { image, request } = facts;
  return {
    name: 'endpoint',
    image,
    imagePullPolicy: 'IfNotPresent',
    ports: [
      { name: 'http', containerPort: request.port, protocol: 'TCP' },
      { name: 'grpc', containerPort: request.grpcPort, protocol: 'TCP' },
    ],
    env: variablesOf(facts),
    resources: resourcesOf(facts),
    ...probesOf('http'),
    lifecycle: { preStop: { sleep: { seconds: quietSeconds } } },
    securityContext: containerSecurity,
    volumeMounts: volumesOf(facts).mounts,
  };
}

/** Annotations of a pod: another package is another pod, also where the image keeps its name. */
export function podAnnotationsOf(facts: PackageFacts): Record<string, string> {
  return {
    ...annotationsOf(facts),
    'checksum/package': facts.digest,
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(facts.request.port),
    'prometheus.io/path': '/metrics',
  };
}
