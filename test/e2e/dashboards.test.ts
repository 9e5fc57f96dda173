import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ParsedFamily, parseExposition, type Sample } from '../support/exposition.ts';
import { openServer } from '../support/in-process.ts';
import { askEach, declareObserved, freePort } from '../support/observed-traffic.ts';
import { cleanUp } from '../support/server-process.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const read = (name: string) => readFileSync(docs + name, 'utf8');

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { uid: string };
  targets?: { expr: string; refId: string; legendFormat: string }[];
}
interface Variable {
  name: string;
  type: string;
  query: string | { query: string };
}
interface Dashboard {
  uid: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: Variable[] };
}
interface Rules {
  groups: { name: string; rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}

let families: Map<string, ParsedFamily>;
let samples: Sample[];

beforeAll(async () => {
  const grpcPort = await freePort();
  const server = await openServer({ grpcPort, compatibleMetrics: 'triton,kserve,mlserver' });
  await declareObserved(server.call);
  for (const ask of Object.values(askEach(server.call, `127.0.0.1:${grpcPort}`))) await ask();
  await server.call('POST', 'endpoints/ep/rollouts', { version: 2 });
  const measured = async () => parseExposition(await (await fetch(`${server.url}/metrics`)).text(), 'prometheus');
  do families = await measured();
  while (!families.get('tidemill_rollout_verdicts_total')?.samples.length);
  samples = [...families.values()].flatMap((family) => family.samples);
  await server.close();
});
afterAll(cleanUp);

/** Words of a query that name no metric: functions, aggregations, operators. */
const words = new Set(
  'histogram_quantile sum rate increase min max count by or and vector label_values humanize without on'.split(' '),
);

/** Metrics of a query with the labels that it asks of each. */
function metricsOf(expr: string): { name: string; labels: string[] }[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(',').map((one) => one.trim()),
  );
  const rest = expr.replaceAll(/\bby \([^)]*\)/g, '').replaceAll(/\[[^\]]*\]/g, '');
  const found = [...rest.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{[^}]*\})?/g)];
  const quoted = [...rest.matchAll(/\{[^}]*\}/g)].map((match) => [match.index, match.index + match[0].length] as const);
  return found
    .filter(({ index, 1: name }) => !words.has(name!) && !quoted.some(([from, to]) => index >= from && index < to))
    .map(([, name, selector = '']) => {
      const selected = [...selector.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label!);
      return { name: name!, labels: [...selected, ...grouped] };
    });
}

function check(expr: string): void {
  const used = metricsOf(expr);
  expect(used.length, expr).toBeGreaterThan(0);
  for (const { name, labels } of used) {
    const found = samples.filter((sample) => sample.name === name);
    expect(found.length, `${name} in ${expr}`).toBeGreaterThan(0);
    for (const label of labels) {
      expect(
        found.some((sample) => label in sample.labels),
        `the label ${label} of ${name} in ${expr}`,
      ).toBe(true);
    }
  }
}

describe('the reader of queries', () => {
  test('finds metrics, selected labels and grouped labels', () => {
    const expr = 'histogram_quantile(0.9, sum by (le, v) (rate(a_bucket{x="1",y=~"q(z)"}[5m]))) / min(b)';
    expect(metricsOf(expr)).toEqual([
      { name: 'a_bucket', labels: ['x', 'y', 'le', 'v'] },
      { name: 'b', labels: ['le', 'v'] },
    ]);
    expect(() => check('rate(tidemill_no_such_thing[5m])')).toThrow();
    expect(() => check('sum by (no_such_label) (tidemill_queue_rows)')).toThrow();
  });
});

describe.each(readdirSync(`${docs}grafana`).filter((name) => name.endsWith('.json')))('the dashboard %s', (name) => {
  const board = JSON.parse(read(`grafana/${name}`)) as Dashboard;
  const targets = board.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

  test('is one: a schema, a source to choose, panels with ids of their own that do not lie on each other', () => {
    expect(board.schemaVersion).toBeGreaterThanOrEqual(36);
    expect(board.templating.list.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'datasource datasource',
      'endpoint query',
      'model query',
      'version query',
    ]);
    const ids = board.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of board.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (const { datasource, targets = [] } of board.panels) {
      if (targets.length > 0) expect(datasource?.uid).toBe('${datasource}');
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
  });

  test('variables and legends name labels that there are', () => {
    for (const { type, query } of board.templating.list) {
      if (type !== 'query' || typeof query === 'string') continue;
      const [, metric, label] = /^label_values\((.*), (\w+)\)$/.exec(query.query)!;
      check(`sum by (${label}) (${metric})`);
    }
    for (const { expr, legendFormat } of board.panels.flatMap(({ targets = [] }) => targets)) {
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
    }
  });

  test.each(targets)('$title: $expr', ({ expr }) => check(expr));
});

describe('the alerts', () => {
  const rules = (parse(read('grafana/tidemill-alerts.yaml')) as Rules).groups.flatMap((group) => group.rules);
  test.each(rules)('$alert', ({ expr, annotations }) => {
    check(expr);
    const told = Object.values(annotations).join(' ');
    for (const [, label] of told.matchAll(/\$labels\.(\w+)/g))
      expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
  });

  test('have names of their own', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

describe('the guide', () => {
  const page = read('observability.md');
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (\w+) \|([^|]*)\|/gm)].map(([, name, type, labels]) => ({
    name: name!,
    type: type!,
    labels: [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!),
  }));

  test('lists every metric of ours, with its type', () => {
    const own = [...families.values()].filter(({ name }) => !/^tidemill_(process|nodejs)_/.test(name));
    const listed = new Map(rows.map(({ name, type }) => [name, type]));
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(own.map(({ name, type }) => [name, type])));
  });

  test.each(rows)('$name has the labels it says', ({ name, labels }) => {
    const { samples: found } = families.get(name)!;
    const seen = new Set(found.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le'));
    if (found.length > 0) expect([...seen].sort()).toEqual([...labels].sort());
  });
});
