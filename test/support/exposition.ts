/** One number of an exposition. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** A family of an exposition, its samples in their order. */
export interface ParsedFamily {
  name: string;
  type: string;
  help: string;
  samples: Sample[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const suffixes: Record<string, string[]> = {
  counter: ['', '_total'],
  gauge: [''],
  unknown: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** Reads Prometheus' text (0.0.4) or OpenMetrics' (1.0), and throws at whatever neither allows. */
export function parseExposition(text: string, format: 'prometheus' | 'openmetrics'): Map<string, ParsedFamily> {
  const isOpen = format === 'openmetrics';
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line does not end');
  if (isOpen && lines.pop() !== '# EOF') throw new Error('no # EOF at the end');
  const families = new Map<string, ParsedFamily>();
  let current: ParsedFamily | undefined;
  for (const line of lines) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (!metricName.test(name) || families.has(name)) throw new Error(`a name twice or wrong: ${line}`);
      current = { name, type: '', help: rest, samples: [] };
      families.set(name, current);
    } else if (keyword === 'TYPE') {
      if (current?.name !== name || current.type !== '') throw new Error(`TYPE without its HELP: ${line}`);
      if (!(rest in suffixes)) throw new Error(`no such type: ${line}`);
      current.type = rest;
    } else {
      if (!current) throw new Error(`a sample before any family: ${line}`);
      current.samples.push(checked(parseSample(line), current, isOpen));
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function checked(sample: Sample, { name, type }: ParsedFamily, isOpen: boolean): Sample {
  const allowed = isOpen && type === 'counter' ? ['_total'] : suffixes[type]!;
  if (allowed.some((suffix) => sample.name === name + suffix)) return sample;
  throw new Error(`${sample.name} is no sample of the ${type} ${name}`);
}

/** Takes a line apart character by character, so that nothing but the grammar passes. */
function parseSample(line: string): Sample {
  const [name] = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line) ?? [];
  if (!name) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  let rest = line.slice(name.length);
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const [all, label, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|(?=\}))/.exec(rest) ?? [];
      if (!all || !label) throw new Error(`labels: ${line}`);
      if (label in labels) throw new Error(`the label ${label} twice: ${line}`);
      labels[label] = value!.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
      rest = rest.slice(all.length);
    }
    rest = rest.slice(1);
  }
  const [, number] = /^ (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(rest) ?? [];
  if (number === undefined) throw new Error(`value: ${line}`);
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}

function checkFamily(family: ParsedFamily): void {
  const { name, type, samples } = family;
  if (type === '') throw new Error(`${name} has no type`);
  const seen = new Set<string>();
  for (const sample of samples) {
    const key = `${sample.name} ${keyOf(sample.labels)}`;
    if (seen.has(key)) throw new Error(`twice: ${key}`);
    seen.add(key);
    if (type === 'counter' && !(sample.value >= 0)) throw new Error(`a counter below zero: ${key}`);
  }
  if (type === 'histogram') checkHistogram(family);
}

function keyOf(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function checkHistogram({ name, samples }: ParsedFamily): void {
  const series = new Map<string, { bounds: number[]; counts: number[]; sum?: number; count?: number }>();
  for (const { name: sampled, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = keyOf(rest);
    const one = series.get(key) ?? { bounds: [], counts: [] };
    series.set(key, one);
    if (sampled.endsWith('_bucket')) {
      one.bounds.push(Number(le!.replace('Inf', 'Infinity')));
      one.counts.push(value);
    } else if (sampled.endsWith('_sum')) one.sum = value;
    else one.count = value;
  }
  for (const [key, { bounds, counts, sum, count }] of series) {
    const rises = (list: number[], strictly: boolean) =>
      list.every((value, at) => at === 0 || (strictly ? value > list[at - 1]! : value >= list[at - 1]!));
    if (!rises(bounds, true) || bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name} ${key}: bounds`);
    if (!rises(counts, false)) throw new Error(`${name} ${key}: buckets fall`);
    if (count !== counts.at(-1) || sum === undefined) throw new Error(`${name} ${key}: count is not that of +Inf`);
  }
}

/** Samples of a name whose labels are as given. */
export function samplesOf(
  families: ReadonlyMap<string, ParsedFamily>,
  name: string,
  labels: Record<string, string> = {},
): Sample[] {
  const all = [...families.values()].flatMap((family) => family.samples);
  return all.filter((sample) => {
    return sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
  });
}
