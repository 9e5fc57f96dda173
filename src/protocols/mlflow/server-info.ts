import { Reply, type Route } from '../../http/route.ts';
import { raw, reply } from './endpoint.ts';

/** What the server says of itself to clients of MLflow. */
export interface MlflowOptions {
  /** The version clients are told: PEP 440, at least 3.4, or they take other ways for traces. */
  version: string;
}

const text = { 'content-type': 'text/plain; charset=utf-8' };
const missing = '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n';

/** Health, version and features; and for every other path of the API a plain 404, on which clients fall back. */
export function serverInfoRoutes({ version }: MlflowOptions): Route[] {
  const info = {
    store_type: 'SqlStore',
    workspaces_enabled: false,
  };
  const open = { method: 'GET', permission: 'public' } as const;
  return [
    ...raw({ ...open, path: '/health', summary: 'Health.', handle: () => new Reply('OK', 200, text) }),
    ...raw({ ...open, path: '/version', summary: 'Version.', handle: () => new Reply(version, 200, text) }),
    ...['api', 'ajax-api'].flatMap((root) =>
      raw({ ...open, path: `/${root}/3.0/mlflow/server-info`, summary: 'Features.', handle: () => reply(info) }),
    ),
    ...unknownRoutes(),
  ];
}

function unknownRoutes(): Route[] {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  const roots = ['api', 'ajax-api'].flatMap((root) => ['2.0', '3.0'].map((version) => `/${root}/${version}/*`));
  const handle = () => new Reply(missing, 404, { 'content-type': 'text/html; charset=utf-8' });
  return roots.flatMap((path) =>
    methods.flatMap((method) =>
      raw({ method, path, permission: 'public', summary: 'Nothing.', body: 'stream', handle }),
    ),
  );
}
