import { z } from 'zod';
import { sinkKey } from '../runtime/remote-credentials.ts';
import type { UpstreamOptions } from '../runtime/remote-http.ts';
import { family, type MetricFamily } from '../stats/metric-family.ts';
import { eventOfFeedback, eventsOfChunk, type FeedbackFact } from './cloud-event.ts';
import { EventSink, type SinkTuning } from './event-sink.ts';
import type { LogChunk } from './log-chunk.ts';
import type { LogSink } from './sink-schema.ts';

/** How the sink of an endpoint does. */
export const sinkStateSchema = z
  .object({
    queued: z.number().int().describe('Events that wait or are under way.'),
    sent: z.number().int(),
    dropped: z.number().int().describe('Events there was no room for.'),
    refused: z.number().int().describe('Events the receiver said no to.'),
    retries: z.number().int().describe('Requests that were made again.'),
    paused: z.boolean().describe('Whether the receiver failed last and is left alone for a while.'),
    lastError: z.string().optional(),
  })
  .meta({ id: 'LogSinkState' });

/** How the sink of an endpoint does. */
export type SinkState = z.output<typeof sinkStateSchema>;

/** What sinks work with. */
export interface LogSinksOptions {
  policy: UpstreamOptions['policy'];
  /** The sink an endpoint declares; undefined for one without. */
  declared(endpoint: string): LogSink | undefined;
  credentials: {
    read(endpoint: string): Promise<void>;
    headers(endpoint: string): Record<string, string>;
    refused(endpoint: string): void;
  };
  tuning?: SinkTuning | undefined;
}

/** Sends the log of endpoints to where they declare. */
export interface LogSinks {
  /** Takes chunks of the log. */
  chunks(chunks: readonly LogChunk[]): void;
  feedback(endpoint: string, facts: readonly FeedbackFact[]): void;
  state(endpoint: string): SinkState;
  families(): MetricFamily[];
  close(): Promise<void>;
}

const closeMs = 1000;

/** Makes the sinks; one is opened at its endpoint's first event and replaced when its declaration changes. */
export function createLogSinks(options: LogSinksOptions): LogSinks {
  const open = new Map<string, { declared: string; sink: EventSink }>();
  function sinkOf(endpoint: string, spec: LogSink): EventSink {
    const declared = JSON.stringify(spec);
    const before = open.get(endpoint);
    if (before?.declared === declared) return before.sink;
    void before?.sink.close(closeMs);
    const { credentials, policy, tuning } = options;
    const reach = {
      policy,
      ready: credentials.read(endpoint),
      headers: () => credentials.headers(endpoint),
      refused: () => credentials.refused(endpoint),
    };
    const sink = new EventSink(spec, reach, tuning);
    open.set(endpoint, { declared, sink });
    return sink;
  }
  return {
    chunks(chunks) {
      for (const chunk of chunks) {
        const { endpoint, shadow } = chunk.source;
        const spec = shadow ? undefined : options.declared(endpoint);
        if (!spec) continue;
        const sink = sinkOf(endpoint, spec);
        for (const event of eventsOfChunk(spec, chunk)) sink.add(event);
      }
    },
    feedback(endpoint, facts) {
      const spec = options.declared(endpoint);
      if (!spec?.events.includes('feedback')) return;
      const sink = sinkOf(endpoint, spec);
      for (const fact of facts) sink.add(eventOfFeedback(spec, endpoint, fact));
    },
    state(endpoint) {
      const sink = open.get(endpoint)?.sink;
      if (!sink) return { queued: 0, sent: 0, dropped: 0, refused: 0, retries: 0, paused: false };
      const { queued, counts, isPaused: paused, lastError } = sink;
      return { queued, ...counts, paused, ...(lastError !== undefined && { lastError }) };
    },
    families: () => familiesOf(open),
    close: async () => void (await Promise.all([...open.values()].map(({ sink }) => sink.close(closeMs)))),
  };
}

function familiesOf(open: ReadonlyMap<string, { sink: EventSink }>): MetricFamily[] {
  const events = family('counter', 'tidemill_log_sink_events_total', 'Events of the log by what became of them.');
  const retries = family('counter', 'tidemill_log_sink_retries_total', 'Requests to receivers of the log made again.');
  const queued = family('gauge', 'tidemill_log_sink_queued_events', 'Events that wait for their receiver.');
  for (const [endpoint, { sink }] of open) {
    const { sent, dropped, refused } = sink.counts;
    for (const [result, value] of Object.entries({ sent, dropped, refused })) {
      events.values.push({ labels: { endpoint, result }, value });
    }
    retries.values.push({ labels: { endpoint }, value: sink.counts.retries });
    queued.values.push({ labels: { endpoint }, value: sink.queued });
  }
  return [events, retries, queued];
}

/** What receivers are shown, by their endpoints. */
export function sinkCredentials(credentials: {
  headers(key: string): Record<string, string>;
  read(key: string): Promise<void>;
  refused(key: string): void;
}): LogSinksOptions['credentials'] {
  return {
    read: (endpoint) => credentials.read(sinkKey(endpoint)).catch(() => {}),
    headers: (endpoint) => credentials.headers(sinkKey(endpoint)),
    refused: (endpoint) => credentials.refused(sinkKey(endpoint)),
  };
}
