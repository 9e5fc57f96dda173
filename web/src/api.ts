import { type QueryKey, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type components, createClient, type InputOf, type OutputOf, type paths } from '@tidemill/sdk';
import { useEffect, useState } from 'react';

/** The client of the server that this page came from. */
export const client = createClient({ url: window.location.origin });

type GetPaths = { [P in keyof paths]: paths[P] extends { get: object } ? P : never }[keyof paths];

/** Reads from the API and keeps what was read; live events make it read again. */
export function useApi<P extends GetPaths>(
  path: P,
  input?: InputOf<P, 'get'>,
  options: { everyMs?: number; enabled?: boolean } = {},
) {
  return useQuery({
    queryKey: [path, input ?? {}] as QueryKey,
    queryFn: () => client.get(path as never, input as never) as Promise<OutputOf<P, 'get'>>,
    refetchInterval: options.everyMs ?? false,
    enabled: options.enabled ?? true,
  });
}

/** An event of the ledger as the live stream sends it. */
export interface LiveEvent {
  position: number;
  type: string;
  at: string;
  actor: { name: string };
  subject: { kind: string; id: string; name?: string | undefined };
  data: Record<string, unknown>;
}

const listeners = new Set<(event: LiveEvent) => void>();

/** Follows the ledger's live stream for the whole page: what the events are about is read again, soon but not at once. */
export function useLiveEvents(): boolean {
  const queries = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    let timer: number | undefined;
    const source = new EventSource('/api/v1/ledger/stream');
    source.onopen = () => setConnected(true);
    source.onerror = () => setConnected(false);
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data as string) as LiveEvent;
      for (const heard of listeners) heard(event);
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries();
      }, 700);
    };
    return () => {
      source.close();
      window.clearTimeout(timer);
    };
  }, [queries]);
  return connected;
}

/** Calls back with every live event while the component is shown. */
export function useHeard(heard: (event: LiveEvent) => void): void {
  useEffect(() => {
    listeners.add(heard);
    return () => {
      listeners.delete(heard);
    };
  }, [heard]);
}

/** The shapes of the API by name. */
export type Schemas = components['schemas'];

/** Reads a list page by page: what has come so far as one list, and how to read on. */
export function useList<P extends GetPaths>(
  path: P,
  input?: Omit<InputOf<P, 'get'>, 'pageToken'>,
  options: { enabled?: boolean } = {},
) {
  type Item = OutputOf<P, 'get'> extends { items: (infer I)[] } ? I : never;
  type Page = { items: Item[]; nextPageToken?: string };
  return useInfiniteQuery({
    queryKey: [path, 'pages', input ?? {}] as QueryKey,
    queryFn: ({ pageParam }) => client.get(path as never, { ...input, pageToken: pageParam } as never) as Promise<Page>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextPageToken,
    enabled: options.enabled ?? true,
    select: ({ pages }) => pages.flatMap((page) => page.items),
  });
}

/** Something a person does: runs it, says whether it works, and reads everything again afterwards. */
export function useAction<I>(run: (input: I) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: run, onSettled: () => queries.invalidateQueries() });
}
