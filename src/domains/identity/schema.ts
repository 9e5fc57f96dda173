import { z } from 'zod';
import type { RateLimit } from '../../kernel/token-bucket.ts';

/** A permission a token may hold: `*`, `<area>.*` or `<area>.<verb>`. */
export const permissionSchema = z
  .string()
  .regex(/^(\*|[a-z]+\.(\*|[a-z]+))$/, 'must be "*", "<area>.*" or "<area>.<verb>", such as "models.write"');

/** Who the server takes the caller for. */
export const meSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['user', 'service', 'step', 'system']),
    name: z.string(),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Me' });

/** How often the holder of a token may ask. */
export const rateLimitSchema = z
  .strictObject({
    requestsPerSecond: z.number().min(0.001).max(1_000_000).describe('On average.'),
    burst: z.number().int().min(1).max(1_000_000).optional().describe('At once; as many as in a second unless given.'),
  })
  .transform(({ requestsPerSecond, burst }) => ({
    requestsPerSecond,
    burst: burst ?? Math.max(1, Math.ceil(requestsPerSecond)),
  }));

/** A token without its secret, which is known only to whoever was given it. */
export interface Token {
  id: string;
  /** `admin` may do everything and exists once; `service` is made by an admin; `step` belongs to one step of a run. */
  kind: 'admin' | 'service' | 'step';
  name: string;
  permissions: string[];
  createdAt: number;
  createdBy: string;
  expiresAt: number | null;
  revokedAt: number | null;
  rateLimit: RateLimit | null;
}

/** A token as the API shows it. */
export const tokenSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['admin', 'service', 'step']),
    name: z.string(),
    permissions: z.array(z.string()),
    createdAt: z.string(),
    createdBy: z.string(),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
    rateLimit: z.object({ requestsPerSecond: z.number(), burst: z.number() }).nullable(),
  })
  .meta({ id: 'Token' });

/** What a new service token is to be. */
export const newTokenSchema = z.object({
  name: z.string().trim().min(1).max(250).describe('What the token is for.'),
  permissions: z.array(permissionSchema).min(1).max(100),
  ttlMs: z
    .number()
    .int()
    .min(1_000)
    .max(10 * 365 * 86_400_000)
    .optional()
    .describe('How long it is valid; without end unless given.'),
  rateLimit: rateLimitSchema
    .optional()
    .describe('More requests than that answer 429 with Retry-After, on every protocol; each replica counts by itself.'),
});

/** What a new service token is to be. */
export type NewToken = z.output<typeof newTokenSchema>;
