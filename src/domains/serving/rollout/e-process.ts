/** How far evidence has gone against a null hypothesis: `logE` now, and the most it has been (Ville: reject at ln(1/alpha)). */
export interface Evidence {
  n: number;
  logE: number;
  maxLogE: number;
}

/** No evidence yet. */
export function noEvidence(): Evidence {
  return { n: 0, logE: 0, maxLogE: 0 };
}

/** Whether the evidence rejects its null hypothesis at level `alpha`, however often it was looked at (Ville's inequality). */
export function rejects(evidence: Evidence, alpha: number): boolean {
  return evidence.maxLogE >= -Math.log(alpha);
}

/** An average of e-processes, each for an alternative of its own (Robbins' method of mixtures): `logs` has their logarithms. */
export interface Mixture extends Evidence {
  logs: number[];
}

/** A mixture of `components` e-processes of equal weight. */
export function newMixture(components: number): Mixture {
  return { ...noEvidence(), logs: new Array<number>(components).fill(0) };
}

/** Takes note that the components have moved: the average of e-processes is one again. */
export function settle(mixture: Mixture): void {
  const { logs } = mixture;
  let most = Number.NEGATIVE_INFINITY;
  for (const log of logs) if (log > most) most = log;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  mixture.n++;
  mixture.logE = most + Math.log(sum / logs.length);
  if (mixture.logE > mixture.maxLogE) mixture.maxLogE = mixture.logE;
}

/** One bad event: whose it was, and the chance it had of being the candidate's if the arms are alike. */
export interface BadEvent {
  candidate: boolean;
  share: number;
}

const oddsRatios = [1.2, 1.5, 2, 3, 5, 10, 30, 100];

/** No bad events yet. */
export function noBadEvents(): Mixture {
  return newMixture(oddsRatios.length);
}

/**
 * Conditional-binomial e-process, one event on: given that something went wrong in either arm, the odds that it was the
 * candidate's are at most `ratio` times those of its share of traffic. A mixture over odds ratios above that; because each
 * event brings the share it had, shares may change at any time and common outages hit both arms alike. After Lindon & Malek,
 * "Anytime-valid inference for multinomial count data" (arXiv 2011.03567, NeurIPS 2022), where the mixture is a beta.
 */
export function foldBadEvent(mixture: Mixture, { candidate, share }: BadEvent, ratio = 1): void {
  if (share <= 0 || share >= 1) return;
  const expected = (share * ratio) / (share * ratio + 1 - share);
  for (let k = 0; k < oddsRatios.length; k++) {
    const odds = oddsRatios[k]!;
    mixture.logs[k]! += Math.log((candidate ? odds : 1) / (expected * odds + 1 - expected));
  }
  settle(mixture);
}

/** The same over a list of events. */
export function compareBadEvents(events: Iterable<BadEvent>, ratio = 1): Evidence {
  const mixture = noBadEvents();
  for (const event of events) foldBadEvent(mixture, event, ratio);
  return mixture;
}

/** Evidence on a rate, with the hits among `n` outcomes. */
export interface RateEvidence extends Evidence {
  hits: number;
}

/** No outcomes yet. */
export function noOutcomes(): RateEvidence {
  return { ...noEvidence(), hits: 0 };
}

/**
 * One-sided e-process for the null "the chance of an outcome is at most `limit`" (0 < limit < 1), one outcome on, betting the
 * running Krichevsky–Trofimov estimate wherever that is above the limit.
 */
export function foldOutcome(evidence: RateEvidence, hit: boolean, limit: number): void {
  const bet = Math.max(limit, (evidence.hits + 0.5) / (evidence.n + 1));
  add(evidence, hit ? bet / limit : (1 - bet) / (1 - limit));
  if (hit) evidence.hits++;
}

/** The same over a list of outcomes. */
export function exceedsRate(outcomes: Iterable<boolean>, limit: number): RateEvidence {
  const evidence = noOutcomes();
  for (const hit of outcomes) foldOutcome(evidence, hit, limit);
  return evidence;
}

/** Evidence on a mean, with the sums its bets are made by. */
export interface MeanEvidence extends Evidence {
  sum: number;
  squares: number;
}

/** No values yet. */
export function noValues(): MeanEvidence {
  return { ...noEvidence(), sum: 0, squares: 0 };
}

const boldness = 0.75;
const priorSquares = 0.25;

/**
 * Betting e-process for the null "the mean of the values is at most `limit`", values in [-1, 1], -1 < limit < 1, one value on,
 * with the aGRAPA bet of Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting" (JRSS-B 2024,
 * §B.3), which uses only values before the current one.
 */
export function foldValue(evidence: MeanEvidence, value: number, limit: number): void {
  const mean = evidence.sum / (evidence.n + 1);
  const variance = Math.max(1e-6, (priorSquares + evidence.squares) / (evidence.n + 1) - mean * mean);
  const gain = mean - limit;
  const bet = Math.min(boldness / (1 + limit), Math.max(0, gain / (variance + gain * gain)));
  add(evidence, 1 + bet * (value - limit));
  evidence.sum += value;
  evidence.squares += value * value;
}

/** The same over a list of values. */
export function exceedsMean(values: Iterable<number>, limit: number): MeanEvidence {
  const evidence = noValues();
  for (const value of values) foldValue(evidence, value, limit);
  return evidence;
}

function add(evidence: Evidence, factor: number) {
  evidence.n++;
  evidence.logE += Math.log(factor);
  if (evidence.logE > evidence.maxLogE) evidence.maxLogE = evidence.logE;
}
