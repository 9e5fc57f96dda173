import { type Context, type Link, TraceFlags, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Settings } from '../../settings.ts';

/** The settings that choose a sampler. */
export type SamplerSettings = Pick<Settings, 'tracesSampler' | 'tracesSamplerArg'>;

/** The sampler of OpenTelemetry's own names, with one rule more: what a kept trace led to is kept as well. */
export function samplerOf({ tracesSampler, tracesSamplerArg }: SamplerSettings): Sampler {
  const isByParent = tracesSampler.startsWith('parentbased_');
  const root = rootSampler(tracesSampler.replace('parentbased_', ''), tracesSamplerArg);
  return new LinkedSampler(isByParent ? new ParentBasedSampler({ root }) : root);
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(ratio);
  return name === 'always_off' ? new AlwaysOffSampler() : new AlwaysOnSampler();
}

class LinkedSampler implements Sampler {
  readonly #inner: Sampler;

  constructor(inner: Sampler) {
    this.#inner = inner;
  }

  shouldSample(...asked: Parameters<Sampler['shouldSample']>): ReturnType<Sampler['shouldSample']> {
    const [context, , , , , links] = asked;
    if (isFollowing(context, links)) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    return this.#inner.shouldSample(...asked);
  }

  toString(): string {
    return `Linked{${this.#inner.toString()}}`;
  }
}

/** A step without a parent that a kept step led to. */
function isFollowing(context: Context, links: readonly Link[]): boolean {
  if (trace.getSpanContext(context)) return false;
  return links.some(({ context: linked }) => (linked.traceFlags & TraceFlags.SAMPLED) !== 0);
}
