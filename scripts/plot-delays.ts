/** One line of a plot: when, in requests of both arms, each rollout was found. */
export interface DelayCurve {
  name: string;
  /** Requests of the longest rollout simulated. */
  most: number;
  /** Requests of the candidate and of both arms, for the rollouts that were found. */
  found: readonly [number, number][];
  runs: number;
}

const width = 640;
const height = 260;
const left = 56;
const bottom = 44;
const top = 30;
const right = 130;
const colours = ['#2563eb', '#d97706', '#059669'];

/** The share of rollouts found by a number of requests, one line a curve, as an SVG that reads on light and dark ground. */
export function plotDelays(title: string, curves: readonly DelayCurve[]): string {
  const longest = Math.max(
    ...curves.flatMap(({ found, most }) => (found.length === 0 ? [most] : found.map(([, all]) => all))),
  );
  const step = niceStep(longest / 5);
  const end = Math.ceil(longest / step) * step;
  const x = (requests: number) => left + (requests / end) * (width - left - right);
  const y = (share: number) => height - bottom - share * (height - top - bottom);
  const parts = [
    `<text x="${left}" y="18" font-weight="600">${title}</text>`,
    ...[0, 0.5, 0.9, 1].map((share) => grid(y(share), `${Math.round(share * 100)} %`)),
    ...Array.from({ length: Math.round(end / step) + 1 }, (_, i) => {
      const at = i * step;
      return `<text x="${x(at).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle">${at.toLocaleString('en')}</text>`;
    }),
    `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">requests of both arms</text>`,
    ...curves.flatMap((curve, i) => lineOf(curve, { x, y, colour: colours[i % colours.length]!, place: i, end })),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#6b7280">
<title>${title}</title>
${parts.join('\n')}
</svg>
`;
}

function grid(at: number, label: string): string {
  const line = `<line x1="${left}" y1="${at.toFixed(1)}" x2="${width - right}" y2="${at.toFixed(1)}" stroke="#9ca3af" stroke-opacity="0.35"/>`;
  return `${line}<text x="${left - 6}" y="${(at + 4).toFixed(1)}" text-anchor="end">${label}</text>`;
}

interface Place {
  x(requests: number): number;
  y(share: number): number;
  colour: string;
  place: number;
  end: number;
}

function lineOf({ name, found, runs }: DelayCurve, { x, y, colour, place, end }: Place): string[] {
  const sorted = found.map(([, all]) => all).sort((a, b) => a - b);
  const points = [`${x(0).toFixed(1)},${y(0).toFixed(1)}`];
  sorted.forEach((at, i) => {
    points.push(`${x(at).toFixed(1)},${y((i + 1) / runs).toFixed(1)}`);
  });
  points.push(`${x(end).toFixed(1)},${y(sorted.length / runs).toFixed(1)}`);
  const label = `<text x="${width - right + 10}" y="${top + 14 + place * 18}" fill="${colour}">${name}</text>`;
  return [`<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`, label];
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough)!;
}
