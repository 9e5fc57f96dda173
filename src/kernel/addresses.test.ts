import { describe, expect, test } from 'vitest';
import { checkedLookup, checkUrl, isPublicAddress, type Resolve } from './addresses.ts';

const table: Record<string, string[]> = {
  'public.example': ['93.184.215.14'],
  'inside.example': ['10.1.2.3'],
  'both.example': ['93.184.215.14', '127.0.0.1'],
  'six.example': ['2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  localhost: ['127.0.0.1', '::1'],
};
const resolve: Resolve = async (host) => {
  const found = table[host];
  if (!found) throw new Error(`getaddrinfo ENOTFOUND ${host}`);
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const strict = { allowPrivateAddresses: false, resolve };

describe('public addresses', () => {
  test.each(['93.184.215.14', '1.1.1.1', '172.15.255.255', '172.32.0.0', '2606:4700::1111', '2a00:1450::1'])(
    '%s is one',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:93.184.215.14',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'not an address',
  ])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('the URL of a webhook', () => {
  test.each([
    'https://public.example/hook?x=1',
    'http://93.184.215.14:8080',
    'https://six.example',
    'http://unknown.example',
  ])('%s is accepted', async (url) => expect((await checkUrl(url, strict)).href).toContain('http'));

  test.each([
    'http://127.0.0.1/x',
    'http://localhost:7070',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://169.254.169.254/latest/meta-data',
    'http://１２７.０.０.１/',
    'http://inside.example/',
    'http://both.example/',
  ])('%s leads to a private address', async (url) => {
    await expect(checkUrl(url, strict)).rejects.toMatchObject({ code: 'forbidden_address' });
    await expect(checkUrl(url, { ...strict, allowPrivateAddresses: true })).resolves.toBeInstanceOf(URL);
  });

  test.each([
    '',
    'nonsense',
    'ftp://public.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://u:p@public.example',
  ])('%j is no such URL', async (url) =>
    expect(checkUrl(url, strict)).rejects.toMatchObject({ code: 'invalid_input' }),
  );
});

describe('the lookup of a connection', () => {
  const look = (host: string, all: boolean, policy = strict) =>
    new Promise<unknown>((done) => {
      checkedLookup(policy)(host, { all }, (error, address, family) => done(error ? error.message : [address, family]));
    });

  test('hands over the addresses it checked', async () => {
    expect(await look('public.example', false)).toEqual(['93.184.215.14', 4]);
    expect(await look('public.example', true)).toEqual([[{ address: '93.184.215.14', family: 4 }], undefined]);
  });

  test('refuses a name when any of its addresses is private', async () => {
    expect(await look('both.example', true)).toMatch('not a public address');
    expect(await look('localhost', false)).toMatch('not a public address');
    expect(await look('localhost', false, { ...strict, allowPrivateAddresses: true })).toEqual(['127.0.0.1', 4]);
    expect(await look('unknown.example', false)).toMatch('ENOTFOUND');
  });

  test('refuses a name that was public when it was checked and is private now', async () => {
    let calls = 0;
    const rebinding = { ...strict, resolve: async () => [{ address: calls++ ? '127.0.0.1' : '1.1.1.1', family: 4 }] };
    await checkUrl('http://rebind.example', rebinding);
    expect(await look('rebind.example', false, rebinding)).toMatch('not a public address');
  });
});
