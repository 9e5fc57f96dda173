import { z } from 'zod';
import { isPrompt, isPromptTag } from './prompts.ts';
import type { Topic } from './webhook-events.ts';

/** A topic and what is told of it. */
export interface Payload {
  topic: Topic;
  data: Record<string, unknown>;
}

/** An event of the ledger, as far as it is told. */
export interface Told {
  type: string;
  subject: { name?: string };
  data: Record<string, unknown>;
}

const hidden = new Set([isPromptTag, '_mlflow_prompt_type']);
const templateTag = 'mlflow.prompt.text';
const said = { description: z.string().default(''), tags: z.record(z.string(), z.string()).default({}) };
const at = { model: z.string(), version: z.number().transform(String) };
const tag = { key: z.string(), value: z.string().nullable() };
const shapes = {
  model: z.object(said),
  version: z.object({ ...said, ...at, runId: z.string().nullable(), origin: z.string().default('') }),
  modelTag: z.object(tag),
  versionTag: z.object({ ...at, ...tag }),
  alias: z.object({ alias: z.string(), to: z.number().nullable() }),
};

/**
 * What is told of an event; nothing of events that receivers have no word for. `isPromptNamed` says what the model of a name is
 * now: a model never becomes a prompt, nor a prompt a model.
 */
export async function payloadOf(
  { type, subject: { name = '' }, data }: Told,
  isPromptNamed: (model: string) => Promise<boolean>,
): Promise<Payload | undefined> {
  switch (type) {
    case 'model.created':
      return modelCreated(name, shapes.model.parse(data));
    case 'model-version.created':
      return versionCreated(shapes.version.parse(data));
    case 'model-tag.changed':
      return (await isPromptNamed(name)) ? tagged('prompt_tag', { name }, shapes.modelTag.parse(data)) : undefined;
    case 'model-version-tag.changed': {
      const { model, version, ...changed } = shapes.versionTag.parse(data);
      const entity = (await isPromptNamed(model)) ? 'prompt_version_tag' : 'model_version_tag';
      return tagged(entity, { name: model, version }, changed);
    }
    case 'model-alias.moved': {
      const entity = (await isPromptNamed(name)) ? 'prompt_alias' : 'model_version_alias';
      const { alias, to } = shapes.alias.parse(data);
      if (to === null) return { topic: `${entity}.deleted`, data: { name, alias } };
      return { topic: `${entity}.created`, data: { name, alias, version: String(to) } };
    }
    default:
      return undefined;
  }
}

function modelCreated(name: string, { tags, description }: z.output<typeof shapes.model>): Payload {
  if (!isPrompt(tags)) return { topic: 'registered_model.created', data: { name, tags, description } };
  return { topic: 'prompt.created', data: { name, tags: withoutInner(tags), description } };
}

function versionCreated(created: z.output<typeof shapes.version>): Payload {
  const { model: name, version, runId, tags, origin } = created;
  const description = created.description || null;
  if (isPrompt(tags)) {
    const { [templateTag]: template = null, ...others } = withoutInner(tags);
    return { topic: 'prompt_version.created', data: { name, version, template, tags: others, description } };
  }
  const source = origin || `models:/${name}/${version}`;
  return { topic: 'model_version.created', data: { name, version, source, run_id: runId, tags, description } };
}

function tagged(
  entity: 'prompt_tag' | 'prompt_version_tag' | 'model_version_tag',
  of: Record<string, string>,
  { key, value }: z.output<typeof shapes.modelTag>,
): Payload {
  if (value === null) return { topic: `${entity}.deleted`, data: { ...of, key } };
  return { topic: `${entity}.set`, data: { ...of, key, value } };
}

function withoutInner(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !hidden.has(key)));
}
