import type { OutputOf } from '@tidemill/sdk';
import { colour, count, table } from './output.ts';

type Replay = OutputOf<'/api/v1/prediction-replays/{id}', 'get'>;

/** A replay and how the answers compare, for people. */
export function showReplay({ id, endpoint, state, request, report, error }: Replay): string {
  const title = `${colour.bold(endpoint)} replayed with version ${request.version}: ${state}`;
  if (!report) return `${title}${error ? `. ${error.message}` : ''}\n  ${id}`;
  const { rows, skipped, agreement, outputs, score, quality, latency, dataset } = report;
  const share = (value: number) => `${(value * 100).toFixed(1)} %`;
  return [
    title,
    `  rows       ${count(rows)}${skipped > 0 ? `, ${count(skipped)} could not be answered` : ''}`,
    ...(agreement === null ? [] : [`  agreement  ${share(agreement)}`]),
    ...(score
      ? [
          `  score      mean ${score.meanBefore.toFixed(4)} → ${score.meanAfter.toFixed(4)}, PSI ${score.psi.toFixed(4)}`,
        ]
      : []),
    ...(quality
      ? [
          `  quality    ${quality.measure} ${quality.before.toFixed(4)} → ${quality.after.toFixed(4)} on ${count(quality.labelled)} labelled rows, p ${quality.pValue.toPrecision(3)}`,
        ]
      : []),
    `  latency    ${latency.loggedMeanMs.toFixed(3)} ms a logged request, ${latency.rowMs.toFixed(4)} ms a row now`,
    ...(dataset ? [`  written    ${dataset.name}@${dataset.version}`] : []),
    table(outputs, [
      { title: 'output', show: (one) => one.name },
      { title: 'mean |Δ|', align: 'right', show: (one) => one.meanAbsDelta.toPrecision(4) },
      { title: 'largest |Δ|', align: 'right', show: (one) => one.maxAbsDelta.toPrecision(4) },
    ]),
  ].join('\n');
}
