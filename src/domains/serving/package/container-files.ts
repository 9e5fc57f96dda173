import {
  annotationsOf,
  environmentOf,
  type PackageFacts,
  textFile,
  userId,
  type WrittenFile,
} from './package-facts.ts';
import { yamlFile } from './yaml-file.ts';

/** What an image is built from, beside the model and the program: Dockerfile, ignore file, and a compose file that runs it as meant. */
export function containerFiles(facts: PackageFacts): WrittenFile[] {
  return [
    textFile('Dockerfile', dockerfile(facts)),
    textFile('.dockerignore', ignored),
    textFile('server/prune.mjs', prune),
    yamlFile('compose.yaml', 'docker compose up --build: the image as it is meant to run.', [compose(facts)]),
  ];
}

/** Only what the Dockerfile copies gets to the builder. */
const ignored = ['*', '!model', '!server', 'server/node_modules', ''].join('\n');

function dockerfile(facts: PackageFacts): string {
  const { request, entry } = facts;
  // AIP_HTTP_PORT of Vertex AI is heard where no port is set, and 8080 is the port of SageMaker: so it stays out of the image.
  const { TIDEMILL_PORT: port, ...environment } = environmentOf(facts);
  // The ONNX runtime would keep an id of the machine and tell its makers of its use.
  const settings = {
    NODE_ENV: 'production',
    ORT_DISABLE_TELEMETRY: '1',
    ...environment,
    ...(port !== '8080' && { TIDEMILL_PORT: port }),
  };
  const lines = (values: Record<string, string>) =>
    Object.entries(values)
      .map(([key, value]) => `      ${key}=${quoted(value)}`)
      .join(' \\\n')
      .trimStart();
  const alive = `const {env}=process;fetch('http://127.0.0.1:'+(env.TIDEMILL_PORT||env.AIP_HTTP_PORT||8080)+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`;
  return `# Packages are fetched by the lockfile's hashes, without their scripts; native files of other machines are taken out.
ARG NODE_IMAGE=${request.baseImage}
FROM \${NODE_IMAGE} AS build
WORKDIR /app
COPY server/package.json server/package-lock.json server/prune.mjs ./server/
RUN cd server && npm ci --omit=dev --ignore-scripts --no-audit --no-fund && node prune.mjs
COPY server ./server
COPY model ./model
RUN chmod -R a+rX,go-w /app && mkdir cache && chown ${userId}:${userId} cache
# Checks every file, loads the model, and keeps the compiled code, which cannot be written later and which Node finds by its user.
USER ${userId}:${userId}
RUN ORT_DISABLE_TELEMETRY=1 NODE_COMPILE_CACHE=/app/cache node server/${entry} /app --check \\
 && chmod -R a+rX cache

FROM \${NODE_IMAGE}
LABEL ${lines(imageLabels(facts))}
ENV ${lines({ ...settings, NODE_COMPILE_CACHE: '/app/cache', TIDEMILL_PACKAGE: '/app' })}
WORKDIR /app
COPY --from=build --chown=0:0 /app /app
USER ${userId}:${userId}
EXPOSE ${request.port} ${request.grpcPort}
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["node", "-e", "${alive}"]
ENTRYPOINT ["node", "server/${entry}"]
`;
}

function imageLabels(facts: PackageFacts): Record<string, string> {
  const { manifest, request } = facts;
  const { model, number } = manifest.version;
  return {
    'org.opencontainers.image.title': manifest.endpoint,
    'org.opencontainers.image.description': `Version ${number} of the model ${model}, served by Tidemill ${manifest.program.version}`,
    'org.opencontainers.image.version': String(number),
    'org.opencontainers.image.base.name': request.baseImage,
    ...annotationsOf(facts),
  };
}

/** A value in double quotes, in which a Dockerfile knows `$`, `"` and the backslash. */
function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"$]/g, '\\$&')}"`;
}

function compose({ image, request, resourceName, upstream }: PackageFacts) {
  return {
    services: {
      [resourceName]: {
        build: '.',
        image,
        read_only: true,
        tmpfs: ['/tmp:rw,noexec,nosuid,size=64m'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        ports: [`127.0.0.1:${request.port}:${request.port}`, `127.0.0.1:${request.grpcPort}:${request.grpcPort}`],
        stop_grace_period: '20s',
        ...(upstream && {
          environment: { TIDEMILL_CREDENTIAL_FILE: '/run/secrets/credential' },
          secrets: ['credential'],
        }),
      },
    },
    ...(upstream && { secrets: { credential: { file: './credential.txt' } } }),
  };
}

const prune = `// Takes out of node_modules what this machine's process never loads: native files of other systems, types, maps, documents.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const bin = join('node_modules', 'onnxruntime-node', 'bin');
const list = (folder) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};
for (const api of list(bin)) {
  for (const system of list(join(bin, api.name))) {
    const folder = join(bin, api.name, system.name);
    if (system.name !== process.platform) rmSync(folder, { recursive: true });
    else
      for (const kind of list(folder)) if (kind.name !== process.arch) rmSync(join(folder, kind.name), { recursive: true });
  }
}
const isIdle = /\\.(d\\.[cm]?ts|map|md|markdown|flow)$/i;
const isIdleFolder = (name) => ['test', 'tests', '__tests__', 'docs', 'benchmark', 'benchmarks', 'examples'].includes(name);
const sweep = (folder) => {
  for (const entry of list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && isIdleFolder(entry.name)) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) sweep(path);
    else if (isIdle.test(entry.name)) rmSync(path);
  }
};
sweep('node_modules');
`;
