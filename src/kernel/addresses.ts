import { BlockList, isIP, type LookupFunction } from 'node:net';
import { fail, TidemillError } from './errors.ts';

const special = new BlockList();
// IANA's IPv4 special-purpose registry (RFC 6890), multicast and the reserved block.
for (const range of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]) {
  const [network, bits] = range.split('/');
  special.addSubnet(network!, Number(bits), 'ipv4');
}
// Inside global unicast: Teredo and 6to4 carry an IPv4 address, the others are not routed.
for (const range of ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']) {
  const [network, bits] = range.split('/');
  special.addSubnet(network!, Number(bits), 'ipv6');
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address belongs to the public internet; everything else could be a machine behind our firewall. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  return version === 6 && globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Finds the addresses of a name; the system's resolver unless a test has its own. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

/** Which addresses may be called. */
export interface AddressPolicy {
  allowPrivateAddresses: boolean;
  resolve: Resolve;
}

/**
 * Checks the address of a webhook when it is given: `http` or `https`, no login inside, and no private address. A name that
 * does not resolve now is accepted; the check that counts is made at each connection. The URL parser has already turned
 * decimal, octal and hexadecimal forms of IPv4 into the usual one.
 */
export async function checkUrl(text: string, policy: AddressPolicy): Promise<URL> {
  const url = URL.canParse(text) ? new URL(text) : wrongUrl(text, 'is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') wrongUrl(text, 'must start with http:// or https://');
  if (url.username || url.password) wrongUrl(text, 'may not hold a user name or password');
  const found = await addressesOf(hostOf(url), policy.resolve).catch(() => []);
  if (!policy.allowPrivateAddresses) for (const { address } of found) refusePrivate(hostOf(url), address);
  return url;
}

/** The host of a URL without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

async function addressesOf(host: string, resolve: Resolve) {
  const family = isIP(host);
  return family ? [{ address: host, family }] : resolve(host);
}

/** Fails with `forbidden_address` unless the address is public. */
export function refusePrivate(host: string, address: string): void {
  if (isPublicAddress(address)) return;
  const cure = 'Set allowPrivateAddresses (--allow-private-addresses) where that is meant.';
  const shown = host === address ? host : `${host} (${address})`;
  fail('forbidden_address', `${shown} is not a public address. ${cure}`, { field: 'url', value: host, cure });
}

/**
 * The `lookup` of a connection: it resolves, checks every address, and hands over those very addresses, so that a name that
 * changes its answer between check and connection (DNS rebinding) gains nothing.
 */
export function checkedLookup({ allowPrivateAddresses, resolve }: AddressPolicy): LookupFunction {
  return (host, options, callback) => {
    addressesOf(host, resolve)
      .then((found) => {
        if (!allowPrivateAddresses) for (const { address } of found) refusePrivate(host, address);
        const first = found[0];
        if (!first) throw new TidemillError('unavailable', `The name ${host} has no address.`);
        if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      })
      .catch((error: Error) => callback(error, ''));
  };
}

function wrongUrl(text: string, what: string): never {
  return fail('invalid_input', `The URL '${text.slice(0, 200)}' ${what}.`, { field: 'url', value: text.slice(0, 200) });
}
