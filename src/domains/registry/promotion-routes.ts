import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { modelNameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { verdictSchema } from './ports.ts';
import type { Promotions } from './registry.ts';
import { aliasSchema, promotionTargetSchema, reasonSchema, stageSchema } from './schema.ts';
import { aliasMoveView, promotedView, showChange, showMove, showVersion, stageChangeView } from './views.ts';

const base = '/api/v1/models/:model';
const model = z.object({ model: modelNameSchema });
const number = z.coerce.number().int().min(1);
const reason = reasonSchema.optional();
const alias = model.extend({ alias: aliasSchema });
const moment = z.iso.datetime({ offset: true });
const bypassReason = reasonSchema.min(1).describe('Why the gate could not be waited for.');
const stageInput = model.extend({
  version: number,
  stage: stageSchema,
  archiveOthers: z.boolean().default(false).describe('Archives the other versions of that stage in the same commit.'),
});

/** The API of aliases, stages and their histories. */
export function promotionRoutes(promotions: Promotions): Route[] {
  return [
    ...aliasRoutes(promotions),
    ...stageRoutes(promotions),
    ...bypassRoutes(promotions),
    ...historyRoutes(promotions),
  ];
}

function aliasRoutes(promotions: Promotions): Route[] {
  return [
    route({
      method: 'PUT',
      path: `${base}/aliases/:alias`,
      permission: 'models.promote',
      summary: 'Points an alias to a version, if the gates let it.',
      input: alias.extend({ version: number, reason }),
      output: promotedView,
      handle: async ({ input, actor }) => {
        const { version, verdict } = await promotions.setAlias(actor, input);
        return { version: showVersion(version), verdict };
      },
    }),
    route({
      method: 'DELETE',
      path: `${base}/aliases/:alias`,
      permission: 'models.promote',
      summary: 'Removes an alias.',
      input: alias.extend({ reason }),
      handle: ({ input, actor }) => promotions.removeAlias(actor, input),
    }),
    route({
      method: 'POST',
      path: `${base}/versions/:version/check`,
      permission: 'models.read',
      summary: 'Says what the gates would say to a promotion; nothing is moved or kept.',
      input: model.extend({ version: number, target: promotionTargetSchema }),
      output: verdictSchema,
      handle: ({ input, actor }) => promotions.check(actor, input),
    }),
  ];
}

function stageRoutes(promotions: Promotions): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/versions/:version/stage`,
      permission: 'models.promote',
      summary: 'Moves a version to a stage, if the gates let it.',
      input: stageInput.extend({ reason }),
      output: promotedView,
      handle: async ({ input, actor }) => {
        const { version, verdict } = await promotions.setStage(actor, input);
        return { version: showVersion(version), verdict };
      },
    }),
  ];
}

/** Going past the gate takes the right to approve. */
function bypassRoutes(promotions: Promotions): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/aliases/:alias/bypass`,
      permission: 'gates.approve',
      summary: 'In an emergency: points an alias to a version past the gates, on record.',
      input: alias.extend({ version: number, reason: bypassReason }),
      output: promotedView,
      handle: async ({ input, actor }) => {
        const { version, verdict } = await promotions.setAlias(actor, { ...input, bypass: true });
        return { version: showVersion(version), verdict };
      },
    }),
    route({
      method: 'POST',
      path: `${base}/versions/:version/stage/bypass`,
      permission: 'gates.approve',
      summary: 'In an emergency: moves a version to a stage past the gates, on record.',
      input: stageInput.extend({ reason: bypassReason }),
      output: promotedView,
      handle: async ({ input, actor }) => {
        const { version, verdict } = await promotions.setStage(actor, { ...input, bypass: true });
        return { version: showVersion(version), verdict };
      },
    }),
  ];
}

function historyRoutes(promotions: Promotions): Route[] {
  return [
    route({
      method: 'GET',
      path: `${base}/alias-history`,
      permission: 'models.read',
      summary: 'Lists who pointed which alias where, when and why, newest first.',
      input: model.extend({ alias: aliasSchema.optional(), ...pageQuery }),
      output: pageOf(aliasMoveView),
      handle: async ({ input }) => {
        const page = await promotions.aliasHistory(input);
        return { ...page, items: page.items.map(showMove) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/stage-history`,
      permission: 'models.read',
      summary: 'Lists the stage changes of the versions, newest first.',
      input: model.extend({ version: number.optional(), ...pageQuery }),
      output: pageOf(stageChangeView),
      handle: async ({ input }) => {
        const page = await promotions.stageHistory(input);
        return { ...page, items: page.items.map(showChange) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/aliases/:alias/at`,
      permission: 'models.read',
      summary: 'Says which version an alias pointed to at a moment.',
      input: alias.extend({ at: moment }),
      output: z.object({ version: z.number().int().nullable() }),
      handle: async ({ input }) => {
        const version = await promotions.aliasAt(input.model, input.alias, Date.parse(input.at));
        return { version: version ?? null };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/stages/:stage/at`,
      permission: 'models.read',
      summary: 'Says which versions were in a stage at a moment, newest first.',
      input: model.extend({ stage: stageSchema, at: moment }),
      output: z.object({ versions: z.array(z.number().int()) }),
      handle: async ({ input }) => ({
        versions: await promotions.stageAt(input.model, input.stage, Date.parse(input.at)),
      }),
    }),
  ];
}
