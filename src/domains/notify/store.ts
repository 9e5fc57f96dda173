import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { Webhook } from './schema.ts';
import type { NotifyTables } from './tables.ts';

/** A webhook with what is not shown of it. */
export interface StoredWebhook extends Webhook {
  id: string;
  secret: string;
  sincePosition: number;
}

/** All SQL of webhooks. */
export function createWebhookStore(queries: Queries) {
  const db = queries.withTables<NotifyTables>();
  return {
    async insert(webhook: StoredWebhook): Promise<void> {
      await db.insertInto('webhook').values(toRow(webhook)).execute();
    },

    async update(webhook: StoredWebhook): Promise<void> {
      await db.updateTable('webhook').set(toRow(webhook)).where('id', '=', webhook.id).execute();
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('webhook').where('id', '=', id).execute();
    },

    async byName(name: string): Promise<StoredWebhook | undefined> {
      const row = await db.selectFrom('webhook').selectAll().where('name', '=', name).executeTakeFirst();
      return row && toWebhook(row);
    },

    async all(): Promise<StoredWebhook[]> {
      const rows = await db.selectFrom('webhook').selectAll().orderBy('name').execute();
      return rows.map(toWebhook);
    },

    async list(request: PageRequest): Promise<Page<StoredWebhook>> {
      const after = request.pageToken && String(decodePageToken(request.pageToken, ['string'])[0]);
      const rows = await db
        .selectFrom('webhook')
        .selectAll()
        .$if(after !== undefined, (q) => q.where('name', '>', after!))
        .orderBy('name')
        .limit(request.limit + 1)
        .execute();
      return toPage(rows.map(toWebhook), request.limit, (webhook) => [webhook.name]);
    },
  };
}

function toRow(webhook: StoredWebhook): Selectable<NotifyTables['webhook']> {
  return {
    id: webhook.id,
    name: webhook.name,
    url: webhook.url,
    events: JSON.stringify(webhook.events),
    enabled: Number(webhook.enabled),
    secret: webhook.secret,
    since_position: webhook.sincePosition,
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
  };
}

function toWebhook(row: Selectable<NotifyTables['webhook']>): StoredWebhook {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    events: JSON.parse(row.events) as string[],
    enabled: row.enabled === 1,
    secret: row.secret,
    sincePosition: row.since_position,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
