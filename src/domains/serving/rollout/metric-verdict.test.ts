import { describe, expect, test } from 'vitest';
import { rolloutMetricSchema } from './metric-schema.ts';
import { fillIn, readAnswer } from './metric-sources.ts';
import { type Cell, countMeasured, findingOf, judgeReading, newState, withMetrics } from './metric-verdict.ts';

const metricOf = (given: object) => rolloutMetricSchema.parse({ name: 'm', source: { sql: 'SELECT 1' }, ...given });
const at = '2026-01-01T00:00:00.000Z';

describe('one measurement', () => {
  const cases: [object, Record<string, Cell>[], string][] = [
    [{ successCondition: 'value < 1' }, [{ n: 0.5 }], 'success'],
    [{ successCondition: 'value < 1' }, [{ n: 2 }], 'failure'],
    [{ failureCondition: 'value >= 1' }, [{ n: 0 }], 'success'],
    [{ failureCondition: 'value >= 1' }, [{ n: 1 }], 'failure'],
    [{ successCondition: 'value < 1', failureCondition: 'value > 2' }, [{ n: 1.5 }], 'inconclusive'],
    [{ successCondition: 'result.a <= result.b * 2 + 1' }, [{ a: 3, b: 1 }], 'success'],
    [{ successCondition: 'rows.all(row, row.n > 0)' }, [{ n: 1 }, { n: -1 }], 'failure'],
    [{ successCondition: 'value < 1' }, [], 'inconclusive'],
    [{ successCondition: 'value < 1', onEmpty: 'failure' }, [{ n: null }], 'failure'],
    [{ successCondition: 'value < 1', onEmpty: 'success' }, [{ n: Number.NaN }], 'success'],
    [{ successCondition: 'result.b < 1', onEmpty: 'error' }, [{ a: 1, b: null }], 'error'],
    [{ successCondition: 'result.b < 1' }, [{ b: 0, a: null }], 'success'],
    [{ successCondition: 'result.missing < 1' }, [{ a: 1 }], 'error'],
    [{ successCondition: 'value < 1' }, [{ n: 'text' }], 'error'],
    [{ successCondition: 'result.a' }, [{ a: 1 }], 'error'],
  ];
  test.each(cases)('%j of %j is %s', (given, rows, verdict) => {
    expect(judgeReading(metricOf(given), { rows }).verdict).toBe(verdict);
  });

  test('what went wrong is an error, not a failure, and is told', () => {
    const told = judgeReading(metricOf({ successCondition: 'value < 1' }), { error: 'No answer.' });
    expect(told).toEqual({ verdict: 'error', value: null, result: {}, message: 'No answer.' });
  });
});

describe('limits', () => {
  /** s success, f failure, i inconclusive, e error: the phase after each. */
  const phases = (given: object, verdicts: string) => {
    const metric = metricOf({ successCondition: 'value < 1', ...given });
    const names = { s: 'success', f: 'failure', i: 'inconclusive', e: 'error' } as const;
    let state = newState('m', at);
    return [...verdicts].map((one) => {
      const verdict = names[one as keyof typeof names];
      state = countMeasured(metric, state, { verdict, value: 1, result: {}, message: '', at, nextAt: at });
      return state.phase;
    });
  };

  test('a failure more than the limit fails it; none is put up with unless said', () => {
    expect(phases({}, 'sf')).toEqual(['measuring', 'failed']);
    expect(phases({ failureLimit: 1 }, 'fsf')).toEqual(['measuring', 'measuring', 'failed']);
  });
  test('errors count in a row', () => {
    expect(phases({ consecutiveErrorLimit: 1 }, 'eseee')).toEqual([
      ...['measuring', 'measuring', 'measuring', 'erroring', 'erroring'],
    ]);
  });
  test('inconclusive ones call for a person', () => {
    expect(phases({ inconclusiveLimit: 1 }, 'isi')).toEqual(['measuring', 'measuring', 'inconclusive']);
  });
  test('it passes for good after so many in a row, or so many in all, errors not among them', () => {
    expect(phases({ consecutiveSuccessLimit: 2, failureLimit: 5 }, 'sfss').at(-1)).toBe('passed');
    expect(phases({ count: 2 }, 'ses')).toEqual(['measuring', 'measuring', 'passed']);
  });

  test('a finding says what its failure does', () => {
    const metric = metricOf({ successCondition: 'value < 1', critical: false });
    const failed = { ...newState('m', at), phase: 'failed' as const, failures: 1, measured: 1 };
    const advisory = findingOf(metric, failed);
    expect(advisory).toMatchObject({ rule: 'metric:m', verdict: 'fail', effect: 'advisory' });
    expect(withMetrics('pass', [advisory])).toBe('inconclusive');
    expect(withMetrics('pass', [{ ...advisory, effect: 'critical' }])).toBe('fail');
    expect(withMetrics('pass', [{ ...advisory, effect: 'dry-run' }])).toBe('pass');
    expect(withMetrics('pass', [findingOf(metric, newState('m', at))])).toBe('inconclusive');
    expect(withMetrics('fail', [])).toBe('fail');
  });
});

describe('answers of Prometheus', () => {
  const cases: [number, string, object][] = [
    [200, '{"status":"success","data":{"resultType":"scalar","result":[1,"0.5"]}}', { rows: [{ value: 0.5 }] }],
    [
      200,
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1,"NaN"]}]}}',
      { rows: [{ value: Number.NaN, pod: 'a' }] },
    ],
    [200, '{"status":"success","data":{"resultType":"vector","result":[]}}', { rows: [] }],
    [
      200,
      '{"status":"success","data":{"resultType":"matrix","result":[]}}',
      { error: expect.stringContaining('matrix') },
    ],
    [400, '{"status":"error","error":"parse error"}', { error: expect.stringContaining('parse error') }],
    [502, '<html>', { error: expect.stringContaining('502') }],
    [200, 'null', { error: expect.stringContaining('200') }],
    [200, '{"status":"success","data":{"resultType":"vector","result":[{}]}}', { error: expect.any(String) }],
  ];
  test.each(cases)('%i %s', (status, text, reading) => expect(readAnswer(status, text)).toEqual(reading));

  test('names are filled in as text of PromQL, nothing else is touched', () => {
    const rollout = { endpoint: 'a"} or up{x="', candidate: 7, champion: 3 };
    expect(fillIn('x{version="$candidate",e="$endpoint"} / y{v="$champion"} # $candidates $1', rollout)).toBe(
      'x{version="7",e="a\\"} or up{x=\\""} / y{v="3"} # $candidates $1',
    );
  });
});
