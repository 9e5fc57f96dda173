import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { EndpointSpec } from '../schema.ts';
import { type PackageFacts, resourceNameOf, upstreamOf } from './package-facts.ts';
import { writtenFiles } from './package-files.ts';
import { type PackageManifest, packageRequestSchema, packageTargets } from './package-schema.ts';

const sha256 = 'ab'.repeat(32);

function factsOf(spec: object = {}, asked: object = {}): PackageFacts {
  const parsed = EndpointSpec.parse({ model: 'flights', ...spec });
  const inputs = [
    { name: 'X', type: 'float32', shape: [null, 3] },
    { name: 'carrier', type: 'string', shape: [null, 1] },
  ];
  const manifest: PackageManifest = {
    format: 'tidemill-package/1',
    endpoint: 'delays',
    spec: parsed,
    version: {
      id: 'id',
      model: 'flights',
      number: 3,
      digest: sha256,
      servable: sha256,
      format: 'onnx',
      signature: { inputs, outputs: [] },
      source: {},
      createdAt: '2026-01-01T00:00:00.000Z',
      createdBy: 'ann',
    },
    program: { name: 'tidemill', version: '1.2.3' },
    memoryBytes: 200 * 2 ** 20,
    files: [],
  };
  const request = packageRequestSchema.parse(asked);
  return {
    manifest,
    digest: 'cd'.repeat(32),
    request,
    image: 'registry.example.com/team/delays:3',
    resourceName: 'delays',
    entry: 'src/cli/serve-main.ts',
    canaryPercent: request.canaryPercent,
    upstream: upstreamOf(parsed),
  };
}

type Yaml = ReturnType<typeof JSON.parse>;

/** Every YAML file of a package by its path, read as strictly as the parser can. */
function documentsOf(facts: PackageFacts): Map<string, Yaml> {
  const found = new Map<string, Yaml>();
  for (const { path, bytes } of writtenFiles(facts, new Set(packageTargets))) {
    if (!/\.ya?ml$/.test(path)) continue;
    const document = parseDocument(Buffer.from(bytes).toString('utf8'), { strict: true, uniqueKeys: true });
    expect([path, document.errors, document.warnings]).toEqual([path, [], []]);
    found.set(path, document.toJS());
  }
  return found;
}

const textOf = (facts: PackageFacts, path: string) =>
  Buffer.from(writtenFiles(facts, new Set(packageTargets)).find((file) => file.path === path)!.bytes).toString('utf8');
const holds = (labels: Record<string, string>, selector: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

describe('the manifests fit one another', () => {
  const documents = documentsOf(factsOf({}, { namespace: 'shop', replicas: 3 }));
  const of = (name: string) => documents.get(`kubernetes/${name}.yaml`);
  const deployment = of('deployment');
  const pod = deployment.spec.template;
  const [container] = pod.spec.containers;

  test('every selector finds the pods', () => {
    const selectors = [
      deployment.spec.selector.matchLabels,
      of('service').spec.selector,
      of('poddisruptionbudget').spec.selector.matchLabels,
      of('networkpolicy').spec.podSelector.matchLabels,
      ...pod.spec.topologySpreadConstraints.map((one: Yaml) => one.labelSelector.matchLabels),
    ];
    for (const selector of selectors) expect(holds(pod.metadata.labels, selector)).toBe(true);
    expect(holds(of('service').metadata.labels, of('servicemonitor').spec.selector.matchLabels)).toBe(true);
    // A version in a selector could never be changed.
    expect(Object.keys(deployment.spec.selector.matchLabels)).not.toContain('app.kubernetes.io/version');
  });

  test('ports lead to ports', () => {
    const names = container.ports.map((one: Yaml) => one.name);
    for (const { targetPort } of of('service').spec.ports) expect(names).toContain(targetPort);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      expect(names).toContain(container[probe].httpGet.port);
    const allowed = of('networkpolicy').spec.ingress[0].ports.map((one: Yaml) => one.port);
    expect(allowed).toEqual(container.ports.map((one: Yaml) => one.containerPort));
    const variables = Object.fromEntries(container.env.map((one: Yaml) => [one.name, one.value]));
    expect([variables.TIDEMILL_PORT, variables.TIDEMILL_GRPC_PORT]).toEqual(allowed.map(String));
    for (const { port } of of('servicemonitor').spec.endpoints)
      expect(of('service').spec.ports.map((one: Yaml) => one.name)).toContain(port);
  });

  test('the autoscaler has its target and alone decides how many', () => {
    const { scaleTargetRef: target, minReplicas, maxReplicas } = of('horizontalpodautoscaler').spec;
    expect([target.apiVersion, target.kind, target.name]).toEqual([
      deployment.apiVersion,
      deployment.kind,
      deployment.metadata.name,
    ]);
    expect(deployment.spec.replicas).toBeUndefined();
    expect([minReplicas, maxReplicas]).toEqual([3, 10]);
    expect(container.resources.requests.cpu).toBeDefined();
  });

  test('everything is of one namespace and in the kustomization', () => {
    const { resources, images } = of('kustomization');
    for (const resource of resources) expect(documents.get(`kubernetes/${resource}`).metadata.namespace).toBe('shop');
    expect(images).toEqual([{ name: 'registry.example.com/team/delays', newTag: '3' }]);
    expect(pod.spec.serviceAccountName).toBe(of('serviceaccount').metadata.name);
    expect(of('serviceaccount').automountServiceAccountToken).toBe(false);
  });

  test('pods may nothing, stop in their time, and have the memory their model takes', () => {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(container.lifecycle.preStop.sleep.seconds + 15);
    expect(container.resources.requests.memory).toBe('480Mi');
    for (const mount of container.volumeMounts)
      expect(pod.spec.volumes.map((one: Yaml) => one.name)).toContain(mount.name);
    expect(of('networkpolicy').spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], egress: [] });
    const labels = Object.values({ ...pod.metadata.labels });
    for (const label of labels) expect(label).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
  });

  test('the InferenceService runs the same, with its canary where there is one', () => {
    const { predictor } = documents.get('kserve/inferenceservice.yaml').spec;
    expect(predictor.canaryTrafficPercent).toBeUndefined();
    expect(predictor.containers[0]).toMatchObject({
      name: 'kserve-container',
      image: container.image,
      securityContext: container.securityContext,
    });
    expect(predictor.containers[0].env[0]).toEqual({ name: 'PROTOCOL', value: 'v2' });
    const canary = documentsOf(factsOf({}, { canaryPercent: 5 })).get('kserve/inferenceservice.yaml');
    expect(canary.spec.predictor.canaryTrafficPercent).toBe(5);
  });
});

describe('a remote model', () => {
  const remote = (url: string) => documentsOf(factsOf({ runtime: { kind: 'remote', url } }));

  test('is all that pods get to', () => {
    const egress = (url: string) => remote(url).get('kubernetes/networkpolicy.yaml').spec.egress;
    expect(egress('https://203.0.113.9:8443/v2/models/{model}')).toEqual([
      { to: [{ ipBlock: { cidr: '203.0.113.9/32' } }], ports: [{ protocol: 'TCP', port: 8443 }] },
    ]);
    const [names, model] = egress('http://triton.models.svc.cluster.local:8000/v2/models/x');
    expect(names.ports.map((one: Yaml) => one.port)).toEqual([53, 53]);
    expect(model.to[0].namespaceSelector.matchLabels).toEqual({ 'kubernetes.io/metadata.name': 'models' });
    expect(egress('https://models.example.com/v2/models/x')[1]).toEqual({ ports: [{ protocol: 'TCP', port: 443 }] });
  });

  test('has its credential from a Secret, and from no file', () => {
    const deployment = remote('https://203.0.113.9/v2/models/x').get('kubernetes/deployment.yaml');
    const { volumes, containers } = deployment.spec.template.spec;
    expect(volumes[1].secret.secretName).toBe('delays-upstream');
    expect(containers[0].volumeMounts[1].readOnly).toBe(true);
  });
});

describe('pipelines', () => {
  const facts = factsOf();
  const documents = documentsOf(facts);
  const files = ['.github/workflows/delays.yml', '.gitlab-ci.yml', 'Jenkinsfile'];

  test('build, test, gate and deploy, in this order, with secrets of the CI alone', () => {
    for (const path of files) {
      const text = textOf(facts, path);
      const steps = ['docker build', 'smoke/smoke.mjs', 'model check', 'kubectl apply'].map((step) =>
        text.indexOf(step),
      );
      expect([path, steps]).toEqual([path, [...steps].sort((a, b) => a - b)]);
      expect(Math.min(...steps)).toBeGreaterThan(0);
      expect(text).not.toMatch(/(password|token|secret)['"]?\s*[:=]\s*['"]?[A-Za-z0-9]{12,}['"]?\s*$/im);
      expect(text).not.toContain('latest');
    }
  });

  test('the workflow asks for little and names its actions by their whole version', () => {
    const workflow = documents.get(files[0]!);
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs) as Yaml[]) {
      expect(job.permissions).toEqual({ contents: 'read' });
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      for (const step of job.steps) if (step.uses) expect(step.uses).toMatch(/@v\d+\.\d+\.\d+$/);
    }
    expect(workflow.jobs.deploy.needs).toEqual(['test', 'gate']);
  });

  test('jobs of GitLab are of stages there are', () => {
    const { stages, ...rest } = documents.get(files[1]!);
    const jobs = Object.values(rest).filter((one: Yaml) => one.script) as Yaml[];
    expect(jobs.length).toBe(4);
    for (const job of jobs) expect(stages).toContain(job.stage);
  });

  // There is no published schema of Jenkinsfiles: its blocks are taken apart instead.
  test('the Jenkinsfile is a declarative pipeline', () => {
    expect(blocksOf(textOf(facts, 'Jenkinsfile'))).toEqual([
      'pipeline',
      'pipeline/options',
      'pipeline/environment',
      'pipeline/stages',
      ...['Build', 'Test', 'Gate', 'Deploy'].map((name) => `pipeline/stages/stage('${name}')`),
    ]);
  });
});

/** The blocks of a Jenkinsfile down to its stages; fails where braces or quotes do not match. */
function blocksOf(text: string): string[] {
  const code = text
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'/g, (found, at: number) =>
      text.slice(0, at).endsWith('') && /^'(Build|Test|Gate|Deploy)'$/.test(found) ? found : "''",
    );
  const path: string[] = [];
  const found: string[] = [];
  for (const [token, head] of code.matchAll(/([\w.()' ,:]+?)\s*\{|\}/g)) {
    if (token === '}') {
      expect(path.pop()).toBeDefined();
      continue;
    }
    path.push(head!.trim());
    if (path.length <= 2 || (path.length === 3 && path[1] === 'stages')) found.push(path.join('/'));
  }
  expect(path).toEqual([]);
  return found;
}

describe('the Dockerfile', () => {
  const facts = factsOf();
  const lines = textOf(facts, 'Dockerfile')
    .replaceAll(/\\\n/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  test('knows its instructions, and copies what is in the context', () => {
    const known = /^(ARG|FROM|WORKDIR|COPY|RUN|LABEL|ENV|USER|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT) /;
    for (const line of lines) expect(line).toMatch(known);
    const copied = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    const ignored = textOf(facts, '.dockerignore').split('\n');
    for (const path of copied) expect(ignored).toContain(`!${path.split('/')[0]}`);
  });

  test('ends as nobody, without a shell, pinned', () => {
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')));
    expect(last).toContain('USER 65532:65532');
    expect(last.some((line) => line.startsWith('RUN'))).toBe(false);
    for (const line of last.filter((one) => /^(ENTRYPOINT|HEALTHCHECK)/.test(one)))
      expect(() => JSON.parse(line.slice(line.indexOf('[')))).not.toThrow();
    expect(lines[0]).toMatch(/^ARG NODE_IMAGE=\S+:\d+\.\d+\.\d+/);
  });
});

test('pipelines deploy by the manifests that the package has', () => {
  const jenkinsfileOf = (target: string) => textOf(factsOf({}, { target }), 'Jenkinsfile');
  expect(jenkinsfileOf('kubernetes,kserve,ci')).toContain('kubectl apply --server-side -k kubernetes');
  expect(jenkinsfileOf('kserve,ci')).toContain('-f kserve/inferenceservice.yaml');
  expect(jenkinsfileOf('kserve,ci')).toContain('inferenceservice/delays');
  expect(jenkinsfileOf('ci')).toContain('set image deployment/delays endpoint="$IMAGE"');
  for (const target of ['kserve,ci', 'ci']) expect(jenkinsfileOf(target)).not.toContain('-k kubernetes');
});

test('names become names of DNS, two of them two', () => {
  expect(resourceNameOf('delays')).toBe('delays');
  const names = ['Delays', 'delays.', 'DELAYS', '9 lives', 'Ünïcode', '预测', 'a'.repeat(250), 'x-'];
  const made = names.map(resourceNameOf);
  expect(new Set(made).size).toBe(names.length);
  for (const name of made) expect(name).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
});
