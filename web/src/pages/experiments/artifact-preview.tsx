import { useQuery } from '@tanstack/react-query';
import { client, type Schemas } from '../../api.ts';
import { Json } from '../../components/facts.tsx';
import { formatBytes } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { type ArtifactKind, kindOf, readCsv, type SmallTable, tableIn } from './artifact-kinds.ts';

type Artifact = Schemas['Artifact'];

const mostBytes = 512 * 1024;
const mostRows = 200;

/** The address of a file of a run: to download, or as a page may show it. */
export function artifactAddress(runId: string, path: string, how: 'artifacts' | 'artifact-preview'): string {
  return `/api/v1/runs/${runId}/${how}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** One file, shown as what its name says it is. HTML stands in a frame of its own origin that runs no script. */
export function Preview({ runId, artifact }: { runId: string; artifact: Artifact }) {
  const { path, bytes } = artifact;
  const kind = kindOf(path);
  return (
    <section className="preview" aria-label={path}>
      <p className="preview-head">
        <strong>{path}</strong> <span className="quiet">{formatBytes(bytes)}</span>{' '}
        <a href={artifactAddress(runId, path, 'artifacts')} download>
          Download
        </a>
      </p>
      <Content runId={runId} path={path} kind={kind} />
    </section>
  );
}

interface ContentProps {
  runId: string;
  path: string;
  kind: ArtifactKind;
}

function Content({ runId, path, kind }: ContentProps) {
  if (kind === 'none') return <p className="empty">This kind of file is not shown here.</p>;
  const address = artifactAddress(runId, path, 'artifact-preview');
  if (kind === 'image') return <img src={address} alt={path} />;
  if (kind === 'html') return <iframe src={address} sandbox="" title={path} referrerPolicy="no-referrer" />;
  return <TextContent runId={runId} path={path} kind={kind} />;
}

function TextContent({ runId, path, kind }: ContentProps) {
  const address = artifactAddress(runId, path, 'artifacts');
  const head = useQuery({ queryKey: ['artifact', address], queryFn: () => readHead(address), staleTime: 30_000 });
  return (
    <Loaded query={head}>{({ text, whole }) => <Shown text={text} whole={whole} kind={kind} path={path} />}</Loaded>
  );
}

/** Reads the first half megabyte of a file and lets go of the rest. */
async function readHead(address: string): Promise<{ text: string; whole: boolean }> {
  const { body } = await client.open(address);
  const reader = body!.getReader();
  const decoder = new TextDecoder();
  let [text, read] = ['', 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    text += decoder.decode(value, { stream: true });
    read += value.length;
    if (read < mostBytes) continue;
    await reader.cancel();
    return { text, whole: false };
  }
}

interface ShownProps {
  text: string;
  whole: boolean;
  kind: ArtifactKind;
  path: string;
}

function Shown({ text, whole, kind, path }: ShownProps) {
  if (kind === 'csv') {
    const delimiter = path.toLowerCase().endsWith('.tsv') ? '\t' : ',';
    return <Tabular table={readCsv(text, { most: mostRows, whole, delimiter })} label={path} />;
  }
  const json = kind === 'json' && whole ? parsed(text) : undefined;
  const table = json === undefined ? undefined : tableIn(json, mostRows);
  if (table) return <Tabular table={table} label={path} />;
  if (json !== undefined) return <Json value={json} label={path} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="json" aria-label={path} tabIndex={0}>
        {text}
      </section>
      {!whole && <p className="quiet">Only the beginning is shown; download it to see the rest.</p>}
    </>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function Tabular({ table: { columns, rows, more }, label }: { table: SmallTable; label: string }) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="table small-table" aria-label={label} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map((column, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file may have the same name
                <th key={i} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have nothing else
              <tr key={i}>
                {row.map((cell, j) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells of a file have nothing else
                  <td key={j}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more && <p className="quiet">The first {rows.length} rows are shown.</p>}
    </>
  );
}
