import type { JsonValue } from '../../kernel/json.ts';
import type { SpanStatus } from './schema.ts';

/** An attribute of a span: an integer is a bigint and every other number a `number`, so that 1 and 1.0 stay apart. */
export type Attributes = Record<string, JsonValue>;

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  name: string;
  atNs: bigint;
  attributes: Attributes;
}

/** Another span that a span refers to, of the same or another trace. */
export interface SpanLink {
  traceId: string;
  spanId: string;
  attributes: Attributes;
}

/** One unit of work of a trace. */
export interface Span {
  /** 16 lower-case hex digits. */
  id: string;
  parentId: string | null;
  name: string;
  /** What sort of work it is, such as `LLM` or `TOOL`. */
  type: string;
  status: SpanStatus;
  statusMessage: string;
  startNs: bigint;
  /** Null while it goes on. */
  endNs: bigint | null;
  attributes: Attributes;
  events: SpanEvent[];
  links: SpanLink[];
}

/** Spans of one trace as they arrive, and what they tell of the trace; that fills only what is not known yet. */
export interface SpanReport {
  traceId: string;
  spans: Span[];
  name?: string | undefined;
  requestPreview?: string | undefined;
  responsePreview?: string | undefined;
  tags: Record<string, string>;
  metadata: Record<string, string>;
}

// JSON.rawJSON and the reviver's third argument are in Node 22; the compiler's library has neither yet.
const { rawJSON, parse } = JSON as unknown as {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/** Writes JSON that keeps integers and other numbers apart, and integers of any size and the infinities whole. */
export function writeExact(value: unknown): string {
  return JSON.stringify(value, (_key, item) => {
    if (typeof item === 'bigint') return rawJSON(item.toString());
    if (typeof item !== 'number') return item;
    if (Number.isInteger(item))
      return rawJSON(Object.is(item, -0) ? '-0.0' : `${item}${/e/.test(`${item}`) ? '' : '.0'}`);
    if (Number.isNaN(item)) return 'NaN';
    return Number.isFinite(item) ? item : rawJSON(item > 0 ? '1e999' : '-1e999');
  });
}

/** Reads what `writeExact` wrote. */
export function readExact(text: string): unknown {
  return parse(text, (_key, value, context) =>
    typeof value === 'number' && context.source !== undefined && /^-?\d+$/.test(context.source)
      ? BigInt(context.source)
      : value,
  );
}

type Content = Pick<Span, 'statusMessage' | 'startNs' | 'endNs' | 'attributes' | 'events' | 'links'>;

/** The part of a span that is stored as one text. */
export function writeContent({ statusMessage, startNs, endNs, attributes, events, links }: Span): string {
  const content: Content = { statusMessage, startNs, endNs, attributes, events, links };
  return writeExact(content);
}

/** Reads what `writeContent` wrote. */
export function readContent(text: string): Content {
  return readExact(text) as Content;
}

/** An attribute as the text it is searched by. */
export function attributeText(value: JsonValue): string {
  return typeof value === 'string' ? value : writeExact(value);
}
