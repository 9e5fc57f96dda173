import { fail } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { differences } from './difference.ts';
import type { Declared, ResourceKind } from './kind.ts';
import type { PlannedChange, ProjectDocument, ProjectPlan } from './schema.ts';

/** A document whose spec its kind has checked and completed with defaults. */
export interface CheckedDocument {
  kind: ResourceKind;
  name: string;
  spec: object;
}

/** Checks documents against their kinds; a wrong one fails with `invalid_config`, naming where it is written and the field. */
export function checkDocuments(
  kinds: ReadonlyMap<string, ResourceKind>,
  documents: readonly ProjectDocument[],
): CheckedDocument[] {
  const seen = new Map<string, string>();
  return documents.map((document) => {
    const label = `${document.kind} '${document.metadata.name}'`;
    const at = document.source ? `${document.source}: ` : '';
    const kind = kinds.get(document.kind);
    if (!kind) {
      const cure = `Kinds are ${[...kinds.keys()].join(', ')}.`;
      return fail('invalid_config', `${at}There is no kind '${document.kind}'. ${cure}`, {
        field: 'kind',
        value: document.kind,
        cure,
      });
    }
    const key = `${document.kind}/${document.metadata.name}`;
    const twin = seen.get(key);
    if (twin !== undefined)
      fail('invalid_config', `${at}${label} is declared twice${twin && ` (also in ${twin})`}.`, {
        field: 'metadata.name',
      });
    seen.set(key, document.source ?? '');
    const parsed = kind.schema.safeParse(document.spec);
    if (parsed.success) return { kind, name: document.metadata.name, spec: plain(parsed.data) };
    const issue = parsed.error.issues[0]!;
    const field = ['spec', ...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys[0]!] : [])].join('.');
    return fail('invalid_config', `${at}${label}: field '${field}': ${issue.message}.`, { field, document: key });
  });
}

/** Only what JSON keeps, so that what is compared is what is stored. */
function plain(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}

/** What the plan is made from. */
export interface PlanBasis {
  project: string;
  revision: number;
  documents: readonly CheckedDocument[];
  /** What each kind holds now. */
  current: ReadonlyMap<string, readonly Declared[]>;
  /** Which project owns `Kind/name`. */
  owners: ReadonlyMap<string, string>;
  kinds: readonly ResourceKind[];
}

/** Compares what is declared with what is: changes in the order in which they must be made, deletions last and backwards. */
export function makePlan(basis: PlanBasis): ProjectPlan {
  const order = new Map(basis.kinds.map((kind, i) => [kind.kind, i]));
  const wanted = basis.documents.map((document) => changeOf(basis, document));
  wanted.sort((a, b) => order.get(a.kind)! - order.get(b.kind)!);
  const declared = new Set(wanted.map((change) => `${change.kind}/${change.name}`));
  const deleted = basis.kinds.toReversed().flatMap((kind) => deletions(basis, kind.kind, declared));
  const changes = [...wanted, ...deleted];
  const summary = { create: 0, update: 0, delete: 0, none: 0 };
  for (const change of changes) summary[change.action]++;
  const digest = digestOf({
    project: basis.project,
    changes: changes.map(({ effects: _effects, ...change }) => change),
  });
  return { project: basis.project, revision: basis.revision, digest, changes, summary };
}

function currentOf(basis: PlanBasis, kind: string, name: string): object | undefined {
  const spec = basis.current.get(kind)?.find((resource) => resource.name === name)?.spec;
  return spec && plain(spec);
}

function changeOf(basis: PlanBasis, { kind, name, spec }: CheckedDocument): PlannedChange {
  const owner = basis.owners.get(`${kind.kind}/${name}`);
  if (owner !== undefined && owner !== basis.project) {
    fail('conflict', `${kind.kind} '${name}' belongs to the project '${owner}'.`, {
      field: 'metadata.name',
      value: name,
    });
  }
  const before = currentOf(basis, kind.kind, name);
  if (!before) {
    const fields = Object.entries(spec).map(([path, after]) => ({ path, before: null, after: after as unknown }));
    return {
      action: 'create',
      kind: kind.kind,
      name,
      fields,
      effects: [`${kind.kind} '${name}' starts to exist`],
      expected: null,
    };
  }
  const fields = differences(before, spec);
  const action = fields.length > 0 ? 'update' : 'none';
  return { action, kind: kind.kind, name, fields, effects: effectsOf(kind.kind, fields), expected: digestOf(before) };
}

function deletions(basis: PlanBasis, kind: string, declared: ReadonlySet<string>): PlannedChange[] {
  return (basis.current.get(kind) ?? [])
    .filter(({ name }) => basis.owners.get(`${kind}/${name}`) === basis.project && !declared.has(`${kind}/${name}`))
    .map(({ name, spec }) => ({
      action: 'delete' as const,
      kind,
      name,
      fields: [],
      effects: [`${kind} '${name}' stops; what it made (versions, runs, logs) is kept`],
      expected: digestOf(plain(spec)),
    }));
}

/** What a change of fields leads to, in words. */
function effectsOf(kind: string, fields: readonly { path: string }[]): string[] {
  const touches = (part: string) => fields.some(({ path }) => path === part || path.startsWith(`${part}.`));
  const effects: string[] = [];
  if (kind === 'Pipeline') {
    const steps = new Set(
      fields.filter(({ path }) => path.startsWith('steps.')).map(({ path }) => path.split('.')[1]!),
    );
    if (steps.size > 0) effects.push(`the next run computes again: ${[...steps].join(', ')} and what follows`);
    if (touches('bundle')) effects.push('the next run uses new code');
    if (touches('schedules')) effects.push('fire times change');
  }
  if (kind === 'Gate') effects.push('approvals given under the old rules are void');
  if (kind === 'Endpoint' && touches('model')) effects.push('the endpoint turns to another model');
  if (kind === 'Monitor') effects.push('windows from now on are judged by the new settings');
  return effects;
}
