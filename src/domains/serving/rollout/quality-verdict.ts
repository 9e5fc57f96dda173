import { rejects } from './e-process.ts';
import type { RolloutRules } from './judge-rules.ts';
import type { Finding } from './judgement-schema.ts';
import type { QualityState } from './quality-fold.ts';

/**
 * Quality by late labels with tests that stay valid at every look: per-row loss (Brier for classes, clipped squared error for
 * numbers), wrong classes, and for two classes ranking (does a positive score above a negative).
 */
export function judgeQuality(state: QualityState, rules: RolloutRules): Finding[] {
  const findings = [judgeLoss(state, rules)];
  if (state.matches === 0 || state.kind === 'numbers') return findings;
  findings.push(judgeWrong(state, rules));
  if (state.kind === 'two-classes') findings.push(judgeRanking(state, rules));
  return findings;
}

function judgeLoss(state: QualityState, rules: RolloutRules): Finding {
  const { matches, worse, notWorse } = state;
  const { alpha, qualityMargin } = rules;
  const enough = matches >= rules.minSamples;
  const failed = enough && rejects(worse, alpha);
  const verdict = failed ? 'fail' : enough && rejects(notWorse, alpha) ? 'pass' : 'inconclusive';
  const [mine, theirs] = [over(state.candidateLoss, matches), over(state.championLoss, matches)];
  return {
    rule: 'quality',
    verdict,
    message: `Mean loss ${shown(mine)} against ${shown(theirs)} on ${matches} labelled pairs.`,
    numbers: {
      candidateLoss: mine,
      championLoss: theirs,
      margin: qualityMargin,
      n: matches,
      logE: worse.logE,
      maxLogE: worse.maxLogE,
      passLogE: notWorse.maxLogE,
      alpha,
    },
  };
}

function judgeWrong(state: QualityState, rules: RolloutRules): Finding {
  const { matches, wrong } = state;
  const few = matches < rules.minSamples;
  const [mine, theirs] = [over(state.candidateWrong, matches), over(state.championWrong, matches)];
  const percent = (share: number | null) => `${((share ?? 0) * 100).toFixed(1)} %`;
  return {
    rule: 'accuracy',
    verdict: few ? 'inconclusive' : rejects(wrong, rules.alpha) ? 'fail' : 'pass',
    message: `${percent(mine)} wrong classes against ${percent(theirs)} on ${matches} labelled pairs.`,
    numbers: {
      candidateWrong: mine,
      championWrong: theirs,
      margin: rules.qualityMargin,
      n: matches,
      logE: wrong.logE,
      maxLogE: wrong.maxLogE,
      alpha: rules.alpha,
    },
  };
}

function judgeRanking({ ranks, ranking }: QualityState, rules: RolloutRules): Finding {
  const { n } = ranking;
  const [mine, theirs] = [over(ranks.candidate.sum, ranks.candidate.n), over(ranks.champion.sum, ranks.champion.n)];
  const few = n * 2 < rules.minSamples;
  return {
    rule: 'ranking',
    verdict: few ? 'inconclusive' : rejects(ranking, rules.alpha) ? 'fail' : 'pass',
    message: `Ranks ${shown(mine)} of ${n} pairs of unlike labels rightly, the champion ${shown(theirs)}.`,
    numbers: {
      candidateAuc: mine,
      championAuc: theirs,
      n,
      logE: ranking.logE,
      maxLogE: ranking.maxLogE,
      alpha: rules.alpha,
    },
  };
}

function over(sum: number, n: number): number | null {
  return n === 0 ? null : sum / n;
}

function shown(value: number | null): string {
  return value?.toFixed(4) ?? 'unknown';
}
