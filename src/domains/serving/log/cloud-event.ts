import { isoTime } from '../../../kernel/clock.ts';
import { type LogChunk, requestIdOf } from './log-chunk.ts';
import type { LogSink } from './sink-schema.ts';

/** An event on its way to a sink: its attributes, and its data as JSON text. */
export interface CloudEvent {
  attributes: Record<string, string>;
  data: string;
}

/** A label or values that came for a prediction. */
export interface FeedbackFact {
  predictionId: string;
  at: number;
  label?: number | string | boolean | undefined;
  values?: Readonly<Record<string, number | string | boolean>> | undefined;
}

type Kind = LogSink['events'][number];

const kserve: Record<Kind, string> = {
  request: 'org.kubeflow.serving.inference.request',
  response: 'org.kubeflow.serving.inference.response',
  feedback: 'org.kubeflow.serving.inference.feedback',
};
const seldon: Record<Kind, string> = {
  request: 'io.seldon.serving.inference.request',
  response: 'io.seldon.serving.inference.response',
  feedback: 'io.seldon.serving.feedback',
};

interface About {
  endpoint: string;
  model: string;
  variant: string;
  id: string;
  at: number;
}

function attributesOf(sink: LogSink, kind: Kind, about: About): Record<string, string> {
  const { dialect, namespace } = sink;
  const { endpoint, model, variant, id, at } = about;
  const common = { id, time: isoTime(at), datacontenttype: 'application/json' };
  const whose = { inferenceservicename: endpoint, namespace, endpoint: variant };
  if (dialect === 'kserve') {
    const source = `/endpoints/${endpoint}`;
    return { specversion: '1.0', source, type: kserve[kind], ...common, ...whose, component: 'predictor' };
  }
  const source = `io.seldon.serving.deployment.${endpoint}.${namespace}`;
  return { specversion: '0.3', source, type: seldon[kind], ...common, ...whose, requestid: id, modelid: model };
}

/** The events of a chunk's requests, as the chunk has them: what the log may not hold is in none of them. */
export function eventsOfChunk(sink: LogSink, chunk: LogChunk): CloudEvent[] {
  const { endpoint, model, version, variant } = chunk.source;
  const events: CloudEvent[] = [];
  for (let from = 0; from < chunk.rows; ) {
    let to = from + 1;
    while (to < chunk.rows && chunk.rowIndex[to] !== 0) to++;
    const id = requestIdOf(chunk, from);
    const about = { endpoint, model, variant, id, at: chunk.at[from]! };
    if (sink.events.includes('request')) {
      const inputs = tensors(chunk, 'feature', { from, to });
      events.push({ attributes: attributesOf(sink, 'request', about), data: JSON.stringify({ id, inputs }) });
    }
    if (sink.events.includes('response')) {
      const code = chunk.code[from]!;
      const head = { id, model_name: endpoint, model_version: String(version) };
      const parameters = { model, variant, code, latency_ms: chunk.latencyMs[from]! };
      const outputs = code >= 400 ? [] : tensors(chunk, 'output', { from, to });
      const data = JSON.stringify({ ...head, parameters, outputs });
      events.push({ attributes: attributesOf(sink, 'response', about), data });
    }
    from = to;
  }
  return events;
}

/** The event of a label or values. */
export function eventOfFeedback(sink: LogSink, endpoint: string, fact: FeedbackFact): CloudEvent {
  const { predictionId, at, label, values } = fact;
  const requestId = predictionId.slice(0, predictionId.lastIndexOf('.'));
  const about = { endpoint, model: endpoint, variant: '', id: predictionId, at };
  const data = JSON.stringify({ id: requestId, prediction_id: predictionId, label, values });
  const attributes = attributesOf(sink, 'feedback', about);
  if (attributes.requestid !== undefined) attributes.requestid = requestId;
  return { attributes, data };
}

interface Span {
  from: number;
  to: number;
}

/** Tensors of the Open Inference Protocol, one a column; what is missing is null. */
function tensors(chunk: LogChunk, kind: 'feature' | 'output', { from, to }: Span) {
  const names = kind === 'feature' ? chunk.source.features : chunk.source.outputs;
  const numbers = kind === 'feature' ? chunk.numbers : chunk.outputNumbers;
  const strings = kind === 'feature' ? chunk.strings : chunk.outputStrings;
  const shape = [to - from];
  const rows = Array.from({ length: to - from }, (_, row) => from + row);
  return [
    ...names.numbers.map((name, at) => ({
      name,
      datatype: 'FP64',
      shape,
      // JSON has no NaN and writes it as null.
      data: rows.map((row) => numbers[row * names.numbers.length + at]!),
    })),
    ...names.strings.map((name, at) => ({
      name,
      datatype: 'BYTES',
      shape,
      data: rows.map((row) => strings[row * names.strings.length + at] ?? null),
    })),
  ];
}

/** A request that carries events: its headers and its body. */
export function encodeEvents(
  mode: LogSink['mode'],
  events: readonly CloudEvent[],
): { headers: Record<string, string>; body: string } {
  if (mode === 'batch') {
    return {
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: `[${events.map(text).join(',')}]`,
    };
  }
  const event = events[0]!;
  if (mode === 'structured') return { headers: { 'content-type': 'application/cloudevents+json' }, body: text(event) };
  const { datacontenttype, ...attributes } = event.attributes;
  const headers: Record<string, string> = { 'content-type': datacontenttype! };
  for (const [name, value] of Object.entries(attributes)) headers[`ce-${name}`] = headerValue(value);
  return { headers, body: event.data };
}

function text({ attributes, data }: CloudEvent): string {
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${data}}`;
}

/** Percent-encodes what headers may not hold (CloudEvents HTTP binding 1.0, section 3.1.3.2). */
function headerValue(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (char) => encodeURIComponent(char));
}
