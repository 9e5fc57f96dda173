import type { EndpointRoute } from './routing.ts';

/** Where a request may say who its caller is. */
export interface Caller {
  /** The key as the caller says it, before all else. */
  key?: string | undefined;
  /** A header of HTTP or an entry of gRPC's metadata, by its lower-case name. */
  header?: ((name: string) => string | undefined) | undefined;
  /** The values of a column of the request, one a row. */
  column?: ((name: string) => ArrayLike<unknown> | undefined) | undefined;
}

/**
 * What a request is dealt by, alike in every protocol: the key that the caller says, or the declared header, cookie or column
 * of the first row, whichever is there first; else, and where every request is dealt by itself, the request's id.
 */
export function dealKey(route: Pick<EndpointRoute, 'spec' | 'byRequest'>, requestId: string, caller: Caller): string {
  if (route.byRequest) return requestId;
  if (caller.key !== undefined && caller.key !== '') return caller.key;
  const { stickyKey } = route.spec;
  if (!stickyKey) return requestId;
  const { header, cookie, field } = stickyKey;
  const said = header === undefined ? undefined : caller.header?.(header.toLowerCase());
  if (said) return said;
  const kept = cookie === undefined ? undefined : cookieOf(caller.header?.('cookie'), cookie);
  if (kept) return kept;
  const value = field === undefined ? undefined : caller.column?.(field)?.[0];
  // Lists and objects are no key: the model's reading of the row refuses them by name.
  return value === undefined || value === null || value === '' || typeof value === 'object' ? requestId : String(value);
}

/** A cookie of a `cookie` header (RFC 6265, §4.2), without the quotes it may have. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at < 0 || part.slice(0, at).trim() !== name) continue;
    const value = part.slice(at + 1).trim();
    return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  }
  return undefined;
}
