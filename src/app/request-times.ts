import { Histogram } from '../domains/serving/stats/histogram.ts';
import { addHistogram, family, type MetricFamily } from '../domains/serving/stats/metric-family.ts';

/** A request that was answered, of any protocol. */
export interface FinishedRequest {
  method: string;
  route: string;
  status: number;
  seconds: number;
}

/** Times of requests by route, method and status; there are as many as routes that were asked, and unknown paths are one. */
export class RequestTimes {
  readonly #routes = new Map<string, Map<string, Map<number, Histogram>>>();

  add({ method, route, status, seconds }: FinishedRequest): void {
    let times = this.#routes.get(route)?.get(method)?.get(status);
    times ??= this.#begin(route, method, status);
    times.add(seconds);
  }

  #begin(route: string, method: string, status: number): Histogram {
    const times = new Histogram();
    const methods = this.#routes.get(route) ?? new Map<string, Map<number, Histogram>>();
    const statuses = methods.get(method) ?? new Map<number, Histogram>();
    this.#routes.set(route, methods.set(method, statuses.set(status, times)));
    return times;
  }

  family(): MetricFamily {
    const made = family('histogram', 'tidemill_http_request_duration_seconds', 'Time from a request to its answer.');
    for (const [route, methods] of this.#routes) {
      for (const [method, statuses] of methods) {
        for (const [status, times] of statuses) addHistogram(made, { method, route, status }, times);
      }
    }
    return made;
  }
}
