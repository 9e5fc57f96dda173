import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isoTime } from '../kernel/clock.ts';
import { fail, messageOf } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Checkpoint } from './checkpoint-store.ts';

/** The key that signs checkpoints. */
export interface LedgerKey {
  /** The first 16 hex digits of sha256 of the public key's SPKI DER form. */
  id: string;
  /** SPKI, PEM: what a verifier needs. */
  publicKey: string;
  privateKey: KeyObject;
}

/** Loads the ECDSA P-256 key of a file, making it once, readable by its owner only. */
export async function loadLedgerKey(file: string): Promise<LedgerKey> {
  const pem = (await readIfThere(file)) ?? (await createKeyFile(file));
  try {
    return toKey(createPrivateKey(pem));
  } catch (cause) {
    return fail('invalid_setting', `${file} does not hold the ledger's private key: ${messageOf(cause)}.`, { cause });
  }
}

/** The public key (SPKI PEM) of a key file, private or public: what an offline check needs. */
export async function readPublicKey(file: string): Promise<string> {
  try {
    return createPublicKey(await readFile(file, 'utf8')).export({ type: 'spki', format: 'pem' }) as string;
  } catch (cause) {
    return fail('invalid_setting', `${file} does not hold a key of the ledger: ${messageOf(cause)}.`, { cause });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function createKeyFile(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const draft = `${file}.${newId()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  // A link, unlike a rename, does not replace the key that another process has made meanwhile.
  await link(draft, file).catch((error: { code?: string }) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  return readFile(file, 'utf8');
}

function toKey(privateKey: KeyObject): LedgerKey {
  const publicKey = createPublicKey(privateKey);
  return { id: keyIdOf(publicKey), publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, privateKey };
}

/** The id of a public key, given as PEM or as an object. */
export function keyIdOf(publicKey: KeyObject | string): string {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}

/** The bytes that are signed: five lines, so that `openssl dgst -verify` can check them too. */
export function checkpointText(checkpoint: Omit<Checkpoint, 'signature'>): string {
  const { size, root, at, keyId } = checkpoint;
  return `tidemill-ledger-v1\n${size}\n${root}\n${isoTime(at)}\n${keyId}\n`;
}

/** Signs the tree's size, root and time. */
export function signCheckpoint(key: LedgerKey, tree: { size: number; root: string; at: number }): Checkpoint {
  const unsigned = { ...tree, keyId: key.id };
  return {
    ...unsigned,
    signature: sign('sha256', Buffer.from(checkpointText(unsigned)), key.privateKey).toString('base64'),
  };
}

/** Whether one of the public keys (PEM) has signed the checkpoint. */
export function isSignedBy(checkpoint: Checkpoint, publicKeys: readonly string[]): boolean {
  const key = publicKeys.find((pem) => keyIdOf(pem) === checkpoint.keyId);
  if (!key || !Number.isSafeInteger(checkpoint.at)) return false;
  return verify('sha256', Buffer.from(checkpointText(checkpoint)), key, Buffer.from(checkpoint.signature, 'base64'));
}
