import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api.ts';
import { Digest } from '../../components/facts.tsx';
import { formatBytes, formatCell } from '../../components/format.ts';

type Artifact = Schemas['ArtifactRef'];

/** Artifacts by name: links to data and models, values as they are, files to download. */
export function Artifacts({ of, download }: { of: Record<string, Artifact>; download?: string }) {
  return (
    <ul className="plain">
      {Object.entries(of).map(([name, artifact]) => (
        <li key={name}>
          <strong>{name}</strong> <span className="quiet">{artifact.kind.replace('-', ' ')}</span>{' '}
          <Shown artifact={artifact} href={download && `${download}/${encodeURIComponent(name)}`} />
        </li>
      ))}
    </ul>
  );
}

function Shown({ artifact, href }: { artifact: Artifact; href?: string | undefined }) {
  const { kind, name, digest, id, value, bytes } = artifact;
  if (kind === 'dataset-version' && name) {
    const dataset = name.split('@')[0]!;
    return (
      <Link to="/data/$name" params={{ name: dataset }}>
        {name}
      </Link>
    );
  }
  if (kind === 'model-version' && name) {
    const model = name.split(/[/@]/)[0]!;
    return (
      <Link to="/models/$name" params={{ name: model }}>
        {name}
      </Link>
    );
  }
  if (kind === 'value') return <code>{formatCell(value)}</code>;
  const text = (
    <>
      {name ?? 'file'} {bytes === undefined ? '' : formatBytes(bytes)}
    </>
  );
  return href ? <a href={href}>{text}</a> : <Digest of={digest ?? id} />;
}
