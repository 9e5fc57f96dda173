import { type MlflowApi, MlflowApiError } from './mlflow-api.ts';
import { type FileOwner, type SourceFile, Unreadable } from './source.ts';

interface WireFile {
  path: string;
  is_dir?: boolean;
  file_size?: number | string;
}

/** How an owner's files are listed and read. */
interface Reach {
  list(folder: string): Promise<WireFile[]>;
  open(path: string): SourceFile['open'];
}

/** The files of an owner, folder by folder. */
export async function* restFiles(api: MlflowApi, owner: FileOwner): AsyncGenerator<SourceFile> {
  yield* walk(reachOf(api, owner), '', owner);
}

async function* walk(reach: Reach, folder: string, owner: FileOwner): AsyncGenerator<SourceFile> {
  const entries = await reach.list(folder).catch((error: unknown) => {
    if (error instanceof MlflowApiError && error.status === 404) return [];
    if (error instanceof MlflowApiError && ![401, 403].includes(error.status)) {
      throw new Unreadable(`The server cannot list the files at ${owner.uri}: ${error.message}`);
    }
    throw error;
  });
  for (const { path, is_dir: isFolder, file_size: bytes } of entries) {
    if (isFolder) yield* walk(reach, path, owner);
    else yield { path, bytes: Number(bytes ?? 0), open: reach.open(path) };
  }
}

function reachOf(api: MlflowApi, { kind, id, uri }: FileOwner): Reach {
  const proxied = proxyPathOf(uri);
  if (proxied !== undefined) return throughProxy(api, proxied);
  if (kind === 'version') throw new Unreadable(`The server does not give out the files at ${uri}.`);
  if (kind === 'run') {
    return {
      list: async (path) => filesOf(await api.get('mlflow/artifacts/list', { run_id: id, path: path || undefined })),
      open: (path) => () => api.download('/get-artifact', { run_uuid: id, path }),
    };
  }
  const base = `mlflow/logged-models/${id}/artifacts`;
  return {
    list: async (folder) =>
      filesOf(await api.get(`${base}/directories`, { artifact_directory_path: folder || undefined })),
    open: (path) => () => api.download(`/ajax-api/2.0/${base}/files`, { artifact_file_path: path }),
  };
}

function throughProxy(api: MlflowApi, root: string): Reach {
  const base = 'mlflow-artifacts/artifacts';
  return {
    list: async (folder) => {
      const path = folder === '' ? root : `${root}/${folder}`;
      const files = filesOf(await api.get(base, { path }));
      return files.map((one) => ({ ...one, path: folder === '' ? one.path : `${folder}/${one.path}` }));
    },
    open: (path) => () => api.download(`${base}/${encodePath(`${root}/${path}`)}`),
  };
}

function filesOf(answer: { files?: WireFile[] }): WireFile[] {
  return answer.files ?? [];
}

/** A path as a part of an address. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The path below a server's artifact route that a location means, if it does. */
export function proxyPathOf(uri: string): string | undefined {
  const found =
    /^mlflow-artifacts:(?:\/\/[^/?#]*)?\/*([^?#]*)$/.exec(uri) ??
    /^https?:\/\/[^/?#]+(?:\/[^?#]*?)?\/api\/2\.0\/mlflow-artifacts\/artifacts\/([^?#]*)$/.exec(uri);
  return found ? found[1]!.replace(/\/+$/, '') : undefined;
}
