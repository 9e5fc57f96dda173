import type { Logger } from 'pino';
import { TidemillError } from '../kernel/errors.ts';
import { TokenBucket } from '../kernel/token-bucket.ts';

const rate = { requestsPerSecond: 5, burst: 50 };

/**
 * Writes faults of requests to the server's log. A model that fails on its rows is no fault of the server: it is told in one
 * line, and of a flood of them only some each second, with how many were left out.
 */
export function createFaultLog(log: Logger): (error: unknown, request: Record<string, unknown>) => void {
  const bucket = new TokenBucket(rate, performance.now());
  let leftOut = 0;
  return (error, request) => {
    if (!(error instanceof TidemillError) || error.code !== 'model_failed') {
      log.error({ err: error, ...request }, 'a request failed');
    } else if (bucket.take(performance.now()) > 0) {
      leftOut++;
    } else {
      log.warn({ reason: error.message, ...request, ...(leftOut > 0 && { leftOut }) }, 'a model failed');
      leftOut = 0;
    }
  };
}
