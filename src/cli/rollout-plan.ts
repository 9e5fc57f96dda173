import { readFile } from 'node:fs/promises';
import type { OutputOf } from '@tidemill/sdk';
import { UsageError } from './context.ts';

/** The strategies that a rollout may have. */
export const strategies = ['canary', 'linear', 'blue-green', 'all-at-once'] as const;

type Plan = OutputOf<'/api/v1/endpoints/{name}', 'get'>['spec']['rollout'];

/** Reads a plan from a file of YAML or JSON; the server says what is wrong in it. */
export async function readPlan(path: string): Promise<Plan> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The plan ${path} cannot be read: ${error.code ?? error.message}.`);
  });
  // Here, because every command of endpoints would wait for it.
  const { parse } = await import('yaml');
  let plan: unknown;
  try {
    plan = parse(text);
  } catch (error) {
    throw new UsageError(`The plan ${path} is no YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  if (typeof plan !== 'object' || plan === null || Array.isArray(plan)) {
    throw new UsageError(`The plan ${path} must be a map, such as \`strategy: canary\`.`);
  }
  return plan as Plan;
}

/** A plan with what was said beside it; another strategy takes along nothing of the one before. */
export function planWith(
  plan: Plan,
  { strategy, confirm }: { strategy?: Plan['strategy'] | undefined; confirm?: boolean | undefined },
): Plan {
  const { steps, percent, stepPercent, maxPercent, smoke, bake, ...rest } = plan;
  const of = strategy && strategy !== plan.strategy ? rest : { ...rest, percent, stepPercent, maxPercent, smoke, bake };
  return { ...of, ...(strategy ? { strategy } : { steps }), ...(confirm && { confirm }) };
}
