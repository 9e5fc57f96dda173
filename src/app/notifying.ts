import { createNotify, type Notify } from '../domains/notify/index.ts';
import { createMlflowWebhookFormat } from '../protocols/mlflow/index.ts';
import type { Foundations } from './foundations.ts';

/** Makes notify with every format that webhooks may speak; `modelOf` is asked for a model's tags. */
export async function createNotifying(
  base: Foundations,
  modelOf: (name: string) => Promise<{ tags: Record<string, string> }>,
): Promise<Notify> {
  const { allowPrivateAddresses } = base.settings;
  const tagsOf = async (model: string) => (await modelOf(model)).tags;
  const formats = [createMlflowWebhookFormat({ allowHttp: allowPrivateAddresses, tagsOf })];
  const notify = createNotify({ ...base, formats, allowPrivateAddresses });
  await notify.sealSecrets();
  return notify;
}
