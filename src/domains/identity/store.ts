import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { Token } from './schema.ts';
import type { IdentityTables } from './tables.ts';

/** A token with the hash of its secret. */
export type StoredToken = Token & { hash: string };

/** All SQL of identity. */
export function createIdentityStore(queries: Queries) {
  const db = queries.withTables<IdentityTables>();
  return {
    async insert(token: StoredToken, runId: string | null = null): Promise<void> {
      await db
        .insertInto('token')
        .values({ ...toRow(token), run_id: runId })
        .execute();
    },

    async byHash(hash: string): Promise<StoredToken | undefined> {
      const row = await db.selectFrom('token').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row && toToken(row);
    },

    async byId(id: string): Promise<StoredToken | undefined> {
      const row = await db.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toToken(row);
    },

    async activeAdmin(): Promise<StoredToken | undefined> {
      const row = await db
        .selectFrom('token')
        .selectAll()
        .where('kind', '=', 'admin')
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return row && toToken(row);
    },

    /** Admin and service tokens, newest first; those of steps are too many to look at. */
    async list(request: PageRequest): Promise<Page<Token>> {
      const before = request.pageToken && String(decodePageToken(request.pageToken, ['string'])[0]);
      const rows = await db
        .selectFrom('token')
        .selectAll()
        .where('kind', 'in', ['admin', 'service'])
        .$if(before !== undefined, (q) => q.where('id', '<', before!))
        .orderBy('id', 'desc')
        .limit(request.limit + 1)
        .execute();
      return toPage(rows.map(withoutHash), request.limit, (token) => [token.id]);
    },

    /** Revokes one token; gives false when it was revoked before. */
    async revoke(id: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('token')
        .set({ revoked_at: now })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

/** All SQL of step tokens as many. */
export function createStepTokenStore(queries: Queries) {
  const db = queries.withTables<IdentityTables>();
  return {
    /** Revokes the step tokens of a run, or of one of its steps; gives their hashes. */
    async revokeSteps(of: { runId: string; step?: string | undefined }, now: number): Promise<string[]> {
      const rows = await db
        .updateTable('token')
        .set({ revoked_at: now })
        .where('run_id', '=', of.runId)
        .$if(of.step !== undefined, (q) => q.where('name', '=', of.step!))
        .where('revoked_at', 'is', null)
        .returning('hash')
        .execute();
      return rows.map((row) => row.hash);
    },

    async removeStepsExpiredBefore(at: number): Promise<void> {
      await db.deleteFrom('token').where('kind', '=', 'step').where('expires_at', '<', at).execute();
    },
  };
}

function toRow(token: StoredToken) {
  return {
    id: token.id,
    kind: token.kind,
    name: token.name,
    hash: token.hash,
    permissions: JSON.stringify(token.permissions),
    created_at: token.createdAt,
    created_by: token.createdBy,
    expires_at: token.expiresAt,
    revoked_at: token.revokedAt,
    rate_limit: token.rateLimit && JSON.stringify(token.rateLimit),
  };
}

function toToken(row: Selectable<IdentityTables['token']>): StoredToken {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    hash: row.hash,
    permissions: JSON.parse(row.permissions) as string[],
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    rateLimit: row.rate_limit === null ? null : (JSON.parse(row.rate_limit) as Token['rateLimit']),
  };
}

function withoutHash(row: Selectable<IdentityTables['token']>): Token {
  const { hash: _hash, ...token } = toToken(row);
  return token;
}
