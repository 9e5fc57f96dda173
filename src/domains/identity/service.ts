import type { Database } from '../../database/database.ts';
import { type Actor, may } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import { newId, newSecret } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Ledger } from '../../ledger/index.ts';
import { type Credentials, TokenLookup } from './authenticate.ts';
import type { LoginFailures } from './failures.ts';
import type { NewToken, Token } from './schema.ts';
import { createIdentityStore, createStepTokenStore, type StoredToken } from './store.ts';

/** A token for one step of a run: what it may do, and for how long. */
export interface StepTokenRequest {
  runId: string;
  step: string;
  permissions: readonly string[];
  ttlMs: number;
}

/** Who may do what: tokens, and whose they are. */
export interface Identity {
  /** The actor of a request; fails with `unauthenticated`, or with `limited` after too many wrong tokens. */
  authenticate(credentials: Credentials): Actor | Promise<Actor>;
  /** Makes the admin token when there is none, and only then gives its secret. */
  ensureAdminToken(): Promise<string | undefined>;
  /** Makes a new admin token in place of the old one, which is refused from now on; gives the secret. */
  rotateAdminToken(actor: Actor): Promise<string>;
  createToken(actor: Actor, wanted: NewToken): Promise<{ token: Token; secret: string }>;
  tokens(page: PageRequest): Promise<Page<Token>>;
  revokeToken(actor: Actor, id: string): Promise<void>;
  mintStepToken(wanted: StepTokenRequest): Promise<{ id: string; secret: string; expiresAt: number }>;
  /** Revokes the tokens of a run, or of one of its steps. */
  revokeStepTokens(of: { runId: string; step?: string }): Promise<void>;
  /** Counted since the process started. */
  loginFailures(): LoginFailures;
}

interface IdentityOptions {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  mostFailuresPerMinute?: number;
}

interface Deps extends IdentityOptions {
  lookup: TokenLookup;
  steps: { purgedAt: number };
}

const purgeEveryMs = 600_000;
const keptAfterExpiryMs = 86_400_000;
const systemName = 'tidemill';

/** Makes identity. */
export function createIdentity(options: IdentityOptions): Identity {
  const lookup = new TokenLookup(options, options.mostFailuresPerMinute ?? 20);
  const deps: Deps = { ...options, lookup, steps: { purgedAt: 0 } };
  const { database } = options;
  return {
    authenticate: (credentials) => lookup.authenticate(credentials),
    ensureAdminToken: () => ensureAdminToken(deps),
    rotateAdminToken: (actor) => rotateAdminToken(deps, actor),
    createToken: (actor, wanted) => createToken(deps, actor, wanted),
    tokens: (page) => createIdentityStore(database.query).list(page),
    revokeToken: (actor, id) => revokeToken(deps, actor, id),
    mintStepToken: (wanted) => mintStepToken(deps, wanted),
    async revokeStepTokens(of) {
      const hashes = await createStepTokenStore(database.query).revokeSteps(of, options.clock.now());
      for (const hash of hashes) lookup.forget(hash);
    },
    loginFailures: () => lookup.failures,
  };
}

function newToken(
  clock: Clock,
  token: Pick<Token, 'kind' | 'name' | 'permissions' | 'createdBy'> & {
    ttlMs?: number | undefined;
    rateLimit?: Token['rateLimit'] | undefined;
  },
) {
  const { ttlMs, rateLimit = null, ...rest } = token;
  const secret = `tm${token.kind[0]}_${newSecret()}`;
  const now = clock.now();
  const times = { createdAt: now, expiresAt: ttlMs === undefined ? null : now + ttlMs, revokedAt: null };
  const stored: StoredToken = { id: newId(now), hash: sha256(secret), ...rest, ...times, rateLimit };
  return { stored, secret };
}

async function ensureAdminToken({ database, ledger, clock }: Deps): Promise<string | undefined> {
  return database.transaction(async (tx) => {
    await database.lock(tx, 'identity:admin');
    const store = createIdentityStore(tx);
    if (await store.activeAdmin()) return undefined;
    return writeAdmin({ ledger, clock }, tx, { id: 'system', kind: 'system', name: systemName, permissions: ['*'] });
  });
}

async function rotateAdminToken({ database, ledger, clock, lookup }: Deps, actor: Actor): Promise<string> {
  return database.transaction(async (tx) => {
    await database.lock(tx, 'identity:admin');
    const store = createIdentityStore(tx);
    const old = await store.activeAdmin();
    if (old) {
      await store.revoke(old.id, clock.now());
      const subject = { kind: 'token', id: old.id, name: old.name };
      await ledger.append(tx, { type: 'token.revoked', actor, subject, data: { name: old.name, reason: 'rotated' } });
      database.afterCommit(() => lookup.forget(old.hash));
    }
    return writeAdmin({ ledger, clock }, tx, actor);
  });
}

async function writeAdmin(
  { ledger, clock }: { ledger: Ledger; clock: Clock },
  tx: Database['query'],
  actor: Actor,
): Promise<string> {
  const wanted = { kind: 'admin', name: 'admin', permissions: ['*'], createdBy: actor.id } as const;
  const { stored, secret } = newToken(clock, { ...wanted, permissions: ['*'] });
  await createIdentityStore(tx).insert(stored);
  const subject = { kind: 'token', id: stored.id, name: stored.name };
  const data = { name: stored.name, permissions: stored.permissions, expiresAt: null };
  await ledger.append(tx, { type: 'token.created', actor, subject, data });
  return secret;
}

async function createToken({ database, ledger, clock }: Deps, actor: Actor, wanted: NewToken) {
  const lacking = wanted.permissions.find((permission) => !may(actor, permission));
  if (lacking) {
    fail('forbidden', `${actor.name} does not hold '${lacking}' and cannot give it.`, {
      field: 'permissions',
      value: lacking,
    });
  }
  const { name, permissions, ttlMs, rateLimit } = wanted;
  const made = { kind: 'service', name, permissions, createdBy: actor.id, ttlMs, rateLimit } as const;
  const { stored, secret } = newToken(clock, made);
  await database.transaction(async (tx) => {
    await createIdentityStore(tx).insert(stored);
    const data = { name, permissions, expiresAt: stored.expiresAt, rateLimit: stored.rateLimit };
    await ledger.append(tx, { type: 'token.created', actor, subject: { kind: 'token', id: stored.id, name }, data });
  });
  const { hash: _hash, ...token } = stored;
  return { token, secret };
}

async function revokeToken({ database, ledger, clock, lookup }: Deps, actor: Actor, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    const store = createIdentityStore(tx);
    const token = (await store.byId(id)) ?? notFound('token', id);
    if (token.kind === 'admin') {
      fail('conflict', 'The admin token cannot be deleted, or nobody could log in. Rotate it.', { cure: 'Rotate it.' });
    }
    if (!(await store.revoke(id, clock.now()))) return;
    const subject = { kind: 'token', id, name: token.name };
    await ledger.append(tx, { type: 'token.revoked', actor, subject, data: { name: token.name, reason: 'deleted' } });
    database.afterCommit(() => lookup.forget(token.hash));
  });
}

async function mintStepToken({ database, clock, steps }: Deps, wanted: StepTokenRequest) {
  const { runId, step, ttlMs } = wanted;
  const store = createIdentityStore(database.query);
  const now = clock.now();
  if (Math.abs(now - steps.purgedAt) > purgeEveryMs) {
    steps.purgedAt = now;
    await createStepTokenStore(database.query).removeStepsExpiredBefore(now - keptAfterExpiryMs);
  }
  const permissions = [...wanted.permissions];
  const { stored, secret } = newToken(clock, {
    kind: 'step',
    name: step,
    permissions,
    createdBy: `step:${runId}/${step}`,
    ttlMs,
  });
  await store.insert(stored, runId);
  return { id: stored.id, secret, expiresAt: now + ttlMs };
}
