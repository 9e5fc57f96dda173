import { type PackageFacts, textFile, type WrittenFile } from './package-facts.ts';

const datatypes: Record<string, string> = {
  float32: 'FP32',
  float64: 'FP64',
  float16: 'FP16',
  bfloat16: 'BF16',
  int8: 'INT8',
  uint8: 'UINT8',
  int16: 'INT16',
  uint16: 'UINT16',
  int32: 'INT32',
  uint32: 'UINT32',
  int64: 'INT64',
  uint64: 'UINT64',
  bool: 'BOOL',
  string: 'BYTES',
};

/** A request of one row as the signature asks for it, and a program that sends it to a started image. */
export function smokeFiles(facts: PackageFacts): WrittenFile[] {
  return [
    textFile('smoke/request.json', `${JSON.stringify(exampleRequest(facts), null, 2)}\n`),
    textFile('smoke/smoke.mjs', smoke(facts)),
  ];
}

/** One row of zeroes, empty texts and `false`, in the Open Inference Protocol; undefined where 16-bit floats cannot be JSON. */
export function exampleRequest({ manifest }: Pick<PackageFacts, 'manifest'>) {
  const inputs = manifest.version.signature.inputs.map(({ name, type, shape }) => {
    const dims = shape.map((size, at) => (at === 0 ? 1 : (size ?? 1)));
    const value = type === 'string' ? '' : type === 'bool' ? false : 0;
    const data = new Array(dims.reduce((product, size) => product * size, 1)).fill(value);
    return { name, shape: dims, datatype: datatypes[type] ?? 'FP32', data };
  });
  return { id: 'smoke', inputs };
}

function smoke({ manifest, digest }: PackageFacts): string {
  const path = `/v2/models/${encodeURIComponent(manifest.endpoint)}/infer`;
  return `// node smoke/smoke.mjs <url>: waits until the endpoint is ready, asks it for one row, and exits 0 where it answered.
import { readFile } from 'node:fs/promises';

const url = (process.argv[2] ?? 'http://127.0.0.1:8080').replace(/\\/+$/, '');
const headers = { 'content-type': 'application/json' };
const { env } = process;
const token = env.ENDPOINT_TOKEN;
if (token) headers.authorization = \`Bearer \${token}\`;

async function waitUntilReady() {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await fetch(\`\${url}/readyz\`).catch(() => undefined);
    const body = await answer?.json().catch(() => undefined);
    if (answer?.ok && body.digest === ${JSON.stringify(digest)}) return;
    if (answer?.ok) throw new Error(\`\${url} serves the package \${body.digest}, not the one of this test.\`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(\`\${url} was not ready after a minute.\`);
}

await waitUntilReady();
const body = await readFile(new URL('request.json', import.meta.url));
if (JSON.parse(body).inputs.length > 0) {
  const answer = await fetch(url + ${JSON.stringify(path)}, { method: 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok || JSON.parse(text).outputs.length === 0) throw new Error(\`It answered \${answer.status}: \${text}\`);
}
console.log('The endpoint answers.');
`;
}
