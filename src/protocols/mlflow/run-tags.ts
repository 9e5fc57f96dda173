import type { Runs } from '../../domains/tracking/index.ts';
import type { Actor } from '../../kernel/actor.ts';
import { nameTag, parentTag } from './present-run.ts';

const runId = /^[0-9a-f]{32}$/;

/** The run that a parent tag names, where there is such a run: clients may write anything there. */
export async function parentOf(runs: Runs, tag: string | undefined): Promise<string | undefined> {
  if (tag === undefined || !runId.test(tag)) return undefined;
  return (await runs.info(tag).catch(() => undefined))?.id;
}

/** Sets tags of a run, and what of the run itself they stand for: its name and its parent. */
export async function followTags(
  runs: Runs,
  actor: Actor,
  { id, tags }: { id: string; tags: Record<string, string> },
): Promise<void> {
  const name = tags[nameTag];
  const parentRunId = await parentOf(runs, tags[parentTag]);
  if (!name && (!parentRunId || parentRunId === id)) return;
  await runs.update(actor, id, {
    ...(name && { name: name.slice(0, 500) }),
    ...(parentRunId && parentRunId !== id && { parentRunId }),
  });
}
