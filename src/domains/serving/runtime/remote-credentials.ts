import { z } from 'zod';
import type { Database, Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import type { SecretBox } from '../../../kernel/secret-box.ts';
import type { Ledger } from '../../../ledger/index.ts';
import { createEndpointStore } from '../store.ts';
import type { ServingTables } from '../tables.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const headerValue = /^[^\u0000-\u001f\u007f]+$/;

/** The header that a remote model wants of those who ask it. */
export const credentialSchema = z
  .strictObject({
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,100}$/, 'must be a name of an HTTP header')
      .refine(
        (name) => !/^(host|content-.*|transfer-encoding|connection|inference-header-.*)$/i.test(name),
        'is set by us',
      )
      .default('authorization'),
    value: z.string().max(8192).regex(headerValue, 'may not hold control characters').describe('Such as `Bearer …`.'),
  })
  .meta({ id: 'EndpointCredential' });

/** The header that a remote model wants. */
export type Credential = z.output<typeof credentialSchema>;

interface CredentialDeps {
  database: Database;
  ledger: Ledger;
  clock: { now(): number };
  secrets: SecretBox | undefined;
}

const refreshMs = 2000;

/** The credentials of endpoints for remote models: sealed where they are stored, open only in memory. */
export class Credentials {
  readonly #deps: CredentialDeps;
  readonly #headers = new Map<string, Record<string, string>>();
  readonly #readAt = new Map<string, number>();

  constructor(deps: CredentialDeps) {
    this.#deps = deps;
  }

  /** The header as it was last read; none where none is set. */
  headers(endpoint: string): Record<string, string> {
    return this.#headers.get(endpoint) ?? none;
  }

  /** Reads it from the database. */
  async read(endpoint: string): Promise<void> {
    this.#readAt.set(endpoint, performance.now());
    const db = this.#deps.database.query.withTables<ServingTables>();
    const row = await db
      .selectFrom('endpoint_credential')
      .selectAll()
      .where('endpoint', '=', endpoint)
      .executeTakeFirst();
    if (!row) this.#headers.delete(endpoint);
    else this.#headers.set(endpoint, { [row.header]: this.#box().open(row.sealed, placeOf(endpoint)) });
  }

  /** Reads it again after it was refused: another replica may have been told a new one. */
  refused(endpoint: string): void {
    if (performance.now() - (this.#readAt.get(endpoint) ?? 0) < refreshMs) return;
    this.read(endpoint).catch(() => {});
  }

  /** Sets it, or removes it; an endpoint that is not declared is `not_found`. */
  set(actor: Actor, endpoint: string, credential: Credential | undefined): Promise<void> {
    return this.#set(actor, { endpoint, key: endpoint }, credential);
  }

  /** Sets or removes what the receiver of an endpoint's log is shown; it is read under `sinkKey(endpoint)`. */
  setSink(actor: Actor, endpoint: string, credential: Credential | undefined): Promise<void> {
    return this.#set(actor, { endpoint, key: sinkKey(endpoint) }, credential);
  }

  async #set(
    actor: Actor,
    { endpoint, key }: { endpoint: string; key: string },
    credential: Credential | undefined,
  ): Promise<void> {
    const { database, ledger, clock } = this.#deps;
    const sealed = credential && this.#box().seal(credential.value, placeOf(key));
    await database.transaction(async (tx) => {
      if (!(await createEndpointStore(tx).find(endpoint))) notFound('endpoint', endpoint);
      await removeStored(tx, [key]);
      if (credential && sealed !== undefined) {
        const header = credential.header.toLowerCase();
        const db = tx.withTables<ServingTables>();
        await db
          .insertInto('endpoint_credential')
          .values({ endpoint: key, header, sealed, set_at: clock.now() })
          .execute();
      }
      const subject = { kind: 'endpoint', id: endpoint, name: endpoint };
      if (!credential) await ledger.append(tx, { type: 'endpoint.credential-removed', actor, subject, data: {} });
      else {
        const data = { header: credential.header };
        await ledger.append(tx, { type: 'endpoint.credential-set', actor, subject, data });
      }
    });
    await this.read(key);
  }

  #box(): SecretBox {
    return this.#deps.secrets ?? fail('unsupported', 'This server keeps no secrets.');
  }
}

const none: Record<string, string> = {};
const placeOf = (endpoint: string) => `endpoint:${endpoint}`;

/** Forgets the credentials of an endpoint. */
export async function removeCredential(tx: Queries, endpoint: string): Promise<void> {
  await removeStored(tx, [endpoint, sinkKey(endpoint)]);
}

/** The key of the credential for the receiver of an endpoint's log; no endpoint has such a name. */
export const sinkKey = (endpoint: string): string => `${endpoint}#log-sink`;

async function removeStored(tx: Queries, keys: readonly string[]): Promise<void> {
  const db = tx.withTables<ServingTables>();
  await db.deleteFrom('endpoint_credential').where('endpoint', 'in', keys).execute();
}
