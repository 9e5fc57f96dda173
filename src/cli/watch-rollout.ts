import type { Client } from '@tidemill/sdk';
import { count } from './output.ts';
import { findingText, type Rollout, stepText } from './show-rollout.ts';

const everyMs = 500;
/** A server that is started anew shall not end a watch. */
const mostFailures = 120;

/** Tells each step and each change of a verdict until the rollout ends. */
export async function watchRollout(client: Client, started: Rollout, aloud: boolean): Promise<Rollout> {
  const say = (line: string) => aloud && process.stdout.write(`${line}\n`);
  const complain = (line: string) => process.stderr.write(`${line}\n`);
  const verdicts = new Map<string, string>();
  let told = '';
  let failures = 0;
  for (;;) {
    const rollout = await client.get('/api/v1/rollouts/{id}', { id: started.id }).catch((error: unknown) => {
      failures++;
      const { status } = error as { status?: number };
      // What the server refuses it will refuse again; only its absence passes.
      const isRefused = status !== undefined && status >= 400 && status < 500 && status !== 429;
      if (isRefused || failures > mostFailures) throw error;
      if (failures === 4)
        complain('The server does not answer; waiting for it. Ctrl-C ends the watching, not the rollout.');
      return undefined;
    });
    if (rollout) {
      failures = 0;
      const line = stepText(rollout);
      // What ended it is said before that it ended.
      if (rollout.endedAt) tellVerdicts(rollout, verdicts, say);
      if (line !== told) say(line);
      told = line;
      if (rollout.endedAt) return rollout;
      tellVerdicts(rollout, verdicts, say);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function tellVerdicts({ judgement }: Rollout, told: Map<string, string>, say: (line: string) => void): void {
  if (!judgement) return;
  const rows = `after ${count(judgement.candidateRows)} rows`;
  for (const finding of judgement.findings) {
    const before = told.get(finding.rule) ?? 'inconclusive';
    told.set(finding.rule, finding.verdict);
    if (before !== finding.verdict) say(`  ${findingText(finding)} (${rows})`);
  }
}
