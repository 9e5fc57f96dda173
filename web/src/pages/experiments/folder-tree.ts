/** An experiment as far as the tree shows it. */
export interface Leaf {
  id: string;
  name: string;
}

/** A folder of path-like names: an experiment may have the name of a folder, and is then both. */
export interface Folder {
  /** The last part of the path. */
  title: string;
  path: string;
  experiment?: Leaf;
  folders: Folder[];
  /** All experiments in it and below. */
  ids: string[];
}

/** Puts experiments with path-like names into folders, each level by name; folders that hold one thing alone are joined. */
export function toTree(experiments: readonly Leaf[]): Folder {
  const root: Folder = { title: '', path: '', folders: [], ids: [] };
  for (const experiment of experiments) {
    let at = root;
    at.ids.push(experiment.id);
    for (const part of experiment.name.split('/').filter((one) => one !== '')) {
      const path = at.path === '' ? part : `${at.path}/${part}`;
      let next = at.folders.find(({ title }) => title === part);
      if (!next) {
        next = { title: part, path, folders: [], ids: [] };
        at.folders.push(next);
      }
      next.ids.push(experiment.id);
      at = next;
    }
    at.experiment = experiment;
  }
  return order(root);
}

function order(folder: Folder): Folder {
  const folders = folder.folders.map(order).map(join);
  folders.sort((a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }));
  return { ...folder, folders };
}

/** `team` with nothing but `vision` in it is shown as `team/vision`. */
function join(folder: Folder): Folder {
  const [only] = folder.folders;
  if (folder.experiment || folder.folders.length !== 1 || !only) return folder;
  return { ...only, title: `${folder.title}/${only.title}` };
}

/** The folder of a path, if the tree has it. */
export function findFolder(tree: Folder, path: string): Folder | undefined {
  if (tree.path === path) return tree;
  for (const folder of tree.folders) {
    const found = path === folder.path || path.startsWith(`${folder.path}/`) ? findFolder(folder, path) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The tree with those folders alone whose path, or that of one below, contains a text in any case. */
export function sift(folder: Folder, text: string): Folder {
  const sought = text.trim().toLowerCase();
  if (sought === '' || (folder.path !== '' && folder.path.toLowerCase().includes(sought))) return folder;
  const folders = folder.folders
    .map((one) => sift(one, sought))
    .filter((one) => one.folders.length > 0 || one.path.toLowerCase().includes(sought));
  return { ...folder, folders };
}
