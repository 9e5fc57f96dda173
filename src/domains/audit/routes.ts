import { z } from 'zod';
import { Reply, type Route, route } from '../../http/route.ts';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { Audit, Checkpoint, EventProof, Ledger, LedgerEvent, ReaderState } from '../../ledger/index.ts';
import { eventStream } from './event-stream.ts';
import {
  checkpointSchema,
  eventSchema,
  filterFields,
  proofSchema,
  readerSchema,
  streamFields,
  verdictSchema,
} from './schema.ts';

const shown = (event: LedgerEvent) => withIsoTimes(event, 'at');
const shownCheckpoint = (checkpoint: Checkpoint) => withIsoTimes(checkpoint, 'at');
const shownProof = (proof: EventProof) => ({
  ...proof,
  event: shown(proof.event),
  checkpoint: shownCheckpoint(proof.checkpoint),
});
const shownReader = ({ lastError, ...state }: ReaderState) =>
  lastError ? { ...state, lastError: withIsoTimes(lastError, 'at', 'nextAt') } : state;

/** The routes of the ledger. */
export function auditRoutes(parts: { audit: Audit; ledger: Ledger }): Route[] {
  return [...eventRoutes(parts), ...sealRoutes(parts)];
}

function eventRoutes({ audit, ledger }: { audit: Audit; ledger: Ledger }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/ledger/events',
      permission: 'ledger.read',
      summary: 'List what happened, newest first, by type, subject, actor and time.',
      input: z.object({ ...filterFields, ...pageQuery }),
      output: pageOf(eventSchema),
      handle: async ({ input }) => {
        const page = await audit.list({ ...input, oldestFirst: input.order === 'oldest' }, input);
        return { ...page, items: page.items.map(shown) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/ledger/stream',
      permission: 'ledger.read',
      summary: 'Follow what happens, live, as server-sent events.',
      input: z.object(streamFields),
      handle: ({ input, headers, signal }) => {
        const last = Number(headers['last-event-id'] ?? Number.NaN);
        const after = Number.isSafeInteger(last) && last >= 0 ? last : input.after;
        const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
        return new Reply(eventStream(ledger, { ...input, after, signal }, shown), 200, head);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/ledger/readers',
      permission: 'ledger.read',
      summary: 'Show how far each reader of the ledger has come.',
      input: z.object({}),
      output: z.object({ items: z.array(readerSchema) }),
      handle: async () => ({ items: (await ledger.readers()).map(shownReader) }),
    }),
  ];
}

function sealRoutes({ audit }: { audit: Audit }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/ledger/events/:position/proof',
      permission: 'ledger.read',
      summary: 'Prove that an event is in the sealed ledger.',
      input: z.object({ position: z.coerce.number().int().min(1) }),
      output: proofSchema,
      handle: async ({ input }) => shownProof(await audit.proof(input.position)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/ledger/checkpoints/latest',
      permission: 'ledger.read',
      summary: 'Show the newest signed checkpoint, and the key that checks it.',
      input: z.object({}),
      output: z.object({ checkpoint: checkpointSchema.nullable(), publicKey: z.string() }),
      handle: async () => {
        const checkpoint = await audit.checkpoint();
        return { checkpoint: checkpoint ? shownCheckpoint(checkpoint) : null, publicKey: audit.publicKey };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/ledger/consistency',
      permission: 'ledger.read',
      summary: 'Prove that the ledger still begins with the events of an older checkpoint.',
      input: z.object({ oldSize: z.coerce.number().int().min(0) }),
      output: z.object({ oldSize: z.number(), path: z.array(z.string()), checkpoint: checkpointSchema }),
      handle: async ({ input }) => {
        const proof = await audit.consistency(input.oldSize);
        return { ...proof, checkpoint: shownCheckpoint(proof.checkpoint) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/ledger/verify',
      permission: 'ledger.read',
      summary: 'Check every event, subtree and checkpoint for tampering.',
      input: z.object({}),
      output: verdictSchema,
      handle: () => audit.verify(),
    }),
  ];
}
