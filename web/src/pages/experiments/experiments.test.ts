import { describe, expect, test } from 'vitest';
import { kindOf, readCsv, tableIn } from './artifact-kinds.ts';
import { columnOf, inOrder, nextOrder, numberText, usualColumns, valueIn } from './columns.ts';
import { axisValue, differencesOf, tellingAxes } from './differences.ts';
import { findFolder, sift, toTree } from './folder-tree.ts';
import { placeRuns, rowsInSight } from './nesting.ts';

type Run = Parameters<typeof differencesOf>[0][number];

function run(metrics: Record<string, number>, params: Record<string, string>): Run {
  const points = Object.entries(metrics).map(([key, value]) => [key, { key, value, step: 0, at: '' }]);
  return { metrics: Object.fromEntries(points), params, tags: {} } as unknown as Run;
}

describe('the folder tree', () => {
  const names = ['team/vision/cats', 'team/vision/dogs', 'team/vision', 'Default', 'other/deep/one', 'n10', 'n9'];
  const tree = toTree(names.map((name) => ({ id: `id of ${name}`, name })));

  test('folders by name, single ones joined, an experiment may be a folder too', () => {
    expect(tree.folders.map(({ title }) => title)).toEqual(['Default', 'n9', 'n10', 'other/deep/one', 'team/vision']);
    const vision = tree.folders.at(-1)!;
    expect(vision.experiment?.name).toBe('team/vision');
    expect(vision.folders.map(({ title }) => title)).toEqual(['cats', 'dogs']);
    expect(vision.ids).toHaveLength(3);
  });

  test('found by path, sifted by text', () => {
    expect(findFolder(tree, 'team/vision/dogs')?.experiment?.id).toBe('id of team/vision/dogs');
    expect(findFolder(tree, 'team/nothing')).toBeUndefined();
    expect(sift(tree, 'DOGS').folders).toMatchObject([{ path: 'team/vision', folders: [{ title: 'dogs' }] }]);
    expect(sift(tree, 'vision').folders[0]!.folders).toHaveLength(2);
  });
});

describe('columns', () => {
  test('names are ordered as people count', () => {
    expect(['layer_10', 'layer_2', 'a'].sort(inOrder)).toEqual(['a', 'layer_2', 'layer_10']);
  });
  const counted = (keys: string[]) => keys.map((key, i) => ({ key, runs: 9 - i }));

  test('usual ones: known metrics first, none of the machine', () => {
    const metrics = counted(['system/cpu', 'loss', 'roc_auc_score']);
    expect(usualColumns({ metrics, params: counted(['depth']) })).toEqual([
      'status',
      'metrics.roc_auc_score',
      'metrics.loss',
      'params.depth',
      'durationMs',
      'startedAt',
    ]);
  });

  test('a value, and the order a click on the head gives', () => {
    const loss = columnOf('metrics.val.loss/x');
    expect(loss).toMatchObject({ key: 'val.loss/x', order: 'metrics.`val.loss/x`', numeric: true });
    expect(valueIn(run({ 'val.loss/x': 3 }, {}), loss)).toBe(3);
    expect(valueIn(run({}, {}), columnOf('params.depth'))).toBeUndefined();
    const first = nextOrder(loss, undefined);
    expect([first, nextOrder(loss, first), nextOrder(loss, nextOrder(loss, first))]).toEqual([
      'metrics.`val.loss/x` desc',
      'metrics.`val.loss/x` asc',
      undefined,
    ]);
    expect(nextOrder(columnOf('durationMs'), 'name asc')).toBe('name asc');
    expect([Number.NaN, Number.NEGATIVE_INFINITY].map(numberText)).toEqual(['NaN', '-∞']);
  });
});

describe('comparing', () => {
  const runs = [run({ auc: 0.5, n: Number.NaN }, { a: '1', b: 'x' }), run({ auc: 0.7, n: Number.NaN }, { a: '1' })];

  test('what differs comes first; NaN is like NaN, nothing is unlike something', () => {
    expect(differencesOf(runs, 'params')).toEqual([
      { kind: 'params', key: 'b', values: ['x', null], differs: true },
      { kind: 'params', key: 'a', values: ['1', '1'], differs: false },
    ]);
    expect(differencesOf(runs, 'metrics').map(({ key, differs }) => [key, differs])).toEqual([
      ['auc', true],
      ['n', false],
    ]);
  });

  test('axes: what differs', () => {
    expect(tellingAxes(runs, { params: 3, metrics: 3 })).toEqual(['params.b', 'metrics.auc']);
    expect([axisValue(runs[1]!, 'metrics.auc'), axisValue(runs[0]!, 'metrics.n')]).toEqual([0.7, null]);
  });
});

describe('nesting', () => {
  test('children right under their parents; those of absent parents at the top', () => {
    const runs = [
      { id: 'c', parentRunId: 'a' },
      { id: 'o', parentRunId: 'gone' },
      { id: 'a', parentRunId: null },
      { id: 'd', parentRunId: 'c' },
      { id: 'b', parentRunId: null },
    ];
    expect(placeRuns(runs).map(({ run: { id }, depth }) => `${id}${depth}`)).toEqual(['o0', 'a0', 'c1', 'd2', 'b0']);
  });

  test('only rows in sight are drawn', () => {
    const table = { rows: 10_000, rowHeight: 30, around: 5 };
    expect(rowsInSight({ top: 0, height: 600 }, table)).toEqual({ from: 0, to: 25 });
    expect(rowsInSight({ top: 3000, height: 600 }, table)).toEqual({ from: 95, to: 125 });
    expect(rowsInSight({ top: 1e9, height: 600 }, table)).toEqual({ from: 9995, to: 10_000 });
  });
});

describe('artifacts', () => {
  test.each([
    ['a/b.JSON', 'json'],
    ['model/MLmodel', 'text'],
    ['x.svg', 'image'],
    ['model.pkl', 'none'],
    ['page.htm', 'html'],
    ['t.tsv', 'csv'],
  ])('%s is shown as %s', (path, kind) => expect(kindOf(path)).toBe(kind));

  test('tables in JSON', () => {
    const split = {
      columns: ['q', 'n'],
      data: [
        ['a', 1],
        [{ x: 1 }, null],
      ],
    };
    expect(tableIn(split, 10)).toEqual({
      columns: ['q', 'n'],
      rows: [
        ['a', '1'],
        ['{"x":1}', ''],
      ],
      more: false,
    });
    expect(tableIn([{ a: 1 }, { b: 2 }], 1)).toEqual({ columns: ['a'], rows: [['1']], more: true });
    expect([tableIn({ columns: 3 }, 9), tableIn([1], 9), tableIn(null, 9)]).toEqual([undefined, undefined, undefined]);
  });

  test('tables in CSV', () => {
    const text = '\uFEFFa,b\r\n"x, ""y""\n",2\r\n3,';
    expect(readCsv(text, { most: 9, whole: true })).toEqual({
      columns: ['a', 'b'],
      rows: [
        ['x, "y"\n', '2'],
        ['3', ''],
      ],
      more: false,
    });
    expect(readCsv('a\n1\n2\n3', { most: 9, whole: false })).toEqual({
      columns: ['a'],
      rows: [['1'], ['2']],
      more: true,
    });
    expect(readCsv('a\tb\n1\t2\n3\t4\n', { most: 1, whole: true, delimiter: '\t' })).toMatchObject({ more: true });
  });
});
