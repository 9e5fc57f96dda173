import type { Actor } from '../../../kernel/actor.ts';
import type { Verdict } from '../../registry/index.ts';
import type { ServingDeps } from '../deps.ts';

/** Why the registry's gate would not let a version have the alias, and with it all traffic; undefined where it would. */
export async function promotionRefusal(
  { registry }: Pick<ServingDeps, 'registry'>,
  actor: Actor,
  { model, alias, version }: { model: string; alias: string; version: number },
): Promise<string | undefined> {
  const target = { kind: 'alias' as const, name: alias };
  const verdict = await registry.promotions.check(actor, { model, version, target });
  return verdict.outcome === 'passed' || verdict.outcome === 'unguarded' ? undefined : wordsOf(verdict, alias);
}

function wordsOf({ rules, approvals }: Verdict, alias: string): string {
  const failed = rules.filter((rule) => rule.outcome !== 'passed' && rule.severity === 'block');
  const missing = approvals.filter((one) => one.granted < one.required);
  const reasons = [
    ...failed.map((rule) => `${rule.gate}/${rule.rule}: ${rule.message}`),
    ...missing.map((one) => `${one.gate}: ${one.granted} of ${one.required} approvals.`),
  ];
  return `the gates of the alias '${alias}' do not let it pass. ${reasons.join(' ')}`.trim();
}
