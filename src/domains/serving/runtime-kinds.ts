import type { SecretBox } from '../../kernel/secret-box.ts';
import { type AddressPolicy, systemResolve } from '../notify/index.ts';
import type { ServingOptions } from './deps.ts';
import { createProcessKind, type ProcessDeps } from './process-runtime.ts';
import type { Credentials } from './remote-credentials.ts';
import { createRemoteKind } from './remote-runtime.ts';
import { createRuntimes, type Runtimes } from './runtime.ts';
import { MemoryBudget } from './runtime-memory.ts';
import { createOnnxKind } from './runtime-onnx.ts';

/** What endpoints' models may do beside computing in this process; nothing unless said. */
export interface RuntimeOptions {
  /** Whether endpoints may start commands. */
  allowProcesses?: boolean;
  /** The server's own environment; processes see an allow-list of it. */
  environment?: Record<string, string | undefined>;
  /** Where the folders of processes lie. */
  processFolder?: string;
  /** Whether remote models may be at loopback and private addresses. */
  allowPrivateAddresses?: boolean;
  resolve?: AddressPolicy['resolve'];
  /** Memory for ONNX models in bytes; over it those not asked for longest are unloaded. 0: no limit. */
  modelMemoryBytes?: number;
  /** Seals the credentials of remote models. */
  secrets?: SecretBox;
  /** How often processes are looked after. */
  timing?: ProcessDeps['timing'];
}

/** Makes the loader of models with every kind of runtime. */
export function createAllRuntimes(options: ServingOptions, credentials: Credentials): Runtimes {
  const { registry, blobs, runtimes = {} } = options;
  const { allowPrivateAddresses = false, resolve = systemResolve } = runtimes;
  const processes: ProcessDeps = {
    registry,
    allowed: runtimes.allowProcesses ?? false,
    folder: processFolderOf(options),
    environment: runtimes.environment ?? {},
    ...(runtimes.timing && { timing: runtimes.timing }),
  };
  return createRuntimes({
    kinds: {
      onnx: createOnnxKind({ registry, blobs, budget: new MemoryBudget(runtimes.modelMemoryBytes ?? 0) }),
      process: createProcessKind(processes),
      remote: createRemoteKind({ registry, credentials, policy: { allowPrivateAddresses, resolve } }),
    },
  });
}

/** Where the folders of processes lie. */
export function processFolderOf({ runtimes, folder }: Pick<ServingOptions, 'runtimes' | 'folder'>): string {
  return runtimes?.processFolder ?? `${folder}-processes`;
}
