import { z } from 'zod';
import type { Registry } from '../../domains/registry/index.ts';
import type { Route } from '../../http/route.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { requiredText } from './fields.ts';
import { presentVersion } from './present-registry.ts';
import {
  aboutVersion,
  findModel,
  findVersion,
  readAlias,
  readModelName,
  readNewAlias,
  readVersionNumber,
} from './registry-words.ts';
import { type RegistryServices, takeContent } from './version-contents.ts';

const path = '/mlflow/registered-models/alias';
const promote = { permission: 'models.promote' } as const;
const named = z.object({ name: requiredText(), alias: requiredText() });

/** The routes of aliases; setting one passes the gates as any promotion does. */
export function aliasRoutes(services: RegistryServices): Route[] {
  const { registry } = services;
  return [
    ...endpoint({
      ...{ method: 'POST', path, ...promote, summary: 'Points an alias to a version, if the gates let it.' },
      input: named.extend({ version: requiredText() }),
      handle: async ({ input, actor }) => {
        const model = readModelName(input.name);
        const alias = readNewAlias(input.alias);
        const version = readVersionNumber(input.version);
        // What a gate judges must be what is promoted.
        await takeContent(services, actor, await findVersion(registry, model, version));
        await aboutVersion(model, version, () => registry.promotions.setAlias(actor, { model, alias, version }));
      },
    }),
    ...endpoint({
      ...{ method: 'DELETE', path, ...promote, summary: 'Removes an alias.', input: named },
      handle: async ({ input, actor }) => {
        const alias = readAlias(input.alias);
        const model = await findModel(registry, readModelName(input.name));
        // Removing what is not there is no error here.
        if (!Object.hasOwn(model.aliases, alias)) return;
        await registry.promotions.removeAlias(actor, { model: model.name, alias });
      },
    }),
    ...endpoint({
      ...{ method: 'GET', path, permission: 'models.read', summary: 'Shows the version of an alias.', input: named },
      handle: (call) => showAlias(registry, call),
    }),
  ];
}

/** An alias that is not there is an invalid parameter, not a missing thing: clients tell the two apart. */
async function showAlias(registry: Registry, { input }: Call<z.output<typeof named>>) {
  const alias = readAlias(input.alias);
  const { name, aliases } = await findModel(registry, readModelName(input.name));
  if (alias.toLowerCase() === 'latest') {
    const newest = (await registry.versions.newestOfStages([name])).get(name)?.at(-1);
    if (!newest) refuse('RESOURCE_DOES_NOT_EXIST', `Latest version not found for model ${name}.`);
    return { model_version: presentVersion(newest) };
  }
  const number = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (number === undefined)
    return refuse('INVALID_PARAMETER_VALUE', `Registered model alias ${alias} not found.`, 'alias');
  return { model_version: presentVersion(await findVersion(registry, name, number)) };
}
