import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { parseFilter, parseOrder, type Vocabulary } from '../../kernel/filter/index.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { Models, RegistrySearch, Versions } from './registry.ts';
import { modelVocabulary, versionVocabulary } from './search-vocabulary.ts';
import { modelView, showModel, showVersion, versionView } from './views.ts';

const search = z.object({
  filter: z
    .string()
    .max(10_000)
    .default('')
    .describe("Such as `name like 'churn%' and (tags.team = 'a' or not stage = 'archived')`."),
  orderBy: z.array(z.string().min(1).max(300)).max(5).default([]).describe('Such as `updatedAt desc`.'),
  ...pageQuery,
});

/** The API of searches over models and over versions, with AND, OR, NOT and parentheses. */
export function searchRoutes(models: Models, versions: Versions): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/models/search',
      permission: 'models.read',
      summary: 'Finds models by a filter over name, times and tags.',
      input: search,
      output: pageOf(modelView),
      handle: async ({ input }) => {
        const page = await models.search(read(input, modelVocabulary));
        return { ...page, items: page.items.map(showModel) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/model-versions/search',
      permission: 'models.read',
      summary: 'Finds versions of any model by a filter over model, number, stage, run, origin, times and tags.',
      input: search,
      output: pageOf(versionView),
      handle: async ({ input }) => {
        const page = await versions.search(read(input, versionVocabulary));
        return { ...page, items: page.items.map(showVersion) };
      },
    }),
  ];
}

function read({ filter, orderBy, ...page }: z.output<typeof search>, vocabulary: Vocabulary): RegistrySearch {
  const order = orderBy.map((term) => parseOrder(term, vocabulary));
  return { ...page, filter: parseFilter(filter, vocabulary), orderBy: order };
}
