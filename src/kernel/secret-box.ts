import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { fail } from './errors.ts';

/** Keeps secrets unreadable where they are stored. */
export interface SecretBox {
  /** Seals a text; `place` says where it belongs, so that it opens nowhere else. */
  seal(text: string, place: string): string;
  /** Opens what was sealed for a place; fails with `corrupt` when key, place or bytes are others. */
  open(sealed: string, place: string): string;
  /** Whether a text was sealed, by whatever key. */
  isSealed(text: string): boolean;
  /** A key of 32 bytes for a purpose, always the same (HKDF-SHA256, RFC 5869); it tells nothing of the box's own. */
  derive(purpose: string): Buffer;
}

const form = /^sealed:1:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A box whose key has 32 bytes: AES-256-GCM with a random nonce of 96 bits, the place as authenticated data. A sealed text
 * is `sealed:1:<key's id>:<base64url of nonce, tag, bytes>`.
 */
export function createSecretBox(key: Uint8Array): SecretBox {
  const keyId = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return {
    seal(text, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `sealed:1:${keyId}:${Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('base64url')}`;
    },
    open(sealed, place) {
      const [, sealedBy, packed] = form.exec(sealed) ?? [];
      if (packed === undefined) return fail('corrupt', 'A stored secret is not sealed.');
      if (sealedBy !== keyId) return fail('corrupt', `A stored secret was sealed with another key (${sealedBy}).`);
      return decrypt(key, Buffer.from(packed, 'base64url'), place);
    },
    isSealed: (text) => form.test(text),
    derive: (purpose) => Buffer.from(hkdfSync('sha256', key, '', `tidemill:${purpose}`, 32)),
  };
}

function decrypt(key: Uint8Array, packed: Buffer, place: string): string {
  try {
    const nonce = packed.subarray(0, nonceBytes);
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
    cipher.setAuthTag(packed.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([cipher.update(packed.subarray(nonceBytes + tagBytes)), cipher.final()]).toString('utf8');
  } catch (cause) {
    return fail('corrupt', 'A stored secret was changed, or belongs elsewhere.', { cause });
  }
}
