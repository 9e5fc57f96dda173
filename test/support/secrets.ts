import { createSecretBox } from '../../src/kernel/secret-box.ts';

/** A box for secrets, with the same key in every process of a test. */
export const testSecrets = createSecretBox(Buffer.alloc(32, 7));
