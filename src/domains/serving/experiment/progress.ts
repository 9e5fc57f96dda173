import type { Look } from './report-schema.ts';

/** What an experiment remembers from look to look: the most evidence there has been, and the looks themselves. */
export interface Progress {
  looks: number;
  /** ln of the greatest e-value of each arm against "as good as the control". */
  evidence: Record<string, number>;
  /** ln of the greatest e-value against the shares that should have been dealt. */
  mismatch: number;
  /** Guards that have tripped, by metric and arm, with what was said then. */
  tripped: Record<string, string>;
  series: Look[];
  /** Every how many looks one is kept. */
  seriesEvery: number;
  /** When a bandit's shares were last set, ms UTC. */
  dealtAt: number;
}

/** Nothing looked at yet. */
export function noProgress(): Progress {
  return { looks: 0, evidence: {}, mismatch: 0, tripped: {}, series: [], seriesEvery: 1, dealtAt: 0 };
}

const mostLooks = 200;

/** Keeps a look where it is its turn; when there are too many, every second goes and half as many come. */
export function keepLook(progress: Progress, look: Look): Progress {
  const turn = progress.looks % progress.seriesEvery === 0;
  const series = turn ? [...progress.series, look] : progress.series;
  const looks = progress.looks + 1;
  if (series.length <= mostLooks) return { ...progress, looks, series };
  return { ...progress, looks, series: series.filter((_, at) => at % 2 === 0), seriesEvery: progress.seriesEvery * 2 };
}
