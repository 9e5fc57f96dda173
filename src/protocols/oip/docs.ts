import type { Predictor } from '../../domains/serving/index.ts';
import { Reply, type Route } from '../../http/route.ts';
import { type Call, declare, ok } from './declare.ts';
import { openApiDocument } from './openapi/document.ts';
import type { ServerNames } from './present-model.ts';

const html = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

/** The protocol described: a page for people and an OpenAPI document for programs, of the server and of each model. */
export function docsRoutes(serving: Predictor, names: ServerNames): Route[] {
  const read = { method: 'GET', permission: 'endpoints.read' } as const;
  const documentOf = ({ input }: Call) => {
    if (input.model !== undefined) serving.modelFace(input.model);
    return openApiDocument(names, input.model);
  };
  return ['/v2', '/v2/models/:model'].flatMap((root) => [
    declare({
      ...read,
      path: `${root}/docs`,
      summary: 'The protocol on a page.',
      handle: (call) => new Reply(page(documentOf(call)), 200, html),
    }),
    declare({
      ...read,
      path: `${root}/docs/dataplane.json`,
      summary: 'The protocol as OpenAPI.',
      handle: (call) => ok(documentOf(call)),
    }),
  ]);
}

function page({ info, paths }: ReturnType<typeof openApiDocument>): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const { summary } = operation as { summary: string };
      return `<tr><td>${method.toUpperCase()}</td><td><code>${escaped(path)}</code></td><td>${escaped(summary)}</td></tr>`;
    }),
  );
  const style = 'body{font:16px/1.5 system-ui;margin:2rem}td{padding:.2rem 1rem .2rem 0}';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(info.title)}</title><style>${style}</style></head>
<body><h1>${escaped(info.title)}</h1><p>The same as OpenAPI: <a href="docs/dataplane.json">dataplane.json</a></p><table>${rows.join('\n')}</table></body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
