import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { client, type Schemas } from '../../api.ts';

type Run = Schemas['Run'];
type Page = { items: Run[]; nextPageToken?: string };

/** Which runs, in which order, with how much of what they logged. */
export interface RunsAsked {
  experiments?: readonly string[] | undefined;
  filter: string;
  lifecycle: 'active' | 'deleted' | 'all';
  orderBy: readonly string[];
  metrics: readonly string[] | 'all';
  params: readonly string[] | 'all';
  tags: readonly string[] | 'all';
}

const pageSize = 200;

function search(asked: Partial<RunsAsked>, more: object): Promise<Page> {
  return client.post('/api/v1/runs/search', { ...asked, ...more } as never) as unknown as Promise<Page>;
}

/** Runs page by page; those that run are looked at again while only the first pages are read. */
export function useRuns(asked: RunsAsked) {
  return useInfiniteQuery({
    queryKey: ['runs', asked],
    queryFn: ({ pageParam }) => search(asked, { limit: pageSize, ...(pageParam && { pageToken: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextPageToken,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: (before) => before,
    retry: false,
    refetchInterval: ({ state: { data } }) =>
      data && data.pages.length <= 2 && data.pages.some(({ items }) => items.some(isRunning)) ? 5_000 : false,
  });
}

const isRunning = ({ status }: Run) => status === 'RUNNING';

/** Counts what a search finds in all. */
export function useRunCount({ experiments, filter, lifecycle }: RunsAsked) {
  return useQuery({
    queryKey: ['runs', 'count', experiments, filter, lifecycle],
    queryFn: async () =>
      (await client.post('/api/v1/runs/count', { experiments, filter, lifecycle } as never)) as { total: number },
    placeholderData: (before) => before,
    retry: false,
  });
}

const quoted = (ids: readonly string[]) => ids.map((id) => `'${id}'`).join(', ');

/** The runs of ids in their order, with all they logged; those that are not known are left out. */
export function useRunsOf(ids: readonly string[]) {
  return useQuery({
    queryKey: ['runs', 'of', ids],
    queryFn: async () => {
      const asked = { filter: `id in (${quoted(ids)})`, lifecycle: 'all' as const };
      const { items } = await search(asked, { limit: ids.length });
      return ids.flatMap((id) => items.find((run) => run.id === id) ?? []);
    },
    enabled: ids.length > 0,
    refetchInterval: ({ state: { data } }) => (data?.some(isRunning) ? 5_000 : false),
  });
}

const none = { metrics: [], params: [], tags: [] } as const;

/** How many children each of these runs has, of the first thousand. */
export function useChildCounts(ids: readonly string[]) {
  return useQuery({
    queryKey: ['runs', 'child counts', ids],
    queryFn: async () => {
      const counts: Record<string, number> = {};
      const { items } = await search({ filter: `parentRunId in (${quoted(ids)})`, ...none }, { limit: 1000 });
      for (const { parentRunId } of items) counts[parentRunId!] = (counts[parentRunId!] ?? 0) + 1;
      return counts;
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });
}

/** The children of the runs that are opened, with the same columns, at most a thousand. */
export function useChildren(parents: readonly string[], { metrics, params, tags, lifecycle }: RunsAsked) {
  const asked = { filter: `parentRunId in (${quoted(parents)})`, metrics, params, tags, lifecycle };
  return useQuery({
    queryKey: ['runs', 'children', asked],
    queryFn: async () => (await search(asked, { limit: 1000 })).items,
    enabled: parents.length > 0,
    placeholderData: (before) => before,
  });
}
