import { Cron } from 'croner';
import type { Actor } from '../../kernel/actor.ts';
import { fail, messageOf, notFound } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { newId } from '../../kernel/ids.ts';
import { nameSchema } from '../../kernel/names.ts';
import { RolloutSpec } from '../serving/index.ts';
import type { Retrainings } from './faces.ts';
import { readSpec } from './read-spec.ts';
import { drive, type Machine } from './retraining-machine.ts';
import { type Retraining, type RetrainingPolicy, RetrainingSpec } from './retraining-schema.ts';
import {
  createPolicyStore,
  createRetrainingStore,
  type PolicyState,
  type RetrainingState,
} from './retraining-store.ts';
import { triggerByHand, triggerBySchedule } from './retraining-triggers.ts';

/** Retrainings moved on in one turn of the background task. */
const openATurn = 50;

/** The verbs of retraining policies and retrainings. */
export function createRetrainings(parts: Machine): Retrainings {
  const { database } = parts;
  const policies = () => createPolicyStore(database.query);
  const find = async (name: string) => (await policies().byName(name)) ?? notFound('retraining policy', name);
  return {
    declare: (actor, name, spec) => declarePolicy(parts, actor, { name, spec }),
    undeclare: async (actor, name) => undeclarePolicy(parts, actor, await find(name)),
    async declared() {
      return (await policies().all()).map(({ name, spec }) => ({ name, spec }));
    },
    policy: async (name) => toPolicy(await find(name)),
    async policies(page) {
      const found = await policies().list(page);
      return { ...found, items: found.items.map(toPolicy) };
    },
    get: async (id) =>
      toRetraining((await createRetrainingStore(database.query).get(id)) ?? notFound('retraining', id)),
    async list(filter) {
      const found = await createRetrainingStore(database.query).list(filter);
      return { ...found, items: found.items.map(toRetraining) };
    },
    trigger: async (_actor, name) => toRetraining(await triggerByHand(parts, await find(name))),
  };
}

/** Fires schedules that came due and moves every retraining as far as it can go; one that errs does not hold up the others. */
export async function advanceRetrainings(parts: Machine): Promise<void> {
  await triggerBySchedule(parts);
  let failed: unknown;
  for (const retraining of await createRetrainingStore(parts.database.query).open(openATurn)) {
    await drive(parts, retraining).catch((error: unknown) => {
      failed ??= error;
    });
  }
  if (failed) throw failed;
}

function toPolicy({ firedAt: _fired, ...policy }: PolicyState): RetrainingPolicy {
  return policy;
}

function toRetraining({ spec: _spec, ...retraining }: RetrainingState): Retraining {
  return retraining;
}

function readPolicy(name: string, document: unknown): RetrainingSpec {
  const spec = readSpec(RetrainingSpec, document, `retraining policy '${name}'`);
  if (spec.rollout) readSpec(RolloutSpec.shape.plan, spec.rollout, 'rollout');
  if (spec.schedule) {
    try {
      new Cron(spec.schedule.cron, { timezone: spec.schedule.timeZone, paused: true }).nextRun();
    } catch (cause) {
      fail('invalid_input', `The schedule '${spec.schedule.cron}' is not valid: ${messageOf(cause)}.`, {
        field: 'schedule.cron',
        value: spec.schedule.cron,
        cure: 'Write five fields: minute, hour, day of month, month, day of week; and a time zone such as Europe/Berlin.',
      });
    }
  }
  return spec;
}

async function declarePolicy(
  parts: Machine,
  actor: Actor,
  document: { name: string; spec: unknown },
): Promise<RetrainingPolicy> {
  const name = readSpec(nameSchema, document.name, 'name');
  const spec = readPolicy(name, document.spec);
  return parts.database.transaction(async (tx) => {
    await parts.database.lock(tx, `retraining-policy-name:${name}`);
    const store = createPolicyStore(tx);
    const now = parts.clock.now();
    const before = await store.byName(name);
    if (before && digestOf(before.spec) === digestOf(spec)) return toPolicy(before);
    const id = before?.id ?? newId(now);
    const policy = { id, name, spec, createdAt: before?.createdAt ?? now, updatedAt: now };
    await store.save({ ...policy, firedAt: before?.firedAt ?? null });
    await parts.ledger.append(tx, {
      type: before ? 'retraining-policy.updated' : 'retraining-policy.created',
      actor,
      subject: { kind: 'retraining-policy', id, name },
      data: { spec: spec as Record<string, unknown> },
    });
    return policy;
  });
}

/** Retrainings under way go on: they carry the policy as it was. */
async function undeclarePolicy(parts: Machine, actor: Actor, policy: PolicyState): Promise<void> {
  await parts.database.transaction(async (tx) => {
    if (!(await createPolicyStore(tx).delete(policy.id))) return;
    const subject = { kind: 'retraining-policy', id: policy.id, name: policy.name };
    await parts.ledger.append(tx, { type: 'retraining-policy.deleted', actor, subject, data: {} });
  });
}
