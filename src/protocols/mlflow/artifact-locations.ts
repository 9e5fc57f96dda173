/** Where the server keeps the files of experiments that have no location of their own. */
export const defaultArtifactRoot = 'mlflow-artifacts:/';

/** What of an experiment decides where its files are. */
export interface Rooted {
  id: string;
  artifactLocation: string | null;
}

/** A place among the artifacts: whose they are (`''`: nobody's), and the path there (`''`: the top). */
export interface Place {
  owner: string;
  path: string;
}

/** The location of an experiment's artifacts: its own, or a folder of the server's root. */
export function artifactRootOf(experiment: Rooted): string {
  return experiment.artifactLocation || below(defaultArtifactRoot, experiment.id);
}

/** The location of a run's artifacts, which clients are given as `artifact_uri`. */
export function artifactUriOf(experiment: Rooted, runId: string): string {
  return below(artifactRootOf(experiment), `${runId}/artifacts`);
}

/** The location of a logged model's artifacts. */
export function modelArtifactUriOf(experiment: Rooted, modelId: string): string {
  return below(artifactRootOf(experiment), `models/${modelId}/artifacts`);
}

/** The location of a trace's artifacts. */
export function traceArtifactUriOf(experiment: Rooted, traceId: string): string {
  return below(artifactRootOf(experiment), `traces/${traceId}/artifacts`);
}

/** The location of a model version's files, whatever becomes of what it was made from. */
export function versionArtifactUriOf(versionId: string): string {
  return `${defaultArtifactRoot}model-versions/${versionId}/artifacts`;
}

const owned =
  /(?:^|\/)(?:([0-9a-f]{32})|models\/(m-[0-9a-f]{32})|traces\/(tr-[0-9a-f]{32})|^model-versions\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))\/artifacts(?:\/|$)/;

/**
 * The place of a path below the server's artifact route: `<anything>/<run>/artifacts/…`, `<anything>/models/<m-…>/artifacts/…` and
 * `<anything>/traces/<tr-…>/artifacts/…` belong to what they name, `model-versions/<id>/artifacts/…` to the version; all else to nobody.
 */
export function placeOf(proxyPath: string): Place {
  const path = proxyPath.replace(/\/+$/, '');
  const found = owned.exec(path);
  if (!found) return { owner: '', path };
  return { owner: (found[1] ?? found[2] ?? found[3] ?? found[4])!, path: path.slice(found.index + found[0].length) };
}

const served = /^https?:\/\/[^/?#]+(?:\/[^?#]*?)?\/api\/2\.0\/mlflow-artifacts\/artifacts(?:\/([^?#]*))?$/;
const scheme = /^mlflow-artifacts:(?:\/\/[^/?#]*)?\/*([^?#]*)$/;

/**
 * The path below the server's artifact route that a location means: `mlflow-artifacts:/a/b`, `mlflow-artifacts://host/a/b`, or the
 * older `http://host/api/2.0/mlflow-artifacts/artifacts/a/b`; nothing for any other, or with a query or fragment.
 */
export function proxyPathOf(location: string): string | undefined {
  const path = scheme.exec(location)?.[1] ?? matched(served.exec(location));
  return path?.replace(/^\/+|\/+$/g, '');
}

/** The place that a location means, if it is one of this server's. */
export function placeOfLocation(location: string): Place | undefined {
  const path = proxyPathOf(location);
  return path === undefined ? undefined : placeOf(path);
}

function matched(found: RegExpExecArray | null): string | undefined {
  return found ? (found[1] ?? '') : undefined;
}

function below(location: string, path: string): string {
  return `${location.replace(/\/+$/, '')}/${path}`;
}
