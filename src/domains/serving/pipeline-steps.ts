import { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { nameSchema } from '../../kernel/names.ts';
import type { Registry } from '../registry/index.ts';
import { type Rollout, rolloutDefaultsSchema } from './rollout/rollout-schema.ts';
import type { Serving } from './service.ts';

/** What a pipeline calls these steps with. */
interface StepCall<P> {
  params: P;
  inputs: Record<string, { kind: string; id: string }>;
  actor: Actor;
  runId: string;
  stepName: string;
  signal: AbortSignal;
  log(line: string): void;
}

const time = z.iso.datetime({ offset: true }).optional();
const labelledParams = z.strictObject({
  endpoint: nameSchema,
  from: time.describe('Event time of the oldest prediction, included.'),
  to: time.describe('Event time behind the newest prediction.'),
  dataset: nameSchema,
  columns: z.array(z.string()).min(1).optional().describe('Feature columns; all unless said.'),
  labelColumn: z.string().min(1).default('label'),
  timeColumn: z.string().min(1).optional().describe('Adds the event time of the prediction under this name.'),
  idColumn: z.string().min(1).optional().describe('Adds the prediction id under this name.'),
});

/** The builtin step `labelled-predictions`: logged predictions joined with their labels, as a version of a dataset. */
export function labelledPredictionsStep(serving: Pick<Serving, 'exportLabelled'>) {
  return {
    name: 'labelled-predictions',
    params: labelledParams,
    async run(call: StepCall<z.output<typeof labelledParams>>) {
      const { from, to, ...rest } = call.params;
      const made = await serving.exportLabelled(call.actor, {
        ...rest,
        from: from === undefined ? undefined : Date.parse(from),
        to: to === undefined ? undefined : Date.parse(to),
        producer: { runId: call.runId, stepName: call.stepName },
        signal: call.signal,
      });
      call.log(`${made.rows} labelled predictions became version ${made.version} of ${made.dataset}.`);
      const { versionId: id, digest, dataset: name } = made;
      return {
        outputs: { dataset: { kind: 'dataset-version' as const, id, digest, name } },
        metrics: { rows: made.rows },
      };
    },
  };
}

const rolloutParams = z.strictObject({
  endpoint: nameSchema,
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('The candidate; the version given as input `model` unless said.'),
  plan: rolloutDefaultsSchema.optional().describe("The endpoint's own plan unless said."),
  reason: z.string().min(1).max(2000).optional().describe('Why; kept with the rollout.'),
  force: z.boolean().default(false).describe('Although the version was rolled back lately; needs a reason.'),
  wait: z.boolean().default(true).describe('Whether the step lasts until the rollout has ended.'),
  failOnRollback: z.boolean().default(false).describe('Whether a rollback fails the step.'),
});

/** The builtin step `rollout`: lets a version take over an endpoint through a judged rollout. */
export function rolloutStep(
  serving: Pick<Serving, 'startRollout' | 'rollout' | 'rollouts' | 'endpoint'>,
  registry: Pick<Registry, 'versions'>,
) {
  return {
    name: 'rollout',
    params: rolloutParams,
    async run(call: StepCall<z.output<typeof rolloutParams>>) {
      const { endpoint, plan, reason, force, wait, failOnRollback } = call.params;
      const version = call.params.version ?? (await versionOfInput(registry, call.inputs));
      let rollout = await adopt(serving, endpoint, version);
      if (!rollout) {
        const { variants } = await serving.endpoint(endpoint);
        if (variants[0]?.version === version) return { outputs: told({ state: 'promoted', version }) };
        rollout = await serving.startRollout(call.actor, endpoint, {
          ...{ version, force },
          ...(plan && { plan }),
          ...(reason !== undefined && { reason }),
        });
      }
      call.log(`Rollout ${rollout.id}: version ${version} at ${endpoint}.`);
      if (wait) rollout = await follow(serving, rollout, call);
      if (failOnRollback && (rollout.state === 'rolled-back' || rollout.state === 'aborted')) {
        fail('conflict', `Rollout ${rollout.id} was ${rollout.state}: ${rollout.reason}`, { value: rollout.id });
      }
      return { outputs: told({ state: rollout.state, version, rolloutId: rollout.id, reason: rollout.reason }) };
    },
  };
}

async function versionOfInput(
  registry: Pick<Registry, 'versions'>,
  inputs: StepCall<unknown>['inputs'],
): Promise<number> {
  const input = Object.values(inputs).find((one) => one.kind === 'model-version');
  if (input) return (await registry.versions.byId(input.id)).number;
  const cure = "Give the parameter 'version' or a model version as input.";
  return fail('invalid_input', `The rollout step does not know its candidate. ${cure}`, { field: 'version', cure });
}

/** The rollout of that version that is under way: the one this step began before the server stopped. */
async function adopt(
  serving: Pick<Serving, 'rollouts'>,
  endpoint: string,
  version: number,
): Promise<Rollout | undefined> {
  const { items } = await serving.rollouts({ endpoint, limit: 1 });
  return items.find((rollout) => rollout.candidate === version && rollout.endedAt === undefined);
}

async function follow(serving: Pick<Serving, 'rollout'>, started: Rollout, call: StepCall<unknown>): Promise<Rollout> {
  let rollout = started;
  let step = -1;
  let waiting: string | undefined;
  while (!call.signal.aborted) {
    if (rollout.step !== step) call.log(`Step ${rollout.step + 1} of ${rollout.steps.length}.`);
    step = rollout.step;
    const waitsFor = rollout.waitingFor?.reason;
    if (waitsFor !== undefined && waitsFor !== waiting) call.log(`It waits for a person: ${waitsFor}`);
    waiting = waitsFor;
    if (rollout.endedAt !== undefined) {
      call.log(`${rollout.state}: ${rollout.reason ?? ''}`);
      return rollout;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
    rollout = await serving.rollout(rollout.id);
  }
  throw call.signal.reason;
}

function told(value: Record<string, unknown>) {
  return { rollout: { kind: 'value' as const, id: String(value['rolloutId'] ?? value['version']), value } };
}
