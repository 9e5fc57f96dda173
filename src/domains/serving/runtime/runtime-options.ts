import type { AddressPolicy } from '../../../kernel/addresses.ts';
import type { SecretBox } from '../../../kernel/secret-box.ts';
import type { SupervisedOptions } from './process-supervisor.ts';

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
  timing?: SupervisedOptions['timing'];
}
