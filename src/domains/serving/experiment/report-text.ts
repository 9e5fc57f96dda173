import { intervalText } from './decide.ts';
import type { ArmReport, ExperimentReport } from './report-schema.ts';

/** A report as Markdown for people. */
export function reportText(report: ExperimentReport): string {
  const { endpoint, experimentId, kind, state, at, looks, decision } = report;
  const kinds = { ab: 'A/B test', bandit: 'Bandit', shadow: 'Champion and challengers' };
  const verdict = decision
    ? `**${decision.verdict}**${decision.winner && isOf(decision) ? ` (${plain(decision.winner)})` : ''}: ${plain(decision.reason)}`
    : 'Nothing is decided yet.';
  return [
    `# ${kinds[kind]} at ${plain(endpoint)}`,
    '',
    `Experiment ${experimentId}, ${state}, as of ${at} (${looks} looks).`,
    `Metric: ${metricText(report)}, ${report.direction} is better, alpha ${report.alpha}.`,
    '',
    '## Decision',
    '',
    verdict,
    ...(decision?.promoted ? ['', `The arm '${plain(decision.winner ?? '')}' was given the alias.`] : []),
    '',
    ...armsText(report),
    ...comparisonText(report),
    ...checksText(report),
    ...report.notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

/** Whether the arm that shall answer is what the numbers said, and not whom a person chose against them. */
const isOf = ({ verdict, promoted }: NonNullable<ExperimentReport['decision']>) => verdict === 'winner' || !promoted;

function metricText({ metric }: ExperimentReport): string {
  return metric.kind === 'output' ? `output ${plain(metric.output)}` : metric.kind;
}

/** Text that somebody stored, without what would become markup. */
function plain(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[<>|`*_[\]]/g, (sign) => `\\${sign}`);
}

function number(value: number | null, digits = 4): string {
  return value === null ? '–' : Number(value.toPrecision(digits)).toString();
}

function soon(hours: number | null): string {
  if (hours === null) return 'and nobody asks at present';
  if (hours === 0) return 'which are there';
  const [size, unit] = hours < 1 ? [60, 'minutes'] : hours < 48 ? [1, 'hours'] : [1 / 24, 'days'];
  return `about ${number(Math.max(1, hours * size), 2)} ${unit} from now`;
}

function armsText({ arms, kind }: ExperimentReport): string[] {
  const columns: [string, (arm: ArmReport) => string][] = [
    ['arm', (arm) => plain(arm.name)],
    ['version', (arm) => String(arm.version)],
    ['share %', (arm) => number(arm.share)],
    ['requests', (arm) => String(arm.requests)],
    ['measured', (arm) => String(arm.measured)],
    ['mean', (arm) => `${number(arm.mean)} (${number(arm.low)} to ${number(arm.high)})`],
    ['errors', (arm) => number(arm.errorRate)],
    ['p95 ms', (arm) => number(arm.p95Ms, 3)],
    ...(kind === 'bandit' ? banditColumns : []),
  ];
  return ['## Arms', '', ...tableText(columns, arms), ''];
}

const banditColumns: [string, (arm: ArmReport) => string][] = [
  ['chance to be best', (arm) => number(arm.probabilityBest, 3)],
  ['would earn (IPS)', ({ offPolicy: o }) => `${number(o.ips)} (${number(o.ipsLow)} to ${number(o.ipsHigh)})`],
  ['would earn (SNIPS)', ({ offPolicy: o }) => `${number(o.snips)} (${number(o.snipsLow)} to ${number(o.snipsHigh)})`],
];

function tableText<T>(columns: readonly [string, (row: T) => string][], rows: readonly T[]): string[] {
  return [
    `| ${columns.map(([title]) => title).join(' | ')} |`,
    `|${columns.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${columns.map(([, show]) => show(row)).join(' | ')} |`),
  ];
}

function comparisonText({ comparisons, paired }: ExperimentReport): string[] {
  const lines = comparisons.map((one) => `- ${plain(one.arm)} is **${one.verdict}**: ${intervalText(one)}.`);
  const pairs = paired.map(
    (one) =>
      `- ${plain(one.arm)} agrees on ${number(one.agreement)} of ${one.pairs} pairs, mean |Δ| ${number(one.meanDelta)}, ${one.labelled} with labels.`,
  );
  return ['## Against the control', '', ...lines, ...pairs, ''];
}

function checksText({ guards, sampleRatio, estimate }: ExperimentReport): string[] {
  const ratio = sampleRatio
    ? [`- shares ${sampleRatio.mismatch ? '**do not fit**' : 'fit'}: p ${number(sampleRatio.pValue, 3)} at every look.`]
    : [];
  const time = estimate
    ? [
        `- To find ${number(estimate.effect)}: ${number(estimate.requestsNeeded)} requests, ${soon(estimate.hoursLeft)}.`,
      ]
    : [];
  const held = guards.map((guard) => `- ${guard.verdict}: ${plain(guard.message)}`);
  return ['## Checks', '', ...held, ...ratio, ...time];
}
