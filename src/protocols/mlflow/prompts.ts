import type { Filter } from '../../kernel/filter/index.ts';
import { refuse } from './errors.ts';

/** The tag that makes a registered model a prompt. */
export const isPromptTag = 'mlflow.prompt.is_prompt';

/** What clients send as the source of a prompt's version, which has no files. */
const placeholders: readonly string[] = ['dummy-source', 'prompt-template'];

const isPromptFilter: Filter = {
  kind: 'comparison',
  field: { kind: 'tag', key: isPromptTag, type: 'text' },
  operator: '=',
  value: 'true',
};

/** Whether tags say that something is a prompt. */
export function isPrompt(tags: Record<string, string>): boolean {
  return tags[isPromptTag]?.toLowerCase() === 'true';
}

/** Refuses a prompt whose source is a place: it has none, and would be one that nobody checks. */
export function checkPromptSource(source: string): void {
  if (placeholders.includes(source)) return;
  const why = 'Prompt sources must use an MLflow placeholder.';
  refuse('INVALID_PARAMETER_VALUE', `Invalid prompt source: '${source}'. ${why}`, 'source');
}

/**
 * A filter as the protocol means it: prompts stay hidden unless it speaks of them, and what has no such tag is no prompt, so
 * that `!= 'true'` lets plain models through.
 */
export function withoutPrompts(filter: Filter | undefined): Filter {
  const models: Filter = { kind: 'not', part: isPromptFilter };
  if (filter === undefined) return models;
  return speaksOfPrompts(filter) ? rewritten(filter) : { kind: 'and', parts: [filter, models] };
}

function speaksOfPrompts(filter: Filter): boolean {
  if (filter.kind === 'comparison') return filter.field.kind === 'tag' && filter.field.key === isPromptTag;
  return filter.kind === 'not' ? speaksOfPrompts(filter.part) : filter.parts.some(speaksOfPrompts);
}

function rewritten(filter: Filter): Filter {
  if (filter.kind === 'not') return { kind: 'not', part: rewritten(filter.part) };
  if (filter.kind !== 'comparison') return { kind: filter.kind, parts: filter.parts.map(rewritten) };
  const { operator, value } = filter;
  if (!speaksOfPrompts(filter) || (operator !== '=' && operator !== '!=')) return filter;
  const wantsPrompts = (String(value).toLowerCase() === 'true') === (operator === '=');
  return wantsPrompts ? isPromptFilter : { kind: 'not', part: isPromptFilter };
}
