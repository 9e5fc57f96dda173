import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { backends, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { systemActor } from '../../kernel/actor.ts';
import { differences } from './difference.ts';
import { createProjects, type Projects, type ResourceKind } from './index.ts';

const widgetSpec = z.strictObject({ size: z.number().int(), steps: z.record(z.string(), z.string()).default({}) });

/** A kind whose resources live in memory; the rules under test are those of plan and apply. */
function createWidgets(kind: string) {
  const held = new Map<string, object>();
  const calls: string[] = [];
  const resource: ResourceKind = {
    kind,
    schema: widgetSpec,
    declared: async () => [...held].map(([name, spec]) => ({ name, spec })),
    declare: async (_actor, name, spec) => {
      calls.push(`declare ${name}`);
      held.set(name, spec);
    },
    undeclare: async (_actor, name) => {
      calls.push(`undeclare ${name}`);
      held.delete(name);
    },
  };
  return { resource, held, calls };
}

const widget = (name: string, size: number, kind = 'Widget') => ({ kind, metadata: { name }, spec: { size } });

describe.each(backends)('projects on $name', ({ open }) => {
  let opened: TestDatabase;
  let spine: Spine;
  let projects: Projects;
  let widgets: ReturnType<typeof createWidgets>;
  let round = 0;
  let project = '';

  beforeAll(async () => {
    opened = await open();
    spine = createSpine(opened.database);
  });
  afterAll(() => opened.dispose());
  beforeEach(() => {
    widgets = createWidgets(`Widget${++round}`);
    project = `p${round}`;
    const { ledger, clock } = spine;
    projects = createProjects({ database: opened.database, ledger, clock, kinds: [widgets.resource] });
  });
  const document = (name: string, size: number) => widget(name, size, `Widget${round}`);
  const apply = (documents: ReturnType<typeof widget>[], more = {}) =>
    projects.apply(systemActor, { project, documents, ...more });

  test('creates, then changes nothing when applied again', async () => {
    const first = await apply([document('a', 1), document('b', 2)]);
    expect(first).toMatchObject({ changed: true, revision: 1, plan: { summary: { create: 2 } } });
    const second = await apply([document('b', 2), document('a', 1)]);
    expect(second).toMatchObject({ changed: false, revision: 1, plan: { summary: { none: 2 } } });
    expect(widgets.calls).toEqual(['declare a', 'declare b']);
  });

  test('tells which revision stood behind a resource at a time', async () => {
    await apply([document('a', 1)], { commit: 'abc' });
    const [revision] = (await projects.revisions(project, { limit: 1 })).items;
    const at = Date.parse(revision!.appliedAt);
    const resource = { kind: `Widget${round}`, name: 'a' };
    expect(await projects.revisionAt(resource, at)).toMatchObject({ project, revision: 1, commit: 'abc' });
    expect(await projects.revisionAt(resource, at - 1)).toBeUndefined();
    expect(await projects.revisionAt({ ...resource, name: 'nobody' }, at)).toBeUndefined();
  });

  test('shows which fields an update changes', async () => {
    await apply([document('a', 1)]);
    const plan = await projects.plan(project, [document('a', 5)]);
    expect(plan.changes[0]).toMatchObject({ action: 'update', fields: [{ path: 'size', before: 1, after: 5 }] });
  });

  test('refuses a plan that the world has overtaken', async () => {
    await apply([document('a', 1)]);
    const plan = await projects.plan(project, [document('a', 2)]);
    widgets.held.set('a', { size: 9, steps: {} });
    await expect(apply([document('a', 2)], { plan: plan.digest })).rejects.toMatchObject({ code: 'stale_plan' });
    expect(widgets.held.get('a')).toEqual({ size: 9, steps: {} });
  });

  test('deletes what is no longer declared only when told to prune', async () => {
    await apply([document('a', 1), document('b', 1)]);
    expect((await apply([document('a', 1)])).kept).toEqual([`Widget${round}/b`]);
    expect(widgets.held.has('b')).toBe(true);
    await apply([document('a', 1)], { prune: true });
    expect(widgets.held.has('b')).toBe(false);
  });

  test('leaves what another project owns, or nobody, alone', async () => {
    widgets.held.set('hand-made', { size: 1, steps: {} });
    await apply([document('a', 1)]);
    const other = await projects.plan('other', []);
    expect(other.changes).toEqual([]);
    await expect(projects.plan('other', [document('a', 2)])).rejects.toMatchObject({ code: 'conflict' });
  });

  test('carries out all or nothing', async () => {
    const broken = { ...widgets.resource, declare: async () => Promise.reject(new Error('no room')) };
    const { ledger, clock } = spine;
    const failing = createProjects({ database: opened.database, ledger, clock, kinds: [broken] });
    await expect(failing.apply(systemActor, { project, documents: [document('a', 1)] })).rejects.toThrow('no room');
    expect((await projects.plan(project, [])).revision).toBe(0);
    expect((await projects.revisions(project, { limit: 10 })).items).toEqual([]);
  });

  test.each([
    [
      { kind: 'Gadget', metadata: { name: 'x' }, spec: {}, source: 'tide.ts:3' },
      /tide\.ts:3: There is no kind 'Gadget'/,
    ],
    [{ spec: { size: 1, colour: 'red' }, source: 'tide.ts:7' }, /tide\.ts:7: .*'x': field 'spec\.colour'/],
    [{ spec: { size: 'big' } }, /field 'spec\.size'/],
  ])('names file, line and field of a wrong document', async (wrong, message) => {
    const made = { kind: `Widget${round}`, metadata: { name: 'x' }, ...wrong };
    await expect(projects.plan(project, [made])).rejects.toThrow(message);
  });

  test('refuses the same resource twice', async () => {
    await expect(projects.plan(project, [document('a', 1), document('a', 2)])).rejects.toThrow(/declared twice/);
  });
});

test('differences go into named lists by name, into others by place', () => {
  expect(differences({ steps: [{ name: 'a', run: 1 }] }, { steps: [{ name: 'b' }, { name: 'a', run: 2 }] })).toEqual([
    { path: 'steps.a.run', before: 1, after: 2 },
    { path: 'steps.b', before: null, after: { name: 'b' } },
  ]);
  expect(differences({ list: [1, 2] }, { list: [1, 3] })).toEqual([{ path: 'list.1', before: 2, after: 3 }]);
});
