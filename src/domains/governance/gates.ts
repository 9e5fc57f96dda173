import type { Actor } from '../../kernel/actor.ts';
import { notFound } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { nameSchema } from '../../kernel/names.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { PromotionTarget } from '../registry/index.ts';
import type { GovernanceDeps } from './deps.ts';
import { compileExpression } from './expression.ts';
import type { Gates } from './governance.ts';
import { type Gate, GateSpec } from './schema.ts';
import { createGovernanceStore } from './store.ts';

const maxGates = 1000;

/** Makes the verbs of gates. */
export function createGates(deps: GovernanceDeps): Gates {
  const store = createGovernanceStore(deps.database.query);
  return {
    declare: (actor, name, spec) => declareGate(deps, actor, { name, spec }),
    undeclare: (actor, name) => undeclareGate(deps, actor, name),
    declared: async () => (await store.gates({ limit: maxGates })).map(({ name, spec }) => ({ name, spec })),
    get: async (name) => (await store.gate(name)) ?? notFound('gate', name),
    async list({ limit, pageToken }) {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      return toPage(await store.gates({ after, limit: limit + 1 }), limit, (gate) => [gate.name]);
    },
  };
}

async function declareGate(
  { database, ledger, clock }: GovernanceDeps,
  actor: Actor,
  given: { name: string; spec: unknown },
): Promise<Gate> {
  const name = parseAs(nameSchema, given.name);
  const spec = parseAs(GateSpec, given.spec);
  for (const rule of spec.rules) compileExpression(rule.expression);
  const digest = digestOf(spec);
  return database.transaction(async (tx) => {
    await database.lock(tx, 'gates');
    const store = createGovernanceStore(tx);
    const before = await store.gate(name);
    if (before?.digest === digest) return before;
    const now = clock.now();
    const gate: Gate = { name, spec, digest, createdAt: before?.createdAt ?? now, updatedAt: now };
    await store.putGate(gate);
    const subject = { kind: 'gate', id: name, name };
    const type = before ? ('gate.updated' as const) : ('gate.created' as const);
    await ledger.append(tx, { type, actor, subject, data: { spec: { ...spec } } });
    return gate;
  });
}

async function undeclareGate({ database, ledger }: GovernanceDeps, actor: Actor, name: string): Promise<void> {
  await database.transaction(async (tx) => {
    if (!(await createGovernanceStore(tx).deleteGate(name))) notFound('gate', name);
    await ledger.append(tx, { type: 'gate.deleted', actor, subject: { kind: 'gate', id: name, name }, data: {} });
  });
}

/** The gates that guard a promotion. */
export async function gatesFor(
  { database }: GovernanceDeps,
  { model, target }: { model: string; target: PromotionTarget },
): Promise<Gate[]> {
  const gates = await createGovernanceStore(database.query).gates({ limit: maxGates });
  return gates.filter(({ spec }) => {
    const names: readonly string[] = target.kind === 'alias' ? spec.targets.aliases : spec.targets.stages;
    return names.includes(target.name) && matchesGlob(spec.models, model);
  });
}

/** Whether a name fits a pattern in which `*` stands for anything; linear in the name, whatever the pattern. */
export function matchesGlob(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop()!;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
