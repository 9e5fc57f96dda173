import { Readable } from 'node:stream';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { judgeGlobal } from './judge-global.ts';
import { PickleFollower } from './pickle.ts';
import { scanFile } from './scan-file.ts';

/** A logistic regression of scikit-learn 1.7, fitted to iris and pickled by protocol 4. */
const regression = Buffer.from(
  'gASVLgMAAAAAAACMHnNrbGVhcm4ubGluZWFyX21vZGVsLl9sb2dpc3RpY5SMEkxvZ2lzdGljUmVncmVzc2lvbpSTlCmBlH2UKIwHcGVuYWx0eZSMCmRlcHJlY2F0ZWSUjAFDlEc/8AAAAAAAAIwIbDFfcmF0aW+URwAAAAAAAAAAjARkdWFslImMA3RvbJRHPxo24uscQy2MDWZpdF9pbnRlcmNlcHSUiIwRaW50ZXJjZXB0X3NjYWxpbmeUSwGMDGNsYXNzX3dlaWdodJROjAxyYW5kb21fc3RhdGWUTowGc29sdmVylIwFbGJmZ3OUjAhtYXhfaXRlcpRN9AGMB3ZlcmJvc2WUSwCMCndhcm1fc3RhcnSUiYwGbl9qb2JzlE6MDm5fZmVhdHVyZXNfaW5flEsEjAhjbGFzc2VzX5SMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsDhZRoGowFZHR5cGWUk5SMAmk4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGKJQxgAAAAAAAAAAAEAAAAAAAAAAgAAAAAAAACUdJRijAduX2l0ZXJflGgZaBxLAIWUaB6HlFKUKEsBSwGFlGgjjAJpNJSJiIeUUpQoSwNoJ05OTkr/////Sv////9LAHSUYolDBG8AAACUdJRijAVjb2VmX5RoGWgcSwCFlGgeh5RSlChLAUsDSwSGlGgjjAJmOJSJiIeUUpQoSwNoJ05OTkr/////Sv////9LAHSUYohDYEJsj15tJdu/Bzlsoscb4T99FCSZh0i8v+58bQ437O4/6ZiaqGKB1L8hMCC6havkv3azgBzYIATAzRrFvqF/yr8PBW040sgFQJELuDsWUPG/1HYUfxgv7r9oI6E90TMAQJR0lGKMCmludGVyY2VwdF+UaBloHEsAhZRoHoeUUpQoSwFLA4WUaD2JQxiSzk0X7rUjQO9VYQGP3wFAGyOm19EtKMCUdJRijBBfc2tsZWFybl92ZXJzaW9ulIwFMS45LjGUdWIu',
  'base64',
);
/** `np.savez_compressed` of numbers and of an array whose one object calls `os.system` when it is loaded. */
const arrays = Buffer.from(
  'UEsDBC0AAAAIAAAAIQCfqzmA//////////8FABQAWC5ucHkBABAAQBMAAAAAAAD7AwAAAAAAAJ1XTWsUQRDdxLjGbIy7m/3eJO5tFXJQVBARnJM3xYsHTxLMBg9iwka8iL/Ck/6T/ISAnjztTfAPrESCQQkmqX7VvNcziM6l6anpqupXr173vH/05OHjpzOlN6W3w83R7vPx8O5geG/rznB9MNzaHr8eb7x6tj3eHJ2+f7Dxcnd08n73xcbO6GR+9cbt6+uDW9fWB+8G//ksbJ09jax09ixmNj+8//HD6bMfxuVgn0/snz+dPvXM5hczm/9wu31fD+/ng5+fbrd5I9iL4jezm2fP5TD+Cu8n7t/eV3y9zb+4f9g1vo21YL9QuP/8/Pc8PxsvJf7N77LHt/dHiT0f371gr7nd3n8XezvYqyHOgdSnlWGfnN8kwZfrB3xTfgBf+Lf3S14f2LEedsSHneNXpL77vj4f34nwazHYp8l6Gxfcv333NamPfXec8JPxP0rs+fWdBHwifsoP2JW/Rf1VxB/wU+2Kr+KH+Ba3mvDb5q3gv/qP/RHxQf7KT/gHPqof7F/1Af0X+yNff4r7n+sb47N+1EPc2cSO+EX6p/5RH1v/LekP5t+kUB+K+kvrj/5Aflo/81OsX8gf/aPrzb4i+6/Ld123A0+O0xf+Lrsd/AD+Nq86zjbvBXs5w36xnvWp7PG5jl3fH/fbkfPPvjvn35mfacC3J+dH9I/+Mj/nXWeBD/Oj5DyBf1sHfZ/3PmR8OsH/jOPD+XU8P62PjS2xL0r+PalPLVmP/LS+OJ+wf9aZafCv+cf17H/O8eNzsC36Ar347fvn+leT+sO/8k/XAz/Wsa7jZ2PN/YMfwEfxs+/77h/5ww78Gd+GnGOxvoof+G/jXMIvG1vC7yXHV+2sE9OkvqgP8GF+ov4N6a9mIX94fxW3Y73yE/Vh/nVdP4A/1yfyF/xkfYn8U/7ADnz5Pnng/GH/dal/W+pTFfwann++/rQcX+gD92/cH+zwDzv3v67v/IXf0K85jwP+qP4qvqq/qDf85esH8DgO8VckLvAsZfDP+txyfbB1sb843kz4fk3q13P/rBfYf93708ZVwa/r8bm/437ZviL3n47E68n5Hs8TPn/Rn03HD/qD/TGfSxnzB/Gif+TL9W2IXnRFn5vOZ8Wf42P/a65LwAv1gZ37ry/+9XxB/vH+wfeXlvRb5C/Xu5RxfuWM6xn5B/z5PhvrD/6zXsN/vF9hP7y+k5wfev5xf0Q76sP1S+Pn9wf0e1XWd5xfZr8i50rX8SmKj3qxPpSF3/F8Rv25XofOH+TP+c2KPlR8vfKX/29UPzqCj+Kr99um4BvPr/z4fbE3JP9ifUR/8/9j29cX8Q/9rvcP/l+M+Kk+IL72N/8PY//xfAc+8K/3X+wP+P4BUEsDBC0AAAAIAAAAIQDg1lat//////////8FABQAby5ucHkBABAAMAEAAAAAAADZAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF7jr66joJ6WX1RSlJgXn1+UkgoSdkvMKU4FihdnJBakAvkahjqaOgq1CpQArgaWqUsZIKBHLK80t6BSLz45vyhVL7c0pyQzsagosXJKD098UWpyfl5xSVFpcsmUyVN6WMEqp/Sw56VAlEye4s3QOsWZMWlK+5SgKRrejN6MrVMymHtYU0oqC1JBWpj8LaZ0dkBkmXsYa6b4+fl5/QcCMOFtXzIlqTMWaHJBfnFmxZQetuLK4pLUXLDOzJQprUB9iUAlegBQSwECLQMtAAAACAAAACEAn6s5gPsDAABAEwAABQAAAAAAAAAAAAAAgAEAAAAAWC5ucHlQSwECLQMtAAAACAAAACEA4NZWrdkAAAAwAQAABQAAAAAAAAAAAAAAgAEyBAAAby5ucHlQSwUGAAAAAAIAAgBmAAAAQgUAAAAA',
  'base64',
);

const bytesOf = (text: string) => Buffer.from(text, 'latin1');
/** `os.system('id')` as each way of importing and calling writes it. */
const attacks: Record<string, Buffer> = {
  'GLOBAL and REDUCE': bytesOf("cos\nsystem\n(S'id'\ntR."),
  'GLOBAL of protocol 2': bytesOf('\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.'),
  INST: bytesOf("(S'id'\nios\nsystem\n."),
  OBJ: bytesOf("(cos\nsystem\nS'id'\no."),
  STACK_GLOBAL: bytesOf('\x80\x04\x8c\x02nt\x8c\x06system\x93\x8c\x02id\x85R.'),
  'names out of the memo': bytesOf('\x80\x04\x8c\x06system\x940\x8c\x05posix\x94h\x00\x93\x8c\x02id\x85R.'),
  'no end': bytesOf("cos\nsystem\n(S'id'\ntR"),
  'an end that is no pickle': bytesOf("cos\nsystem\n(S'id'\ntR\xff\xff\xff"),
  'eval of builtins': bytesOf("c__builtin__\neval\n(S'1'\ntR."),
  'a second pickle': bytesOf('\x80\x02N.\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.'),
  'a name put together': bytesOf('\x80\x04\x8c\x01a\x8c\x01b\x86N\x93\x8c\x02id\x85R.'),
  extension: bytesOf('\x80\x02\x82\x01)R.'),
  'pip as a gadget': bytesOf('\x80\x02cpip\nmain\n]\x85R.'),
  'partial as a gadget': bytesOf('\x80\x02cfunctools\npartial\n)R.'),
  'numpy as a gadget': bytesOf('\x80\x02cnumpy.testing._private.utils\nrunstring\n)R.'),
  'a class behind a class': bytesOf('\x80\x04\x8c\x08builtins\x8c\x10object.__class__\x93)R.'),
};

async function scan(path: string, content: Buffer) {
  const range = async (start: number, end: number) =>
    Readable.from([content.subarray(start, end)].filter((one) => one.length));
  const findings = await scanFile({ path, bytes: content.length, range });
  return {
    findings,
    verdict: findings.some((one) => one.level === 'dangerous') ? 'dangerous' : (findings[0]?.level ?? 'safe'),
  };
}

/** A ZIP archive of one file, with what an attacker may change. */
function zip(name: string, content: Buffer, { deflate = true, flags = 0, local = name, garbage = 0 } = {}): Buffer {
  const data = deflate ? deflateRawSync(content) : content;
  const shared = Buffer.alloc(22);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(flags, 2);
  shared.writeUInt16LE(deflate ? 8 : 0, 4);
  shared.writeUInt32LE(garbage, 10);
  shared.writeUInt32LE(data.length, 14);
  shared.writeUInt32LE(content.length, 18);
  const lengths = (text: string) => Buffer.from([text.length, 0, 0, 0]);
  const head = Buffer.concat([bytesOf('PK\x03\x04'), shared, lengths(local), bytesOf(local)]);
  const rest = Buffer.alloc(14);
  const entry = Buffer.concat([
    bytesOf('PK\x01\x02'),
    Buffer.from([20, 0]),
    shared,
    lengths(name),
    rest,
    bytesOf(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(head.length + data.length, 16);
  return Buffer.concat([head, data, entry, end]);
}

describe('a pickle that runs code is found', () => {
  for (const [how, content] of Object.entries(attacks)) {
    test(`by ${how}, whatever it is called and however it is packed`, async () => {
      const packed: [string, Buffer][] = [
        ['model.pkl', content],
        ['model.bin', content],
        ['notes.txt', content],
        ['model.pkl.gz', gzipSync(content)],
        ['model', gzipSync(content)],
        ['model.joblib', deflateSync(content)],
        ['model.pt', zip('archive/data.pkl', content)],
        ['model.pt', zip('archive/data.pkl', content, { deflate: false })],
        ['weights.bin', zip('a', content)],
        ['encrypted, it says', zip('data.pkl', content, { flags: 1, garbage: 77 })],
        ['nested', zip('inner.zip', zip('data.pkl', content), { deflate: false })],
        ['two names', zip('data.pkl', content, { local: 'data.txt' })],
      ];
      for (const [path, file] of packed) expect([path, (await scan(path, file)).verdict]).not.toEqual([path, 'safe']);
      expect((await scan('model.pkl', content)).verdict).toBe('dangerous');
    });
  }

  test('in an array of objects', async () => {
    expect(await scan('arrays.npz', arrays)).toMatchObject({
      verdict: 'dangerous',
      findings: [{ path: 'arrays.npz!o.npy', what: 'Its pickle imports posix.system.' }],
    });
  });
});

test('models of plain numbers are safe', async () => {
  expect(await scan('model.pkl', regression)).toEqual({ verdict: 'safe', findings: [] });
  expect(await scan('model.pkl', bytesOf('\x80\x02N.'))).toMatchObject({ verdict: 'safe' });
  const texts = ['cat\ndog\nbird\n', 'channels:\n- conda-forge\nname: x\n', '{"a": 1}', 'cloudpickle==3\nnumpy\n', ''];
  for (const text of texts) expect([text, (await scan('a.txt', bytesOf(text))).verdict]).toEqual([text, 'safe']);
});

test('what cannot be read to its end is suspicious', async () => {
  const half = [regression.subarray(0, 300), Buffer.concat([bytesOf('\x80\x04'), Buffer.alloc(20, 0xff)])];
  for (const content of half) expect((await scan('model.pkl', content)).verdict).toBe('suspicious');
  for (const magic of ['BZh91AY', '\xfd7zXZ\x00', '7z\xbc\xaf\x27\x1c', '(\xb5/\xfd']) {
    expect((await scan('model.pkl', bytesOf(`${magic}rest`))).verdict).toBe('suspicious');
  }
  const packed = [gzipSync(regression).subarray(0, 200), zip('a.pkl', regression).subarray(0, 300)];
  for (const content of packed) expect((await scan('model.bin', content)).verdict).toBe('suspicious');
  const layer = bytesOf('{"class_name": "Lambda", "config": {}}');
  expect((await scan('model.keras', zip('config.json', layer))).verdict).toBe('dangerous');
});

test('however the bytes come, the report is the same', () => {
  const whole = new PickleFollower();
  whole.push(regression);
  for (const size of [1, 2, 7, 100]) {
    const follower = new PickleFollower();
    for (let at = 0; at < regression.length; at += size) follower.push(regression.subarray(at, at + size));
    expect(follower.report()).toEqual(whole.report());
  }
  expect(whole.report()).toMatchObject({ outcome: 'ended', hidden: 0 });
});

test('random bytes and mutated pickles are followed without a fault, in bounded memory', () => {
  let state = 7;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  for (let turn = 0; turn < 3000; turn++) {
    const bytes = Buffer.from(regression);
    for (let i = 0; i < 1 + (next() >>> 24); i++) bytes[(next() >>> 8) % bytes.length] = next() >>> 24;
    const follower = new PickleFollower();
    follower.push(bytes);
    expect(follower.report().outcome).toMatch(/ended|broken/);
  }
});

test.each([
  ['numpy', 'ndarray', undefined],
  ['numpy._core.multiarray', '_reconstruct', undefined],
  ['sklearn.tree._tree', 'Tree', undefined],
  ['sklearn.metrics._classification', 'accuracy_score', undefined],
  ['pandas.core.internals.blocks', 'new_block', undefined],
  ['pandas', 'read_pickle', 'dangerous'],
  ['pandas.io.common', 'HTTPHandler', 'dangerous'],
  ['numpy', 'load', 'dangerous'],
  ['numpy.f2py', 'Compile', 'dangerous'],
  ['torch.hub', 'Load', 'dangerous'],
  ['sklearn.datasets', 'Fetch', 'dangerous'],
  ['builtins', 'getattr', 'dangerous'],
  ['my.project', 'Model', 'suspicious'],
  ['numpyx', 'ndarray', 'suspicious'],
  ['sklearn.base', 'BaseEstimator.__init__', 'suspicious'],
] as const)('%s.%s is %s', (module, name, level) => {
  expect(judgeGlobal({ module, name })).toBe(level);
});
