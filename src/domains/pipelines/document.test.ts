import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { TidemillError } from '../../kernel/errors.ts';
import { checkPipeline } from './document.ts';

function mistake(document: unknown): string {
  try {
    checkPipeline(document);
  } catch (error) {
    expect(error).toBeInstanceOf(TidemillError);
    expect(['invalid_pipeline', 'invalid_input']).toContain((error as TidemillError).code);
    return (error as Error).message;
  }
  return 'nothing wrong';
}

const ok = { kind: 'shell', command: ['true'] };

describe('a pipeline document', () => {
  test('is the same as a map or a list, in YAML or as an object, and when checked again', () => {
    const yaml = `
      params: { rate: { type: number, default: 0.1 } }
      retries: 2
      steps:
        - { name: load, kind: shell, command: "curl x", timeouts: { run: 10m } }
        - { name: train, kind: shell, command: [python, train.py, "{{ params.rate }}"], inputs: { d: "{{ steps.load.outputs.d }}" } }`;
    const object = {
      params: { rate: { type: 'number', default: 0.1 } },
      retries: { user: 2 },
      steps: {
        load: { kind: 'shell', command: 'curl x', timeouts: { run: 600_000 } },
        train: {
          kind: 'shell',
          command: ['python', 'train.py', '{{ params.rate }}'],
          inputs: { d: '{{ steps.load.outputs.d }}' },
        },
      },
    };
    const checked = checkPipeline(parse(yaml));
    expect(checked.spec).toEqual(checkPipeline(object).spec);
    expect(checkPipeline(checked.spec).spec).toEqual(checked.spec);
    expect(checked.graph.nodes.map((node) => node.name)).toEqual(['load', 'train']);
  });

  test.each([
    [{ steps: {} }, /^steps: a pipeline has at least one step/],
    [{ steps: { a: { ...ok, comand: 'x' } } }, /^steps\.a: Unrecognized key: "comand"/],
    [{ steps: { a: { kind: 'shel' } } }, /^steps\.a\.kind: /],
    [{ steps: { a: { ...ok, timeouts: { run: '5 minutes' } } } }, /^steps\.a\.timeouts\.run: is a number and a unit/],
    [
      { steps: { a: { ...ok, needs: ['lod'] }, load: ok } },
      /^steps\.a\.needs\[0\]: there is no step "lod"; did you mean "load"\?/,
    ],
    [
      {
        steps: {
          a: { ...ok, needs: ['c'] },
          b: { ...ok, needs: ['a'] },
          c: { ...ok, needs: ['b'] },
          d: { ...ok, needs: ['c'] },
        },
      },
      /circle: (a → b → c → a|b → c → a → b|c → a → b → c)/,
    ],
    [
      { steps: { a: { kind: 'shell', command: 'x {{ params.rat }}' } }, params: { rate: { type: 'number' } } },
      /^steps\.a\.command: .*no parameter "rat"; did you mean "rate"\?/,
    ],
    [{ steps: { a: { kind: 'shell', command: 'x {{ 1 + 1 }}' } } }, /^steps\.a\.command: .*is not a reference/],
    [{ steps: { a: { kind: 'shell', command: 'x {{ params.x' } } }, /never closed/],
    [{ steps: { a: { kind: 'shell', command: ['{{ inputs.x }}'] } } }, /^steps\.a\.command\[0\]: .*no input "x"/],
    [{ steps: { a: { ...ok, when: 'parms.x == 1' } } }, /^steps\.a\.when: 'parms' is unknown/],
    [{ steps: { a: { ...ok, when: 'params.x ==' } } }, /^steps\.a\.when: .*not a CEL expression/],
    [{ steps: { a: { kind: 'typescript', module: 'a.ts' } } }, /^steps\.a\.module: .*bundle/],
    [{ steps: { a: ok }, outputs: { x: 'plain' } }, /^outputs\.x: an output is one reference/],
    [{ steps: { a: ok }, schedules: { s: { cron: '61 * * * *' } } }, /^schedules\.s\.cron: .*not a cron pattern/],
    [
      { steps: { a: ok }, schedules: { s: { cron: '0 * * * *', timezone: 'Mars/Olympus' } } },
      /^schedules\.s\.timezone: /,
    ],
    [
      { steps: { a: ok }, schedules: { s: { cron: '0 * * * *', params: { x: 1 } } } },
      /^schedules\.s\.params\.x: the pipeline has no such parameter/,
    ],
    [
      { steps: { a: ok }, params: { n: { type: 'integer', default: 1.5 } } },
      /^params\.n\.default: 1\.5 is not a whole number/,
    ],
  ])('names what is wrong: %#', (document, expected) => {
    expect(mistake(document)).toMatch(expected);
  });

  test('a condition makes a step wait for the steps it looks at', () => {
    const { graph } = checkPipeline({
      steps: { 'b-1': { ...ok, when: "steps['a-1'].outputs.rows > 3 && steps.c.state == 'cached'" }, 'a-1': ok, c: ok },
    });
    const index = graph.indexOf.get('b-1')!;
    expect(graph.nodes[index]!.needs.map((need) => graph.nodes[need]!.name).sort()).toEqual(['a-1', 'c']);
  });
});
