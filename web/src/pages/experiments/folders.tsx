import { useState } from 'react';
import { useList } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { type Folder, sift, toTree } from './folder-tree.ts';

interface Props {
  chosen: { experiment?: string | undefined; folder?: string | undefined };
  choose: (chosen: { experiment?: string; folder?: string; deleted?: boolean }) => void;
}

/** All experiments of the server by name, as the tree shows them. */
export function useExperiments() {
  return useList('/api/v1/experiments', { limit: 1000 });
}

/** Experiments in the folders that their path-like names make. */
export function Folders({ chosen, choose }: Props) {
  const experiments = useExperiments();
  const [sought, setSought] = useState('');
  return (
    <Card title="Experiments">
      <label className="tree-search">
        <span className="hidden">Find experiments</span>
        <input type="search" value={sought} placeholder="Find …" onChange={(e) => setSought(e.target.value)} />
      </label>
      <Loaded query={experiments}>
        {(all) => (
          <nav aria-label="Experiments" className="tree">
            <ul>
              <li>
                <button
                  type="button"
                  className="tree-item"
                  aria-pressed={!chosen.experiment && !chosen.folder}
                  onClick={() => choose({})}
                >
                  All runs
                </button>
              </li>
              {sift(toTree(all), sought).folders.map((folder) => (
                <Branch key={folder.path} folder={folder} chosen={chosen} choose={choose} isSought={sought !== ''} />
              ))}
            </ul>
          </nav>
        )}
      </Loaded>
      <More list={experiments} label="More experiments" />
      <DeletedExperiments chosen={chosen} choose={choose} />
    </Card>
  );
}

/** Experiments that are deleted, until they are restored or removed for good. */
function DeletedExperiments({ chosen, choose }: Props) {
  const deleted = useList('/api/v1/experiments', { lifecycle: 'deleted', limit: 200 });
  if (!deleted.data || deleted.data.length === 0) return null;
  return (
    <details className="tree">
      <summary>Deleted</summary>
      <ul>
        {deleted.data.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              className="tree-item"
              aria-pressed={chosen.experiment === id}
              title={name}
              onClick={() => choose({ experiment: id, deleted: true })}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      <More list={deleted} label="More deleted experiments" />
    </details>
  );
}

interface BranchProps extends Props {
  folder: Folder;
  isSought: boolean;
}

function Branch({ folder, chosen, choose, isSought }: BranchProps) {
  const { title, path, experiment, folders } = folder;
  const isAround = chosen.folder?.startsWith(path) || folder.ids.includes(chosen.experiment ?? '');
  const [opened, setOpened] = useState<boolean>();
  const isOpen = opened ?? (isSought || isAround || folders.length <= 6);
  const pressed = experiment ? chosen.experiment === experiment.id : chosen.folder === path;
  return (
    <li>
      <span className="tree-line">
        {folders.length > 0 && (
          <button
            type="button"
            className="tree-fold"
            aria-expanded={isOpen}
            aria-label={`Folder ${path}`}
            onClick={() => setOpened(!isOpen)}
          >
            {isOpen ? '▾' : '▸'}
          </button>
        )}
        <button
          type="button"
          className="tree-item"
          aria-pressed={pressed}
          title={path}
          onClick={() => choose(experiment ? { experiment: experiment.id } : { folder: path })}
        >
          {title}
          {folders.length > 0 && <span className="quiet"> {folder.ids.length}</span>}
        </button>
      </span>
      {isOpen && folders.length > 0 && (
        <ul>
          {folders.map((one) => (
            <Branch key={one.path} folder={one} chosen={chosen} choose={choose} isSought={isSought} />
          ))}
        </ul>
      )}
    </li>
  );
}
