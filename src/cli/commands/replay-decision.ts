import { readFile } from 'node:fs/promises';
import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { colour, count, print } from '../output.ts';
import { withServer } from './project.ts';

type Replay = OutputOf<'/api/v1/rollout-decisions/{id}/replay', 'post'>;

interface ReplayOptions extends CommonOptions {
  fromLog?: boolean;
  rules?: string;
}

/** Adds `endpoint replay-decision`. */
export function addReplayDecision(endpoint: Command): void {
  withServer(endpoint.command('replay-decision'))
    .description('make a decision of a rollout again; exits 1 unless it comes out the same')
    .argument('<decision>', 'the id of the decision; `endpoint rollout history --json` lists them')
    .option('--from-log', 'fold the prediction log again instead of taking the stored state')
    .option('--rules <file>', 'a JSON file of rules to judge by instead: what they would have said')
    .action(async (id: string, options: ReplayOptions) => {
      const rules = options.rules === undefined ? undefined : await readRules(options.rules);
      const asked = { id, fromLog: options.fromLog ?? false, ...(rules && { rules }) };
      const replay = await clientOf(options).post('/api/v1/rollout-decisions/{id}/replay', asked);
      print(replay, options, showReplay);
      if (!replay.same) process.exitCode = 1;
    });
}

async function readRules(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UsageError(`There is no file '${file}'.`);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new UsageError(`'${file}' is not JSON.`);
  }
}

function showReplay({
  decision,
  same,
  judgement,
  differences,
  fromLog,
  otherRules,
  requests,
  look,
  notes,
}: Replay): string {
  const from = fromLog ? 'the prediction log, read again' : 'its stored state';
  const before = decision.judgement?.verdict;
  const head = otherRules
    ? `With these rules: ${judgement.verdict}; it was ${before}.`
    : same
      ? `The same: ${judgement.verdict}, with the same numbers.`
      : `NOT the same: ${judgement.verdict} now, ${before} then; ${count(differences.length)} numbers differ.`;
  const findings = judgement.findings.map((one) => `  ${one.verdict.padEnd(12)} ${one.rule}: ${one.message}`);
  const shown = differences.slice(0, 20).map((one) => `  ${one.at}: ${one.stored} then, ${one.replayed} now`);
  return [
    `Decision ${colour.bold(decision.id)}: ${decision.decision}, at look ${look}, from ${from} (${count(requests)} requests)`,
    same || otherRules ? head : colour.bold(head),
    ...findings,
    ...(otherRules || same ? [] : ['', 'What differs', ...shown]),
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}
