import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { z } from 'zod';
import { notFound } from '../kernel/errors.ts';
import { Reply, type Route, route } from './route.ts';

interface Asset {
  bytes: Buffer;
  headers: Record<string, string>;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
};

const contentSecurity =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/**
 * The routes of a built web page: its files by name, and `index.html` for every other path that is not of an API, so that the
 * page's own addresses can be opened directly. The files are read once: what is not in the folder at the start is not served.
 */
export function staticRoutes(folder: string): Route[] {
  const assets = readAssets(folder);
  const serve = (path: string, accept: string): Reply => {
    const asset = assets.get(path);
    if (asset) return new Reply(asset.bytes, 200, asset.headers);
    const page = assets.get('index.html');
    if (!page || /^(api|v1|v2|metrics|assets)(\/|$)/.test(path) || !accept.includes('text/html'))
      return notFound('page', `/${path}`);
    return new Reply(page.bytes, 200, page.headers);
  };
  const shared = { method: 'GET', permission: 'public', summary: 'The web page.', hidden: true } as const;
  return [
    route({ ...shared, path: '/', input: z.object({}), handle: () => serve('index.html', 'text/html') }),
    route({
      ...shared,
      path: '/*',
      input: z.object({ '*': z.string() }),
      handle: ({ input, headers }) => serve(input['*'], String(headers['accept'] ?? '')),
    }),
  ];
}

function readAssets(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll('\\', '/');
    const bytes = readFileSync(path);
    const forever = name.startsWith('assets/');
    assets.set(name, {
      bytes,
      headers: {
        'content-type': types[extname(name)] ?? 'application/octet-stream',
        'cache-control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
        etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
        'content-security-policy': contentSecurity,
        'referrer-policy': 'same-origin',
      },
    });
  }
  return assets;
}
