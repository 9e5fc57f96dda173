import { useState } from 'react';
import { type Schemas, useList } from '../../api.ts';
import { formatBytes } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { Preview } from './artifact-preview.tsx';

type Artifact = Schemas['Artifact'];

/** The files a run keeps, as a tree of folders that open, and one of them shown beside. */
export function Artifacts({ runId, under = '' }: { runId: string; under?: string }) {
  const [chosen, setChosen] = useState<Artifact>();
  return (
    <div className="artifacts">
      <nav className="tree" aria-label="Artifacts">
        <FolderOf runId={runId} folder={under} chosen={chosen?.path} choose={setChosen} />
        <p className="quiet">
          <a href={`/api/v1/runs/${runId}/artifacts-archive?folder=${encodeURIComponent(under)}`}>Download all (tar)</a>
        </p>
      </nav>
      {chosen ? (
        <Preview key={chosen.path} runId={runId} artifact={chosen} />
      ) : (
        <p className="empty">Choose a file to see it here.</p>
      )}
    </div>
  );
}

interface FolderProps {
  runId: string;
  folder: string;
  chosen: string | undefined;
  choose: (artifact: Artifact) => void;
}

function FolderOf({ runId, folder, chosen, choose }: FolderProps) {
  const list = useList('/api/v1/runs/{id}/artifacts', { id: runId, folder, limit: 200 });
  return (
    <>
      <Loaded query={list} isEmpty={(items) => items.length === 0} empty="No file was logged.">
        {(items) => (
          <ul>
            {items.map((artifact) =>
              artifact.kind === 'folder' ? (
                <OpenableFolder key={artifact.path} artifact={artifact} runId={runId} chosen={chosen} choose={choose} />
              ) : (
                <li key={artifact.path}>
                  <button
                    type="button"
                    className="tree-item"
                    aria-pressed={artifact.path === chosen}
                    onClick={() => choose(artifact)}
                  >
                    {nameOf(artifact)} <span className="quiet">{formatBytes(artifact.bytes)}</span>
                  </button>
                </li>
              ),
            )}
          </ul>
        )}
      </Loaded>
      <More list={list} label="More files" />
    </>
  );
}

const nameOf = ({ path }: Artifact) => path.slice(path.lastIndexOf('/') + 1);

interface OpenableProps extends Omit<FolderProps, 'folder'> {
  artifact: Artifact;
}

function OpenableFolder({ artifact, ...rest }: OpenableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button type="button" className="tree-item" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? '▾' : '▸'} {nameOf(artifact)}/
      </button>
      {isOpen && <FolderOf folder={artifact.path} {...rest} />}
    </li>
  );
}
