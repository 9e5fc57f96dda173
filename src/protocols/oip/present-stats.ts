import type { InferenceStats, Span } from '../../domains/serving/index.ts';

/** Statistics of models in Triton's words; times in nanoseconds, `last_inference` in ms since 1970. */
export function presentStats(stats: readonly InferenceStats[]) {
  return { model_stats: stats.map(presentOne) };
}

function presentOne(stats: InferenceStats) {
  return {
    name: stats.endpoint,
    version: String(stats.version),
    last_inference: stats.lastAt,
    inference_count: stats.rows,
    execution_count: stats.runs,
    inference_stats: {
      success: duration(stats.success),
      fail: duration(stats.failed),
      queue: duration(stats.queue),
      compute_input: duration(stats.input),
      compute_infer: duration(stats.infer),
      compute_output: duration(stats.output),
      cache_hit: duration(none),
      cache_miss: duration(none),
    },
    batch_stats: stats.batches.map(({ rows, runs, inputMs, inferMs, outputMs }) => ({
      batch_size: rows,
      compute_input: duration({ count: runs, ms: inputMs }),
      compute_infer: duration({ count: runs, ms: inferMs }),
      compute_output: duration({ count: runs, ms: outputMs }),
    })),
    response_stats: {},
    memory_usage: [{ type: 'CPU', id: 0, byte_size: stats.memoryBytes }],
  };
}

const none: Span = { count: 0, ms: 0 };

function duration({ count, ms }: Span) {
  return { count, ns: Math.round(ms * 1e6) };
}
