import { isIP } from 'node:net';
import { fail } from '../kernel/errors.ts';

/** Whether an address is of this machine alone. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address === '::ffff:127.0.0.1' || /^127\./.test(address);
}

/** The host name of a `Host` or `Origin` value, without port and brackets. */
function hostOf(value: string): string {
  try {
    return new URL(value.includes('://') ? value : `http://${value}`).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return '';
  }
}

/**
 * Refuses requests that name another site, so that a web page elsewhere cannot reach a server on this machine (DNS
 * rebinding, cross-site requests). An IP address as Host is allowed where the server listens on more than loopback, and any
 * where `*` is among the allowed: for servers that hold nothing a caller's own machine should be asked for.
 */
export function createHostCheck(options: { listensOn: string; publicUrl: string; allowedHosts: readonly string[] }) {
  const allowed = new Set(['localhost', '127.0.0.1', '::1', options.listensOn, ...options.allowedHosts]);
  if (options.publicUrl) allowed.add(hostOf(options.publicUrl));
  const open = !isLoopback(options.listensOn);
  const known = (host: string) => allowed.has('*') || allowed.has(host) || (open && isIP(host) > 0);

  return (headers: { host?: string; origin?: string | undefined }): void => {
    const host = hostOf(headers.host ?? '');
    if (!known(host)) {
      const cure = 'Add the name to the setting allowedHosts.';
      fail('forbidden_host', `This server does not answer for the host '${host}'. ${cure}`, { field: 'Host', cure });
    }
    const { origin } = headers;
    if (origin !== undefined && !known(hostOf(origin))) {
      fail('forbidden_host', `Requests from pages of '${origin}' are not allowed.`, { field: 'Origin', value: origin });
    }
  };
}
