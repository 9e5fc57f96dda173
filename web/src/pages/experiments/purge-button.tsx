import { useQuery } from '@tanstack/react-query';
import { client, type Schemas } from '../../api.ts';
import { AskButton, Refusal } from '../../components/action.tsx';
import { formatBytes, formatCount } from '../../components/format.ts';

/** Deleted runs by their ids, or deleted experiments with all their runs. */
export type ToPurge = { runs: string[] } | { experiments: string[] };

interface Props {
  what: ToPurge;
  title: string;
  /** What follows, such as leaving the page of what is gone. */
  then?: () => unknown;
}

/** A button that removes what was deleted for good, after saying how much goes with it. */
export function PurgeButton({ what, title, then }: Props) {
  const run = async () => {
    await purge(what, false);
    await then?.();
  };
  return (
    <AskButton label="Remove for good" title={title} reason={false} run={run}>
      <WhatGoes what={what} />
    </AskButton>
  );
}

function purge(what: ToPurge, dryRun: boolean): Promise<Schemas['Purged']> {
  return client.post('/api/v1/purge', { ...what, dryRun } as never) as Promise<Schemas['Purged']>;
}

function WhatGoes({ what }: { what: ToPurge }) {
  const { data, error } = useQuery({ queryKey: ['purge', what], queryFn: () => purge(what, true), retry: false });
  if (error) return <Refusal error={error} />;
  if (!data) return <p>Counting …</p>;
  const { runs, artifacts, artifactBytes } = data;
  return (
    <p>
      {many(runs, 'run')} with {many(artifacts, 'file')} ({formatBytes(artifactBytes)}) would be gone, and nothing
      brings them back. Models registered from them keep their files.
    </p>
  );
}

const many = (count: number, what: string) => `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
