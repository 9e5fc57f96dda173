import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { Webhook } from './schema.ts';
import type { NotifyTables } from './tables.ts';

/** A webhook with what is not shown of it. */
export interface StoredWebhook extends Webhook {
  /** Sealed; empty when there is none. */
  secret: string;
  sincePosition: number;
}

/** All SQL of webhooks. */
export function createWebhookStore(queries: Queries) {
  const db = open(queries);
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

    async byId(id: string): Promise<StoredWebhook | undefined> {
      const row = await db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
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

    /** The webhooks of a format, newest first. */
    newest: (format: string, request: PageRequest) => newestOf(db, format, request),
  };
}

type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<NotifyTables>();
}

async function newestOf(db: Db, format: string, request: PageRequest): Promise<Page<StoredWebhook>> {
  const before = request.pageToken && decodePageToken(request.pageToken, ['number', 'string']);
  const [at, id] = before ? [Number(before[0]), String(before[1])] : [];
  const rows = await db
    .selectFrom('webhook')
    .selectAll()
    .where('format', '=', format)
    .$if(at !== undefined, (q) =>
      q.where(({ or, and, eb }) =>
        or([eb('created_at', '<', at!), and([eb('created_at', '=', at!), eb('id', '<', id!)])]),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(request.limit + 1)
    .execute();
  return toPage(rows.map(toWebhook), request.limit, (webhook) => [webhook.createdAt, webhook.id]);
}

function toRow(webhook: StoredWebhook): Selectable<NotifyTables['webhook']> {
  return {
    id: webhook.id,
    name: webhook.name,
    url: webhook.url,
    events: JSON.stringify(webhook.events),
    enabled: Number(webhook.enabled),
    secret: webhook.secret,
    format: webhook.format,
    description: webhook.description,
    label: webhook.label === webhook.name ? '' : webhook.label,
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
    format: row.format,
    description: row.description,
    label: row.label || row.name,
    sincePosition: row.since_position,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
