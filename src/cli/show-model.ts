import type { OutputOf } from '@tidemill/sdk';
import { colour, table, when } from './output.ts';
import { bytesText } from './progress.ts';

type Version = OutputOf<'/api/v1/models/{model}/versions/{version}', 'get'>;
type Verdict = OutputOf<'/api/v1/models/{model}/versions/{version}/check', 'post'>;
type Approval = OutputOf<'/api/v1/approvals/{id}', 'get'>;

/** A version with what it takes and gives. */
export function showVersion(version: Version): string {
  const { source, signature } = version;
  const tensors = [
    ...signature.inputs.map((one) => ({ way: 'in', ...one })),
    ...signature.outputs.map((one) => ({ way: 'out', ...one })),
  ];
  const data = (source.datasets ?? []).map((one) => one.name).join(', ');
  return [
    colour.bold(`${version.model} version ${version.number}`),
    ...(version.description ? [`  ${version.description}`] : []),
    `  aliases     ${version.aliases.join(', ') || 'none'}`,
    `  stage       ${version.stage}`,
    `  registered  ${when(version.createdAt)} by ${version.createdBy}`,
    `  file        ${version.format}, ${bytesText(version.bytes)}, sha256 ${version.digest}`,
    `  served      ${servedAs(version)}`,
    ...(version.origin ? [`  from        ${version.origin}`] : []),
    ...(source.runId ? [`  run         ${source.runId}`] : []),
    ...(source.pipelineRunId ? [`  pipeline    ${source.pipelineRunId}`] : []),
    ...(data ? [`  data        ${data}`] : []),
    '',
    table(tensors, [
      { title: '', show: (one) => one.way },
      { title: 'name', show: (one) => one.name },
      { title: 'type', show: (one) => one.type },
      { title: 'shape', show: (one) => `[${one.shape.map((size) => size ?? '?').join(', ')}]` },
    ]),
  ].join('\n');
}

function servedAs({ servableDigest, digest, content }: Version): string {
  if (content === 'awaited') return 'no: its files are still to come';
  if (servableDigest === null) return 'no: it holds no ONNX file';
  return servableDigest === digest ? 'yes' : `yes, sha256 ${servableDigest}`;
}

/** What the gates said, rule by rule. */
export function showVerdict({ outcome, rules, approvals }: Verdict): string {
  const lines = rules.map(({ gate, rule, outcome: said, severity, message, reason }) => {
    const mark =
      said === 'passed' ? colour.green('ok  ') : severity === 'warn' ? colour.yellow('warn') : colour.red('no  ');
    const why = [message, said === 'passed' ? null : reason].filter(Boolean).join(' ');
    return `${mark} ${gate}/${rule}${why ? `: ${why}` : ''}`;
  });
  const votes = approvals.map(({ gate, required, granted, reason }) => {
    const mark = granted >= required ? colour.green('ok  ') : colour.red('no  ');
    return `${mark} ${gate}: ${granted} of ${required} approvals${reason ? ` (${reason})` : ''}`;
  });
  const said = outcome === 'unguarded' ? 'No gate guards this.' : `The gates say: ${colour.bold(outcome)}.`;
  return [...lines, ...votes, said].join('\n');
}

/** A request for approval with its votes. */
export function showApproval(approval: Approval): string {
  const { id, model, version, target, gate, status, required, votes } = approval;
  const said = votes.map(
    (vote) => `  ${when(vote.at)}  ${vote.decision} by ${vote.actorName}${vote.reason ? `: ${vote.reason}` : ''}`,
  );
  const head = `${colour.bold(id)}  ${model} version ${version} for ${target.kind} ${target.name}, gate ${gate}: ${status} (${votes.length} of ${required})`;
  return [head, ...said].join('\n');
}
