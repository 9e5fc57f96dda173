import type { MetricFamily } from '../domains/serving/index.ts';

/** A family as Prometheus or its client library has it. */
export interface ExposedFamily {
  name: string;
  help: string;
  type: MetricFamily['type'] | 'summary';
  values: readonly { labels: Record<string, string | number | undefined>; value: number; metricName?: string }[];
}

/** The two texts in which metrics are read. */
export type ExpositionFormat = 'prometheus' | 'openmetrics';

/** The media type of each text. */
export const expositionTypes: Record<ExpositionFormat, string> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The text a reader wants by its `Accept` header; OpenMetrics only where it is named. */
export function formatFor(accept: string | undefined): ExpositionFormat {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
}

/** Writes families as text: each name once, with its help and type before its samples. */
export function writeExposition(families: readonly ExposedFamily[], format: ExpositionFormat): string {
  const isOpen = format === 'openmetrics';
  let text = '';
  for (const made of families) text += isOpen ? openFamily(made) : plainFamily(made);
  return isOpen ? `${text}# EOF\n` : text;
}

function plainFamily({ name, help, type, values }: ExposedFamily): string {
  let text = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  for (const { metricName, labels, value } of values) {
    text += `${metricName ?? name}${labelText(labels, String)} ${numberText(value)}\n`;
  }
  return text;
}

/** OpenMetrics takes `_total` off a counter's family; a counter that never had it keeps its name and loses its type. */
function openFamily({ name, help, type, values }: ExposedFamily): string {
  const isTotal = name.endsWith('_total');
  const shown = type === 'counter' && isTotal ? name.slice(0, -'_total'.length) : name;
  const kind = type === 'counter' && !isTotal ? 'unknown' : type;
  let text = `# HELP ${shown} ${escapeHelp(help).replaceAll('"', '\\"')}\n# TYPE ${shown} ${kind}\n`;
  for (const { metricName, labels, value } of values) {
    text += `${metricName ?? name}${labelText(labels, canonicalBound)} ${numberText(value)}\n`;
  }
  return text;
}

/** Bounds of buckets are floats there, `1.0` and not `1`. */
function canonicalBound(value: string | number): string {
  return typeof value === 'number' && Number.isInteger(value) ? `${value}.0` : String(value);
}

function labelText(labels: ExposedFamily['values'][number]['labels'], bound: (value: string | number) => string) {
  const parts: string[] = [];
  for (const key in labels) {
    const value = labels[key];
    if (value === undefined) continue;
    parts.push(`${key}="${escapeLabel(key === 'le' || key === 'quantile' ? bound(value) : String(value))}"`);
  }
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
