import type { Artifacts, RunArtifacts } from './artifact-face.ts';
import { checkedPath } from './artifact-path.ts';
import { activeRunOf, runOf, type TrackingDeps } from './deps.ts';

/** The artifacts of runs: those of every owner, where the run is there and, to be changed, active. */
export function createRunArtifacts({ database, blobs }: TrackingDeps, artifacts: Artifacts): RunArtifacts {
  const readable = (runId: string) => runOf(database.query, runId);
  const whileActive = <T>(runId: string, change: () => Promise<T>) =>
    database.transaction(async (tx) => {
      await activeRunOf(tx, runId);
      return change();
    });
  return {
    async put(runId, path, content) {
      // Before the bytes are read, so that a wrong run or path costs nothing.
      checkedPath(path);
      await activeRunOf(database.query, runId);
      const stored = await blobs.put(content);
      return whileActive(runId, () => artifacts.link(runId, path, stored));
    },
    link: (runId, path, content) => whileActive(runId, () => artifacts.link(runId, path, content)),
    async open(runId, path, range) {
      await readable(runId);
      return artifacts.open(runId, path, range);
    },
    content: artifacts.content,
    async stat(runId, path) {
      await readable(runId);
      return artifacts.stat(runId, path);
    },
    async list(runId, folder, page) {
      await readable(runId);
      return artifacts.list(runId, folder, page);
    },
    async files(runId, under) {
      await readable(runId);
      return artifacts.files(runId, under);
    },
    async *walk(runId, under) {
      await readable(runId);
      yield* artifacts.walk(runId, under);
    },
    delete: (runId, path) => whileActive(runId, () => artifacts.delete(runId, path)),
  };
}
