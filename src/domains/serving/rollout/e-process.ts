/** How far evidence has gone against a null hypothesis: `logE` now, and the most it has been (Ville: reject at ln(1/alpha)). */
export interface Evidence {
  n: number;
  logE: number;
  maxLogE: number;
}

/** Whether the evidence rejects its null hypothesis at level `alpha`, however often it was looked at (Ville's inequality). */
export function rejects(evidence: Evidence, alpha: number): boolean {
  return evidence.maxLogE >= -Math.log(alpha);
}

/** One bad event: whose it was, and the chance it had of being the candidate's if the arms are alike. */
export interface BadEvent {
  candidate: boolean;
  share: number;
}

/**
 * Conditional-binomial e-process: given that something went wrong in either arm, the candidate's share of it is at most its
 * share of traffic. Bets by the running odds ratio of what came before (a plug-in mixture), one-sided. After Lindon & Malek,
 * "Anytime-valid inference for multinomial count data" (arXiv 2011.03567, NeurIPS 2022).
 */
export function compareBadEvents(events: Iterable<BadEvent>): Evidence {
  const evidence: Evidence = { n: 0, logE: 0, maxLogE: 0 };
  const half = 0.5;
  let mine = half;
  let theirs = half;
  let expectedMine = half;
  let expectedTheirs = half;
  for (const { candidate, share } of events) {
    if (share <= 0 || share >= 1) continue;
    const odds = Math.max(1, (mine * expectedTheirs) / (theirs * expectedMine));
    const bet = (share * odds) / (share * odds + 1 - share);
    add(evidence, candidate ? bet / share : (1 - bet) / (1 - share));
    if (candidate) mine++;
    else theirs++;
    expectedMine += share;
    expectedTheirs += 1 - share;
  }
  return evidence;
}

/**
 * One-sided e-process for the null "the chance of an outcome is at most `limit`" (0 < limit < 1), betting the running
 * Krichevsky–Trofimov estimate wherever that is above the limit.
 */
export function exceedsRate(outcomes: Iterable<boolean>, limit: number): Evidence {
  const evidence: Evidence = { n: 0, logE: 0, maxLogE: 0 };
  let hits = 0;
  for (const hit of outcomes) {
    const bet = Math.max(limit, (hits + 0.5) / (evidence.n + 1));
    add(evidence, hit ? bet / limit : (1 - bet) / (1 - limit));
    if (hit) hits++;
  }
  return evidence;
}

const boldness = 0.75;

/**
 * Betting e-process for the null "the mean of `values` is at most `limit`", values in [-1, 1], -1 < limit < 1, with the
 * aGRAPA bet of Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting" (JRSS-B 2024, §B.3),
 * which uses only values before the current one.
 */
export function exceedsMean(values: Iterable<number>, limit: number): Evidence {
  const evidence: Evidence = { n: 0, logE: 0, maxLogE: 0 };
  const most = boldness / (1 + limit);
  let sum = 0;
  let squares = 0.25;
  for (const value of values) {
    const mean = sum / (evidence.n + 1);
    const variance = Math.max(1e-6, squares / (evidence.n + 1) - mean * mean);
    const gain = mean - limit;
    const bet = Math.min(most, Math.max(0, gain / (variance + gain * gain)));
    add(evidence, 1 + bet * (value - limit));
    sum += value;
    squares += value * value;
  }
  return evidence;
}

function add(evidence: Evidence, factor: number) {
  evidence.n++;
  evidence.logE += Math.log(factor);
  evidence.maxLogE = Math.max(evidence.maxLogE, evidence.logE);
}
