import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import { RateLimiter } from '../../kernel/token-bucket.ts';
import { FailureCounter, type LoginFailures } from './failures.ts';
import { createIdentityStore, type StoredToken } from './store.ts';

/** What is known of a request before it is known whose it is. */
export interface Credentials {
  /** The `Authorization` header. */
  authorization: string | undefined;
  isLoopback: boolean;
  /** Whether loopback needs a token, too. */
  authRequired: boolean;
  /** The client's address: wrong tokens are counted by it. */
  client?: string | undefined;
}

/** Whoever is on this machine, where no login is asked for. */
export const localActor: Actor = { id: 'local', kind: 'user', name: 'local', permissions: ['*'] };

/** What everybody who is known may do: see who they are. */
const everybodys = 'me.read';
const cachedForMs = 5_000;
const mostCached = 10_000;

interface Known {
  actor: Actor;
  token: Pick<StoredToken, 'id' | 'name' | 'expiresAt' | 'rateLimit'>;
  /** On the monotonic clock. */
  freshUntil: number;
}

/** Tells whose a token is; what it looked up it remembers for five seconds, so that most requests cost no query. */
export class TokenLookup {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #failures: FailureCounter;
  readonly #known = new Map<string, Known>();
  readonly #rates = new RateLimiter();

  constructor({ database, clock }: { database: Database; clock: Clock }, mostFailuresPerMinute: number) {
    this.#database = database;
    this.#clock = clock;
    this.#failures = new FailureCounter(clock, mostFailuresPerMinute);
  }

  /** The actor of a request; fails with `unauthenticated`, or `limited` after too many wrong tokens. */
  authenticate(credentials: Credentials): Actor | Promise<Actor> {
    const { authorization, isLoopback, authRequired } = credentials;
    if (authorization === undefined) {
      if (isLoopback && !authRequired) return localActor;
      return fail('unauthenticated', 'This server wants a token: send the header "Authorization: Bearer <token>".', {
        field: 'Authorization',
      });
    }
    const hash = sha256(tokenOf(authorization));
    const known = this.#known.get(hash);
    const now = performance.now();
    if (known && known.freshUntil > now && !this.#isOver(known.token.expiresAt)) return this.#admit(known, now);
    return this.#look(hash, credentials);
  }

  forget(hash: string): void {
    this.#known.delete(hash);
  }

  get failures(): LoginFailures {
    return { ...this.#failures.counts };
  }

  async #look(hash: string, { client, isLoopback }: Credentials): Promise<Actor> {
    const token = await createIdentityStore(this.#database.query).byHash(hash);
    const isRight = token && timingSafeEqual(Buffer.from(token.hash, 'hex'), Buffer.from(hash, 'hex'));
    if (isRight && token.revokedAt === null && !this.#isOver(token.expiresAt)) return this.#remember(token);
    const seconds = this.#failures.note(client ?? (isLoopback ? 'loopback' : 'elsewhere'));
    if (seconds !== undefined) {
      fail('limited', 'Too many requests with a wrong token; retry later.', { retryAfterSeconds: seconds });
    }
    const what = !isRight ? 'is not known' : token.revokedAt !== null ? 'was revoked' : 'has expired';
    return fail('unauthenticated', `The token ${what}.`, { field: 'Authorization' });
  }

  #remember(token: StoredToken): Actor {
    if (this.#known.size >= mostCached) this.#known.delete(this.#known.keys().next().value!);
    const actor = actorOf(token);
    const freshUntil = performance.now() + cachedForMs;
    const known = { actor, token, freshUntil };
    this.#known.set(token.hash, known);
    return this.#admit(known, performance.now());
  }

  #admit({ actor, token }: Known, now: number): Actor {
    if (token.rateLimit === null) return actor;
    const seconds = this.#rates.admit(token.id, token.rateLimit, now);
    if (seconds === 0) return actor;
    const most = token.rateLimit.requestsPerSecond;
    const cure = `Wait ${seconds} s.`;
    return fail('limited', `The token '${token.name}' may ask ${most} times a second. ${cure}`, {
      cure,
      retryAfterSeconds: seconds,
    });
  }

  #isOver(expiresAt: number | null): boolean {
    return expiresAt !== null && expiresAt <= this.#clock.now();
  }
}

/** The token of an `Authorization` header: `Bearer <token>`, or the password of `Basic`, as MLflow clients send it. */
function tokenOf(authorization: string): string {
  const [, scheme = '', value = ''] = /^\s*([A-Za-z]+)\s+(\S+)\s*$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() === 'basic') {
    const pair = Buffer.from(value, 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    if (colon >= 0) return pair.slice(colon + 1);
  }
  return fail(
    'unauthenticated',
    'The Authorization header must be "Bearer <token>", or Basic with the token as password.',
    {
      field: 'Authorization',
    },
  );
}

function actorOf({ id, kind, name, permissions, createdBy }: StoredToken): Actor {
  const granted = permissions.includes('*') ? permissions : [...permissions, everybodys];
  if (kind === 'admin') return { id: 'admin', kind: 'user', name: 'admin', permissions: granted };
  return { id: kind === 'step' ? createdBy : id, kind, name, permissions: granted };
}
