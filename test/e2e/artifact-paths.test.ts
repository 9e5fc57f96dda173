import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer } from '../support/in-process.ts';
import { rawRequest } from '../support/raw-request.ts';
import { cleanUp, type Parsed } from '../support/server-process.ts';

type Server = Awaited<ReturnType<typeof openServer>>;

/** Paths that lead out, written as attackers have; each as it stands in a request's target. */
const attacks: [string, string][] = [
  ['dots', '../../../etc/passwd'],
  ['dots at the end', 'a/..'],
  ['dots in the middle', 'a/../../b'],
  ['encoded dots and slash', '%2e%2e%2f%2e%2e%2fetc%2fpasswd'],
  ['half-encoded dots', '.%2e/.%2e/etc/passwd'],
  ['encoded slashes', '..%2f..%2fetc%2fpasswd'],
  ['upper-case escapes', '%2E%2E%2Fetc'],
  ['twice encoded', '%252e%252e%252fetc%252fpasswd'],
  ['three times encoded', '%25252e%25252e%25252fetc'],
  ['encoded without end', `%${'25'.repeat(40)}2e%${'25'.repeat(40)}2e/x`],
  ['backslashes', '..%5c..%5cwindows%5cwin.ini'],
  ['raw backslashes', '..\\..\\windows\\win.ini'],
  ['a backslash alone', 'a%5cb'],
  ['twice encoded backslashes', '..%255c..%255cx'],
  ['a zero byte', 'model%00.txt'],
  ['a zero byte after dots', '..%00/x'],
  ['a twice encoded zero byte', 'a%2500b'],
  ['a semicolon before dots', 'a;/../../b'],
  ['dots with a parameter', '..;/..;/etc/passwd'],
  ['encoded semicolon', '..%3b/x'],
  ['a tab in an escape', '%2e%09%2e/x'],
  ['a line feed in an escape', '%2e%2e%0a/x'],
  ['a carriage return', 'a%0d%0aset-cookie:x'],
  ['absolute', '/etc/passwd'],
  ['encoded absolute', '%2fetc%2fpasswd'],
  ['a drive', 'C:/windows/win.ini'],
  ['an encoded drive', 'c%3a%5cwindows'],
  ['UNC', '%5c%5chost%5cshare'],
  ['UNC with slashes', '//host/share'],
  ['too long', 'x/'.repeat(4000)],
  ['a part too long', 'x'.repeat(300)],
  ['a fragment', 'a%23/../x'],
  ['an encoded fragment', 'a%23b'],
  ['overlong UTF-8', '%c0%ae%c0%ae/x/../..'],
  ['a file address', 'file:///etc/passwd/../x'],
];

let server: Server;
let runId = '';
const roots = ['/api/2.0/mlflow-artifacts', '/ajax-api/2.0/mlflow-artifacts'];

beforeAll(async () => {
  server = await openServer();
  const run = await server.call('POST', 'runs', { experiment: 'Default' });
  runId = run.body.id;
  await fetch(`${server.url}/api/v1/runs/${runId}/artifacts/kept.txt`, { method: 'PUT', body: 'kept' });
});

afterAll(async () => {
  await server?.close();
  await cleanUp();
});

/** Every door by which a path comes in; each with the path where it belongs. */
function doors(path: string): [string, string, string?][] {
  const inQuery = path.replaceAll('#', '%23').replaceAll('&', '%26').replaceAll('+', '%2b');
  const json = (field: string) => JSON.stringify({ [field]: decodeURIComponent(safe(path)), num_parts: 1 });
  const proxied = roots.flatMap((root): [string, string, string?][] => [
    ['GET', `${root}/artifacts/${path}`],
    ['GET', `${root}/artifacts/0/${runId}/artifacts/${path}`],
    ['PUT', `${root}/artifacts/0/${runId}/artifacts/${path}`, 'attack'],
    ['PUT', `${root}/artifacts/${path}`, 'attack'],
    ['DELETE', `${root}/artifacts/0/${runId}/artifacts/${path}`],
    ['DELETE', `${root}/artifacts/${path}`],
    ['GET', `${root}/artifacts?path=${inQuery}`],
    ['GET', `${root}/presigned/${path}`],
    ['POST', `${root}/mpu/create/${path}`, JSON.stringify({ path: 'x', num_parts: 1 })],
    [
      'POST',
      `${root}/mpu/complete/${path}`,
      JSON.stringify({ path: 'x', upload_id: 'x', parts: [{ part_number: 1 }] }),
    ],
    ['POST', `${root}/mpu/abort/${path}`, JSON.stringify({ path: 'x', upload_id: 'x' })],
  ]);
  return [
    ...proxied,
    ['GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=${inQuery}`],
    ['GET', `/get-artifact?run_id=${runId}&path=${inQuery}`],
    ['GET', `/model-versions/get-artifact?name=none&version=1&path=${inQuery}`],
    ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=${inQuery}`, 'attack'],
    ['POST', '/api/2.0/mlflow/artifacts/presigned-upload-url', json('path')],
    ['GET', `/api/v1/runs/${runId}/artifacts/${path}`],
    ['PUT', `/api/v1/runs/${runId}/artifacts/${path}`, 'attack'],
    ['DELETE', `/api/v1/runs/${runId}/artifacts/${path}`],
    ['GET', `/api/v1/runs/${runId}/artifact-preview/${path}`],
    ['GET', `/api/v1/runs/${runId}/artifacts?folder=${inQuery}`],
    ['GET', `/api/v1/runs/${runId}/artifacts-archive?folder=${inQuery}`],
  ];
}

/** A path whose bad escapes are none any more, so that it can be decoded once for a JSON body. */
function safe(path: string): string {
  return path.replaceAll(/%c0|%ae/gi, '.');
}

async function readJson(answer: Response): Promise<Parsed> {
  return answer.json();
}

/** Every file and folder below the home folder but the objects, which are named by what they hold. */
function filesOf(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const path = join(below, name);
    // What the server writes by itself, meanwhile.
    if (/^(objects|predictions|tidemill\.db.*|secrets.ledger-head\.json.*)$/.test(path)) return [];
    return statSync(join(folder, path)).isDirectory() ? [path, ...filesOf(folder, path)] : [path];
  });
}

describe('a path that leads out', () => {
  // To the platform's own API a `#` is a letter as any other; a client of MLflow could not name it.
  const isForMlflowOnly = (path: string) => path === 'a%23b';

  test.each(attacks)('%s is refused at every door', async (_name, path) => {
    const before = filesOf(server.home);
    for (const [method, target, body] of doors(path)) {
      if (isForMlflowOnly(path) && target.startsWith('/api/v1/')) continue;
      const headers: Record<string, string> = method === 'POST' ? { 'content-type': 'application/json' } : {};
      const answer = await rawRequest(server.url, `${method} ${target}`, { headers, ...(body ? { body } : {}) });
      const at = `${method} ${target.slice(0, 200)} ${answer.body.slice(0, 200)}`;
      expect(answer.status, at).toBeGreaterThanOrEqual(400);
      expect(answer.status, at).toBeLessThan(500);
      expect(answer.body, at).not.toContain('root:');
    }
    expect(filesOf(server.home)).toEqual(before);
    const kept = await fetch(`${server.url}/api/v1/runs/${runId}/artifacts/kept.txt`);
    expect(await kept.text()).toBe('kept');
  });

  test.each(['../x', '%252e%252e/x', '..%5cx', 'a%23b', '/etc/passwd', 'C:%5cx', 'a%00b', 'a;/../b'])(
    'is refused in the words that clients know: %s',
    async (path) => {
      for (const target of [`artifacts/${path}`, `artifacts?path=${path}`]) {
        const { status, body } = await rawRequest(server.url, `GET ${roots[0]}/${target}`);
        expect(status, target).toBe(400);
        expect(JSON.parse(body), target).toMatchObject({
          error_code: 'INVALID_PARAMETER_VALUE',
          message: 'Invalid path',
        });
      }
    },
  );
});

describe('a page among the artifacts', () => {
  const hostile: [string, string][] = [
    ['page.html', '<script>alert(1)</script>'],
    ['picture.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['page.xhtml', '<html/>'],
    ['no-ending', '<html><script>alert(1)</script>'],
    ['text.txt', '<script>alert(1)</script>'],
  ];
  test.each(hostile)('%s is saved, not shown, at every download', async (name, content) => {
    const own = `${server.url}/api/v1/runs/${runId}/artifacts/${name}`;
    const stored = await fetch(own, { method: 'PUT', body: content, headers: { 'content-type': 'text/html' } });
    expect(stored.status).toBe(201);
    const proxied = `${roots[0]}/artifacts/0/${runId}/artifacts/${name}`;
    const presigned = await readJson(await fetch(`${server.url}${proxied.replace('/artifacts/0', '/presigned/0')}`));
    for (const url of [
      own,
      `${server.url}${proxied}`,
      `${server.url}/get-artifact?run_id=${runId}&path=${name}`,
      presigned.url,
    ]) {
      const answer = await fetch(url);
      expect(answer.status, url).toBe(200);
      expect(answer.headers.get('content-disposition'), url).toMatch(/^attachment;/);
      expect(answer.headers.get('x-content-type-options'), url).toBe('nosniff');
      expect(answer.headers.get('content-security-policy'), url).toBe("sandbox; default-src 'none'");
      expect(await answer.text()).toBe(content);
    }
  });

  test.each([
    ['page.html', 200, 'text/html; charset=utf-8', /^sandbox; default-src 'none'/],
    ['picture.svg', 200, 'image/svg+xml', /^sandbox; default-src 'none'/],
    ['text.txt', 200, 'text/plain; charset=utf-8', /^default-src 'none'/],
    ['page.xhtml', 400, /^application\/problem\+json/, undefined],
    ['no-ending', 400, /^application\/problem\+json/, undefined],
  ])('%s in a preview', async (name, status, type, policy) => {
    const answer = await fetch(`${server.url}/api/v1/runs/${runId}/artifact-preview/${name}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(type);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    if (!policy) return;
    expect(answer.headers.get('content-security-policy')).toMatch(policy);
    expect(answer.headers.get('content-security-policy')).not.toContain('allow');
    expect(answer.headers.get('content-disposition')).toMatch(/^inline;/);
  });
});
