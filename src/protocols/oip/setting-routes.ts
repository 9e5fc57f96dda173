import type { Route } from '../../http/route.ts';
import { fail } from '../../kernel/errors.ts';
import { type Call, declare, declareBoth, ok } from './declare.ts';

/** The settings of tracing as they stand: there is none to be switched on by clients. */
export const traceSettings = {
  trace_level: ['OFF'],
  trace_rate: '0',
  trace_count: '0',
  log_frequency: '0',
  trace_file: '',
  trace_mode: 'opentelemetry',
};

/** The settings of the log as clients know them. */
export const logSettings = {
  log_file: '',
  log_info: false,
  log_warning: true,
  log_error: true,
  log_verbose_level: 0,
  log_format: 'default',
};

/** Refuses what only the server's own settings change. */
export function refuseSetting(): never {
  const cure = 'See docs/settings.md.';
  return fail('unsupported', `Clients do not change how this server traces and logs. ${cure}`, { cure });
}

/** Refuses tensors in memory that client and server would share. */
export function refuseRegion(): never {
  const cure = 'Send tensors with the request.';
  return fail('unsupported', `This server reads no shared memory. ${cure}`, { cure });
}

/**
 * Tracing, logging and shared memory: what there is can be read; nothing is ever registered, so that unregistering, which
 * clients do as a precaution, succeeds.
 */
export function settingRoutes(): Route[] {
  const read = { method: 'GET', permission: 'endpoints.read' } as const;
  const write = { method: 'POST', permission: 'endpoints.write' } as const;
  const trace = () => ok(traceSettings);
  return [
    declare({ ...read, path: '/v2/trace/setting', summary: 'Settings of tracing.', handle: trace }),
    declare({ ...write, path: '/v2/trace/setting', summary: 'Not served.', handle: refuseSetting }),
    ...declareBoth({ ...read, path: '', summary: 'Settings of tracing.', handle: trace }, '/trace/setting'),
    ...declareBoth({ ...write, path: '', summary: 'Not served.', handle: refuseSetting }, '/trace/setting'),
    declare({ ...read, path: '/v2/logging', summary: 'Settings of the log.', handle: () => ok(logSettings) }),
    declare({ ...write, path: '/v2/logging', summary: 'Not served.', handle: refuseSetting }),
    ...['system', 'cuda'].flatMap((kind) => memoryRoutes(`/v2/${kind}sharedmemory`)),
  ];
}

function memoryRoutes(root: string): Route[] {
  const ask = { permission: 'predict.invoke', summary: 'Regions of shared memory: none.' } as const;
  const status = () => ok([]);
  const unregister = () => ok({});
  const statusOf = ({ input }: Call) =>
    fail('invalid_input', `Unable to find shared memory region: '${input.region}'`, { field: 'region' });
  return [
    declare({ ...ask, method: 'GET', path: `${root}/status`, handle: status }),
    declare({ ...ask, method: 'POST', path: `${root}/unregister`, handle: unregister }),
    declare({ ...ask, method: 'GET', path: `${root}/region/:region/status`, handle: statusOf }),
    declare({ ...ask, method: 'POST', path: `${root}/region/:region/unregister`, handle: unregister }),
    declare({ ...ask, method: 'POST', path: `${root}/region/:region/register`, handle: refuseRegion }),
  ];
}
