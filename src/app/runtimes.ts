import { join } from 'node:path';
import type { ServingOptions } from '../domains/serving/index.ts';
import type { SecretBox } from '../kernel/secret-box.ts';
import type { Settings } from '../settings.ts';

const units = { MB: 2 ** 20, GB: 2 ** 30 };

/** What the settings allow the models behind endpoints. */
export function runtimesOf(
  settings: Settings,
  secrets: SecretBox,
  environment: Record<string, string | undefined>,
): NonNullable<ServingOptions['runtimes']> {
  const { allowProcessRuntimes: allowProcesses, allowPrivateAddresses, home, modelMemory } = settings;
  const unit = units[modelMemory.slice(-2) as 'MB'] ?? 1;
  const modelMemoryBytes = Number.parseInt(modelMemory, 10) * unit;
  const processFolder = join(home, 'runtimes');
  return { allowProcesses, allowPrivateAddresses, environment, modelMemoryBytes, processFolder, secrets };
}
