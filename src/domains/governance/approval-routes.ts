import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { modelNameSchema, nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { promotionTargetSchema } from '../registry/index.ts';
import type { Approvals } from './governance.ts';
import { approvalStatuses } from './schema.ts';
import { approvalView, showApproval } from './views.ts';

const base = '/api/v1/approvals';
const id = z.object({ id: z.string().max(64) });
const reason = z
  .string()
  .max(2_000)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'must be well-formed Unicode without NUL')
  .optional();

/** The API of approval requests and votes. */
export function approvalRoutes(approvals: Approvals): Route[] {
  return [...readRoutes(approvals), ...voteRoutes(approvals)];
}

function readRoutes(approvals: Approvals): Route[] {
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'gates.read',
      summary: 'Lists approval requests, newest first.',
      input: z.object({
        status: z.enum(approvalStatuses).optional(),
        model: modelNameSchema.optional(),
        gate: nameSchema.optional(),
        ...pageQuery,
      }),
      output: pageOf(approvalView),
      handle: async ({ input }) => {
        const page = await approvals.list(input);
        return { ...page, items: page.items.map(showApproval) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      permission: 'gates.read',
      summary: 'Shows an approval request with its votes.',
      input: id,
      output: approvalView,
      handle: async ({ input }) => showApproval(await approvals.get(input.id)),
    }),
    route({
      method: 'POST',
      path: base,
      permission: 'models.promote',
      summary: 'Asks for the approvals that the gates of a promotion demand.',
      status: 201,
      input: z.object({
        model: modelNameSchema,
        version: z.number().int().min(1),
        target: promotionTargetSchema,
        reason,
      }),
      output: z.object({ items: z.array(approvalView) }),
      handle: async ({ input, actor }) => ({ items: (await approvals.request(actor, input)).map(showApproval) }),
    }),
  ];
}

function voteRoutes(approvals: Approvals): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/:id/approve`,
      permission: 'gates.approve',
      summary: 'Approves a request.',
      input: id.extend({ reason }),
      output: approvalView,
      handle: async ({ input, actor }) =>
        showApproval(await approvals.vote(actor, input.id, { decision: 'approve', reason: input.reason })),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/reject`,
      permission: 'gates.approve',
      summary: 'Rejects a request.',
      input: id.extend({ reason }),
      output: approvalView,
      handle: async ({ input, actor }) =>
        showApproval(await approvals.vote(actor, input.id, { decision: 'reject', reason: input.reason })),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/withdraw`,
      permission: 'models.promote',
      summary: 'Withdraws a request.',
      input: id.extend({ reason }),
      output: approvalView,
      handle: async ({ input, actor }) => showApproval(await approvals.withdraw(actor, input.id, input.reason)),
    }),
  ];
}
