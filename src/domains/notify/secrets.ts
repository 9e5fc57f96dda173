import type { Database } from '../../database/database.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import { createWebhookStore } from './store.ts';

interface Kept {
  id: string;
  /** As it is stored: sealed, or empty for none. */
  secret: string;
}

const placeOf = (webhookId: string) => `webhook:${webhookId}`;

/** A webhook's secret as it is stored; none stays empty. */
export function sealSecret(box: SecretBox, { id, secret }: Kept): string {
  return secret && box.seal(secret, placeOf(id));
}

/** A webhook's secret as it signs; fails with `corrupt` when it was sealed with another key. */
export function openSecret(box: SecretBox, { id, secret }: Kept): string {
  return secret && box.open(secret, placeOf(id));
}

/** Seals, in place, what an older server stored as it was; gives how many. */
export async function sealPlainSecrets({ database, secrets }: { database: Database; secrets: SecretBox }) {
  return database.transaction(async (tx) => {
    await database.lock(tx, 'notify:webhooks');
    const store = createWebhookStore(tx);
    const plain = (await store.all()).filter(({ secret }) => secret && !secrets.isSealed(secret));
    for (const webhook of plain) await store.update({ ...webhook, secret: sealSecret(secrets, webhook) });
    return plain.length;
  });
}
