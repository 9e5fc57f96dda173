import { z } from 'zod';

/** An event as the API shows it. */
export const eventSchema = z
  .object({
    position: z.number().describe('Its place in the ledger: 1, 2, 3 … in the order of commits.'),
    id: z.string(),
    type: z.string(),
    at: z.string(),
    actor: z.object({ id: z.string(), kind: z.enum(['user', 'service', 'step', 'system']), name: z.string() }),
    subject: z.object({ kind: z.string(), id: z.string(), name: z.string().optional() }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LedgerEvent' });

/** A checkpoint as the API shows it. */
export const checkpointSchema = z
  .object({
    size: z.number().describe('How many events it seals.'),
    root: z.string().describe('The root of their Merkle tree (RFC 6962), hex.'),
    at: z.string(),
    keyId: z.string(),
    signature: z.string().describe('ECDSA P-256 over "tidemill-ledger-v1", size, root, at and keyId, a line each.'),
  })
  .meta({ id: 'LedgerCheckpoint' });

/** A proof as the API shows it. */
export const proofSchema = z
  .object({
    event: eventSchema,
    digest: z.string(),
    index: z.number(),
    leaf: z.string(),
    path: z.array(z.string()),
    checkpoint: checkpointSchema,
    publicKey: z.string(),
  })
  .meta({ id: 'LedgerProof' });

/** The outcome of a check as the API shows it. */
export const verdictSchema = z
  .object({
    ok: z.boolean(),
    events: z.number(),
    checkpoints: z.number(),
    sealedTo: z.number(),
    problems: z.array(z.object({ kind: z.string(), position: z.number(), message: z.string() })),
  })
  .meta({ id: 'LedgerVerdict' });

/** Where a reader stands, as the API shows it. */
export const readerSchema = z
  .object({
    name: z.string(),
    position: z.number(),
    behind: z.number(),
    failing: z.number(),
    lastError: z
      .object({
        position: z.number(),
        attempts: z.number(),
        message: z.string(),
        at: z.string(),
        nextAt: z.string(),
      })
      .optional(),
  })
  .meta({ id: 'LedgerReader' });

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const typeList = z
  .string()
  .max(2_000)
  .transform((text) => text.split(',').map((type) => type.trim()))
  .optional()
  .describe('Event types, separated by commas; "<start>.*" means all that start so.');

/** Which events to list. */
export const filterFields = {
  types: typeList,
  subjectKind: z.string().max(100).optional(),
  subjectId: z.string().max(300).optional().describe('With subjectKind.'),
  subjectName: z.string().max(300).optional().describe('With subjectKind.'),
  actor: z.string().max(300).optional().describe('The id of whoever did it.'),
  from: time.optional(),
  to: time.optional().describe('Not included.'),
  order: z.enum(['newest', 'oldest']).default('newest'),
};

/** What to follow live. */
export const streamFields = {
  types: typeList,
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Events after this position; from now on unless given. The header Last-Event-ID says the same.'),
};
