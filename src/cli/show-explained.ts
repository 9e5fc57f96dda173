import { colour } from './output.ts';
import type { Answer } from './predict-rows.ts';

type Prediction = Answer['predictions'][number];

const shown = 5;

/** What gave most to a prediction, in one line. */
export function explanationText({ explanation }: Pick<Prediction, 'explanation'>): string {
  if (!explanation) return '';
  const { base, value, contributions } = explanation;
  const largest = Object.entries(contributions).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const parts = largest.slice(0, shown).map(([name, part]) => `${name} ${signed(part)}`);
  const rest = largest.slice(shown).reduce((sum, [, part]) => sum + part, 0);
  if (largest.length > shown) parts.push(`${largest.length - shown} more ${signed(rest)}`);
  const of = explanation.class === undefined ? '' : `${explanation.class}: `;
  return `${of}${number(value)} = ${number(base)} ${parts.join(' ')}`;
}

/** How the explanations were made. */
export function explainedText({ explained }: Pick<Answer, 'explained'>): string {
  if (!explained) return '';
  const { method, isExact, space, covers, background, backgroundRows, samples, samplesAsked, note } = explained;
  const parts = [
    isExact ? `exact (${method})` : `estimated of ${samples} samples (${method})`,
    ...(samplesAsked === undefined ? [] : [`the deadline did not allow ${samplesAsked}`]),
    space === 'margin' ? 'of the sum before the link' : 'of the answer itself',
    ...(background === undefined ? [] : [`against ${backgroundRows} rows of ${background}`]),
    ...(covers === 'even' ? ['with each side of a split alike: nothing says how rows part'] : []),
  ];
  return colour.dim(`Explanations are ${parts.join(', ')}.${note ? ` ${note}` : ''}`);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
