import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { colour, count, print, when } from '../output.ts';
import { withServer } from './project.ts';

type Explanation = OutputOf<'/api/v1/predictions/{id}/why', 'get'>;

/** Adds `why`. */
export function addWhyCommand(program: Command): void {
  withServer(program.command('why'))
    .description('follow one prediction back to model, run, code, data, approvals and drift')
    .argument('<prediction-id>', 'the `predictionId` of an answer')
    .action(async (id: string, options: CommonOptions) => {
      print(await clientOf(options).get('/api/v1/predictions/{id}/why', { id }), options, showExplanation);
    });
}

/** An explanation as a person reads it: from the answer back to the data. */
export function showExplanation(why: Explanation): string {
  return [
    ...showPrediction(why),
    ...showModel(why),
    ...showDecisions(why),
    ...showTraining(why),
    ...showData(why),
    ...showDrift(why),
  ].join('\n');
}

const heading = (text: string) => `\n${colour.bold(text)}`;
const yes = (passed: boolean) => (passed ? colour.green('passed') : colour.red('failed'));
const pairs = (record: Record<string, unknown>) =>
  Object.entries(record)
    .map(([key, value]) => `${key}=${typeof value === 'number' ? Number(value.toPrecision(5)) : String(value)}`)
    .join('  ');

function showPrediction({ prediction }: Explanation): string[] {
  const known = prediction.label === undefined ? 'not known yet' : String(prediction.label);
  return [
    colour.bold(`Prediction ${prediction.id}`),
    `  ${when(prediction.at)}  endpoint ${prediction.endpoint}, variant ${prediction.variant}, ${prediction.latencyMs.toFixed(2)} ms`,
    `  asked    ${pairs(prediction.features)}`,
    `  answered ${pairs(prediction.outputs)}`,
    `  truth    ${known}`,
  ];
}

function showModel({ model, rollout }: Explanation): string[] {
  const moves = model.aliasHistory.map(
    (move) => `  ${when(move.at)}  became ${move.alias} (${move.by}${move.reason ? `: ${move.reason}` : ''})`,
  );
  const brought = rollout
    ? [`  brought in by rollout ${rollout.id} (${rollout.state}) started by ${rollout.startedBy}`]
    : [];
  return [
    heading(`Model ${model.name} version ${model.version}`),
    `  registered ${when(model.registeredAt)} by ${model.registeredBy}, sha256 ${model.digest.slice(0, 16)}…`,
    ...moves,
    ...brought,
  ];
}

function showDecisions({ verdicts, approvals }: Explanation): string[] {
  const rules = (verdict: Explanation['verdicts'][number]) =>
    verdict.rules.map(
      (rule) => `    ${yes(rule.passed)} ${rule.gate}/${rule.rule}${rule.detail ? `: ${rule.detail}` : ''}`,
    );
  return [
    heading('Gates and approvals'),
    ...verdicts.flatMap((verdict) => [
      `  ${when(verdict.at)}  ${verdict.target}: ${verdict.outcome}`,
      ...rules(verdict),
    ]),
    ...approvals.flatMap((approval) => [
      `  approval for ${approval.target} asked by ${approval.requestedBy}: ${approval.status}`,
      ...approval.votes.map(
        (vote) => `    ${when(vote.at)}  ${vote.decision} by ${vote.name}${vote.reason ? `: ${vote.reason}` : ''}`,
      ),
    ]),
    ...(verdicts.length + approvals.length === 0 ? ['  none'] : []),
  ];
}

function showTraining({ run, project }: Explanation): string[] {
  if (!run) return [heading('Training run'), '  not recorded'];
  const dirty = (isDirty: boolean) => (isDirty ? ' with uncommitted changes' : '');
  const trainer = run.commit ? `${run.commit.slice(0, 12)}${dirty(run.dirty)}` : 'not recorded';
  const commit = project?.commit
    ? `commit ${project.commit.slice(0, 12)}${dirty(project.commit.endsWith('+'))}`
    : 'outside git';
  const from = project ? [`  project ${project.name} revision ${project.revision}, ${commit}`] : [];
  return [
    heading(`Training run ${run.id}`),
    `  ${when(run.startedAt)}  ${run.name}`,
    `  metrics ${pairs(run.metrics)}`,
    `  params  ${pairs(run.params)}`,
    `  trainer ${trainer}`,
    ...from,
  ];
}

function showData({ datasets }: Explanation): string[] {
  return [
    heading('Data'),
    ...datasets.flatMap((dataset) => {
      const from = dataset.depth > 0 ? `${'  '.repeat(dataset.depth)}made from ` : '';
      if (dataset.missing) return [`  ${from}${dataset.name}: this version has been deleted since`];
      const passed = dataset.checks.filter((check) => check.passed).length;
      const checked = dataset.checks.length > 0 ? `, ${passed} of ${dataset.checks.length} checks passed` : '';
      const quarantine = dataset.quarantinedRows ? `, ${count(dataset.quarantinedRows)} more in quarantine` : '';
      const broken = dataset.checks.filter((check) => !check.passed);
      return [
        `  ${from}${dataset.name} version ${dataset.version}: ${count(dataset.rows ?? 0)} rows${quarantine}${checked}`,
        ...broken.map(
          (check) =>
            `    ${'  '.repeat(dataset.depth)}${check.severity} ${check.rule}: ${count(check.failedRows)} rows`,
        ),
      ];
    }),
    ...(datasets.length === 0 ? ['  not recorded'] : []),
  ];
}

function showDrift({ drift, alerts }: Explanation): string[] {
  return [
    heading('What the monitors said then'),
    ...drift.map((run) => {
      const worst = run.worst
        .slice(0, 3)
        .map((one) => `${one.series} ${one.method} ${one.value?.toPrecision(3) ?? '–'}`);
      return `  ${run.monitor} (${when(run.windowFrom)} – ${when(run.windowTo)}): ${run.status}  ${colour.dim(worst.join(', '))}`;
    }),
    ...alerts.map((alert) => `  alert open since ${when(alert.openedAt)}: ${alert.summary}`),
    ...(drift.length + alerts.length === 0 ? ['  nothing: no window had closed yet'] : []),
  ];
}
