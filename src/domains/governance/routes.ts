import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { modelNameSchema, nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { promotionTargetSchema, ruleResultSchema } from '../registry/index.ts';
import { approvalRoutes } from './approval-routes.ts';
import type { Gates, Governance } from './governance.ts';
import { type Evidence, GateSpec } from './schema.ts';
import { evidenceView, gateView, showGate, showVerdict, verdictView } from './views.ts';

const base = '/api/v1/gates';
const name = z.object({ name: nameSchema });
const gateResult = z.object({ passed: z.boolean(), rules: z.array(ruleResultSchema) }).meta({ id: 'GateResult' });

/** The API of gates, verdicts and approvals. */
export function governanceRoutes(governance: Governance): Route[] {
  return [
    ...gateRoutes(governance.gates),
    ...judgementRoutes(governance),
    ...verdictRoutes(governance),
    ...approvalRoutes(governance.approvals),
  ];
}

function gateRoutes(gates: Gates): Route[] {
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'gates.read',
      summary: 'Lists gates by name.',
      input: z.object(pageQuery),
      output: pageOf(gateView),
      handle: async ({ input }) => {
        const page = await gates.list(input);
        return { ...page, items: page.items.map(showGate) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:name`,
      permission: 'gates.read',
      summary: 'Shows a gate.',
      input: name,
      output: gateView,
      handle: async ({ input }) => showGate(await gates.get(input.name)),
    }),
    route({
      method: 'PUT',
      path: `${base}/:name`,
      permission: 'gates.write',
      summary: 'Creates or changes a gate; approvals given under another wording of it are void.',
      input: name.extend({ spec: GateSpec }),
      output: gateView,
      handle: async ({ input, actor }) => showGate(await gates.declare(actor, input.name, input.spec)),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:name`,
      permission: 'gates.write',
      summary: 'Removes a gate.',
      input: name,
      handle: ({ input, actor }) => gates.undeclare(actor, input.name),
    }),
  ];
}

function judgementRoutes(governance: Governance): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/gate-evidence',
      permission: 'gates.read',
      summary: 'Shows the evidence that a promotion would be judged on now.',
      input: z.object({ model: modelNameSchema, version: z.number().int().min(1), target: promotionTargetSchema }),
      output: evidenceView,
      handle: async ({ input }) => ({ ...(await governance.evidence(input)) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/gate-tests',
      permission: 'gates.write',
      summary: 'Says what a gate would say of some evidence; nothing is kept.',
      input: z.object({ spec: GateSpec, evidence: evidenceView, now: z.iso.datetime({ offset: true }).optional() }),
      output: gateResult,
      handle: ({ input: { spec, evidence, now } }) =>
        governance.tryOut({ spec, evidence: evidence as Evidence, now: now === undefined ? now : Date.parse(now) }),
    }),
  ];
}

function verdictRoutes(governance: Governance): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/gate-verdicts',
      permission: 'gates.read',
      summary: 'Lists decisions of gates, newest first.',
      input: z.object({
        model: modelNameSchema.optional(),
        version: z.coerce.number().int().min(1).optional(),
        ...pageQuery,
      }),
      output: pageOf(verdictView),
      handle: async ({ input }) => {
        const page = await governance.verdicts(input);
        return { ...page, items: page.items.map(showVerdict) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/gate-verdicts/:id',
      permission: 'gates.read',
      summary: 'Shows a decision with all that was seen.',
      input: z.object({ id: z.string().max(64) }),
      output: verdictView,
      handle: async ({ input }) => showVerdict(await governance.verdict(input.id)),
    }),
  ];
}
