import type { Blobs } from '../../../blobs/index.ts';
import { type AddressPolicy, systemResolve } from '../../notify/index.ts';
import type { Registry } from '../../registry/index.ts';
import { withStages } from '../processing/load-chain.ts';
import type { OnlineFeatures } from '../processing/online-features.ts';
import { createProcessKind, type ProcessDeps } from './process-runtime.ts';
import type { Credentials } from './remote-credentials.ts';
import { createRemoteKind } from './remote-runtime.ts';
import { createRuntimes, type Runtimes } from './runtime.ts';
import { MemoryBudget } from './runtime-memory.ts';
import { createOnnxKind } from './runtime-onnx.ts';
import type { RuntimeOptions } from './runtime-options.ts';

interface Parts {
  registry: Registry;
  blobs: Blobs;
  folder: string;
  runtimes?: RuntimeOptions;
  onlineFeatures?: OnlineFeatures;
}

/** Makes the loader of models with every kind of runtime. */
export function createAllRuntimes(options: Parts, credentials: Credentials): Runtimes {
  const { registry, blobs, runtimes = {}, onlineFeatures } = options;
  const processes: ProcessDeps = {
    registry,
    allowed: runtimes.allowProcesses ?? false,
    folder: processFolderOf(options),
    environment: runtimes.environment ?? {},
    ...(runtimes.timing && { timing: runtimes.timing }),
  };
  const onnx = createOnnxKind({ registry, blobs, budget: new MemoryBudget(runtimes.modelMemoryBytes ?? 0) });
  const stages = { onnx, features: onlineFeatures, allowed: processes.allowed, folder: processes.folder };
  return createRuntimes({
    withStages: (model, want) => withStages(stages, model, want),
    kinds: {
      onnx,
      process: createProcessKind(processes),
      remote: createRemoteKind({ registry, credentials, policy: addressesOf(runtimes) }),
    },
  });
}

/** Where the folders of processes lie. */
export function processFolderOf({ runtimes, folder }: Pick<Parts, 'runtimes' | 'folder'>): string {
  return runtimes?.processFolder ?? `${folder}-processes`;
}

/** Which addresses the servers of remote models and of metrics may have. */
export function addressesOf({
  allowPrivateAddresses = false,
  resolve = systemResolve,
}: RuntimeOptions = {}): AddressPolicy {
  return { allowPrivateAddresses, resolve };
}
