import { type AddressPolicy, checkUrl } from '../../../kernel/addresses.ts';
import { messageOf } from '../../../kernel/errors.ts';
import type { Tensor } from '../../../onnx/index.ts';
import type { Registry } from '../../registry/index.ts';
import type { RunCall } from '../predict/batcher.ts';
import { Breaker } from './remote-breaker.ts';
import type { Credentials } from './remote-credentials.ts';
import { isTrouble } from './remote-errors.ts';
import { createUpstream, type Upstream } from './remote-http.ts';
import { openRemoteModel, type RemoteModel } from './remote-model.ts';
import type { LoadedModel, ModelLimits, RuntimeKind, WantedModel } from './runtime-model.ts';
import type { RemoteRuntimeSpec } from './runtime-schema.ts';
import { faceOfColumns, faceOfVersion } from './runtime-signature.ts';

interface RemoteDeps {
  registry: { versions: Pick<Registry['versions'], 'get' | 'files' | 'openFile'> };
  policy: AddressPolicy;
  credentials: Pick<Credentials, 'headers' | 'read' | 'refused'>;
}

/** Models that another server answers for. */
export function createRemoteKind(deps: RemoteDeps): RuntimeKind {
  return {
    async load(want) {
      const spec = want.spec.runtime as RemoteRuntimeSpec;
      const url = addressOf(spec, want);
      await checkUrl(url, deps.policy);
      await deps.credentials.read(want.endpoint);
      const version = await deps.registry.versions.get(want.model, want.version);
      const face = spec.columns
        ? faceOfColumns(spec.columns, spec.protocol !== 'mlflow')
        : await faceOfVersion(deps.registry, version);
      const upstream = createUpstream({
        ...spec,
        policy: deps.policy,
        headers: () => deps.credentials.headers(want.endpoint),
        refused: () => deps.credentials.refused(want.endpoint),
      });
      try {
        const model = await openRemoteModel(upstream, { url, protocol: spec.protocol }, face);
        return new Remote(model, upstream, spec);
      } catch (error) {
        upstream.close();
        throw error;
      }
    },
  };
}

function addressOf({ url }: RemoteRuntimeSpec, { model, version }: WantedModel): string {
  const filled = url.replaceAll('{model}', encodeURIComponent(model)).replaceAll('{version}', String(version));
  return filled.replace(/\/+$/, '');
}

class Remote implements LoadedModel {
  readonly limits: ModelLimits;
  readonly #model: RemoteModel;
  readonly #upstream: Upstream;
  readonly #breaker: Breaker;

  constructor(model: RemoteModel, upstream: Upstream, spec: RemoteRuntimeSpec) {
    this.#model = model;
    this.#upstream = upstream;
    this.#breaker = new Breaker(spec.breaker);
    this.limits = { maxBatchRows: spec.maxBatchRows, concurrency: spec.concurrency };
  }

  get plan() {
    return this.#model.plan;
  }

  async predict(feeds: Record<string, Tensor>, call: RunCall): Promise<Record<string, Tensor>> {
    const breaker = this.#breaker;
    breaker.enter(performance.now());
    try {
      const results = await this.#model.ask(feeds, call);
      breaker.succeeded();
      return results;
    } catch (error) {
      if (isTrouble(error)) breaker.failed(performance.now(), messageOf(error));
      else breaker.succeeded();
      throw error;
    }
  }

  describe() {
    const { isOpen, reason } = this.#breaker;
    const state = isOpen ? 'open' : 'ready';
    return { kind: 'remote', placement: 'remote', state, ...(reason !== undefined && { reason }) } as const;
  }

  memoryBytes(): number {
    return 0;
  }

  logs(): string[] {
    return [];
  }

  async close(): Promise<void> {
    this.#upstream.close();
  }
}
