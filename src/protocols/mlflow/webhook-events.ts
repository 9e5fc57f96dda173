import { refuse } from './errors.ts';

/** What may happen to what, in the words of webhooks. */
export const actionsOf = {
  registered_model: ['created'],
  model_version: ['created'],
  model_version_tag: ['set', 'deleted'],
  model_version_alias: ['created', 'deleted'],
  prompt: ['created'],
  prompt_version: ['created'],
  prompt_tag: ['set', 'deleted'],
  prompt_version_tag: ['set', 'deleted'],
  prompt_alias: ['created', 'deleted'],
  budget_policy: ['exceeded'],
} as const satisfies Record<string, readonly string[]>;

type Actions = typeof actionsOf;
/** A pair such as `model_version_alias.created`. */
export type Topic = { [E in keyof Actions]: `${E}.${Actions[E][number]}` }[keyof Actions];

/** Every topic, in the order of the reference. */
export const topics = Object.entries(actionsOf).flatMap(([entity, actions]) =>
  actions.map((action) => `${entity}.${action}` as Topic),
);

/** An event as the wire has it: names in capitals. */
export interface WireEvent {
  entity?: string | undefined;
  action?: string | undefined;
}

/** The topic of a wire event; refused when there is none of that kind. */
export function topicOf({ entity = 'entity_unspecified', action = 'action_unspecified' }: WireEvent): Topic {
  const [what, how] = [entity.toLowerCase(), action.toLowerCase()];
  const actions: readonly string[] = Object.hasOwn(actionsOf, what) ? actionsOf[what as keyof Actions] : [];
  if (actions.includes(how)) return `${what}.${how}` as Topic;
  const valid = [...actions].sort().map((one) => `'${one}'`);
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Invalid action '${how}' for entity '${what}'. Valid actions are: [${valid.join(', ')}]`,
    'events',
  );
}

/** The wire events that patterns (`<entity>.<action>`, `<entity>.*`, `*`) stand for. */
export function wireEventsOf(patterns: readonly string[]): Required<WireEvent>[] {
  return topics.filter((topic) => patterns.some((pattern) => fits(pattern, topic))).map(toWire);
}

/** Whether a pattern stands for a topic. */
export function fits(pattern: string, topic: string): boolean {
  if (pattern === '*' || pattern === topic) return true;
  return pattern.endsWith('.*') && topic.startsWith(pattern.slice(0, -1));
}

function toWire(topic: Topic) {
  const [entity = '', action = ''] = topic.toUpperCase().split('.');
  return { entity, action };
}
