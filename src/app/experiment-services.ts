import { createEvalDatasets } from '../domains/eval-datasets/index.ts';
import { createFolders } from '../domains/folders/index.ts';
import { createLoggedModels } from '../domains/logged-models/index.ts';
import { createTraces, type Traces } from '../domains/traces/index.ts';
import { createImporting, createPurging, createTracking } from '../domains/tracking/index.ts';
import type { Foundations } from './foundations.ts';

const ownArtifactRoot = 'mlflow-artifacts:/';

/** Makes the domains of what people log: runs, models, traces, evaluation datasets, and the upkeep of all that. */
export function createExperimentServices(shared: Foundations) {
  const { settings } = shared;
  const tracking = createTracking({
    ...shared,
    ...(settings.artifactRoot === ownArtifactRoot ? {} : { artifactRoot: settings.artifactRoot }),
    experimentDefaults: async (name) => (await folders.settings(name)).effective,
  });
  const purging = createPurging({ ...shared, ownersIn: (experimentId) => traceIds(traces, experimentId) });
  const importing = createImporting(shared);
  const folders = createFolders({
    ...shared,
    tracking,
    purging,
    purgeModels: (actor, which) => loggedModels.purge(actor, which),
  });
  const loggedModels = createLoggedModels({ ...shared, tracking });
  const traces = createTraces({ ...shared, tracking });
  const evalDatasets = createEvalDatasets({ ...shared, tracking });
  return { tracking, purging, importing, folders, loggedModels, traces, evalDatasets };
}

async function* traceIds(traces: Traces, experimentId: string): AsyncGenerator<string> {
  for (let pageToken: string | undefined; ; ) {
    const page = await traces.search({ experiments: [experimentId], limit: 500, pageToken });
    for (const { id } of page.items) yield id;
    pageToken = page.nextPageToken;
    if (pageToken === undefined) return;
  }
}
