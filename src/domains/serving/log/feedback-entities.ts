import type { ServingDeps } from '../deps.ts';
import { createEndpointStore } from '../store.ts';
import type { Feedback, FeedbackItem } from './feedback-schema.ts';
import { findByEntity } from './find-entities.ts';
import type { KnownPrediction } from './find-predictions.ts';
import { logRulesOf } from './log-rules.ts';
import { defaultWindowMs } from './log-spec.ts';
import { entityKeeper } from './logged-entity.ts';

/** The entities of one load of feedback: whom they name and which predictions are about them. */
export interface Entities {
  /** What is wrong with the entity of an item. */
  wrong(item: Feedback): Promise<{ field: string; message: string } | undefined>;
  /** The predictions that items mean. */
  find(items: readonly FeedbackItem[]): Promise<Map<FeedbackItem, KnownPrediction>>;
  /** The entity of an item as it may be written down: as the log has it, or nothing where that cannot be known. */
  shown(item: { entity?: unknown; endpoint?: unknown }): Promise<string | undefined>;
}

interface EndpointEntity {
  windowMs: number;
  keep(value: string): string;
}

/** Reads the declarations of endpoints as they are needed; `endpoint` is meant where an item names none. */
export function readEntities(deps: ServingDeps, endpoint?: string): Entities {
  const known = new Map<string, Promise<EndpointEntity | undefined>>();
  const entityOf = (name: string) => {
    const found = known.get(name) ?? readEntity(deps, name);
    known.set(name, found);
    return found;
  };
  return {
    async wrong(item) {
      const name = item.endpoint ?? endpoint;
      if (name === undefined) return { field: 'endpoint', message: 'An entity needs the `endpoint` it belongs to.' };
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
      if (/[\u0000-\u001f\u007f]/.test(String(item.entity))) {
        return { field: 'entity', message: 'An entity may not hold control characters.' };
      }
      if (await entityOf(name)) return undefined;
      return { field: 'endpoint', message: `There is no endpoint '${name}' whose log names an entity.` };
    },
    async find(items) {
      const found = new Map<FeedbackItem, KnownPrediction>();
      for (const [name, group] of byEndpoint(items, endpoint)) {
        const rule = await entityOf(name);
        if (!rule) continue;
        const now = deps.clock.now();
        const asked = group.map(({ item }) => {
          const at = item.at === undefined ? now : Date.parse(item.at);
          return { entity: rule.keep(String(item.entity)), from: at - rule.windowMs, at };
        });
        const predictions = await findByEntity(deps, name, asked);
        predictions.forEach((prediction, place) => {
          if (prediction) found.set(group[place]!, prediction);
        });
      }
      return found;
    },
    async shown(item) {
      const name = typeof item.endpoint === 'string' ? item.endpoint : endpoint;
      const rule = name === undefined ? undefined : await entityOf(name);
      return rule?.keep(String(item.entity));
    },
  };
}

async function readEntity(deps: ServingDeps, name: string): Promise<EndpointEntity | undefined> {
  const stored = await createEndpointStore(deps.database.query).find(name);
  const column = stored?.spec.log.entity;
  if (!stored || column === undefined) return undefined;
  const rules = await logRulesOf(deps)(stored.spec.log);
  return { windowMs: stored.spec.log.windowMs ?? defaultWindowMs, keep: entityKeeper(rules, column) };
}

function byEndpoint(items: readonly FeedbackItem[], endpoint: string | undefined): Map<string, FeedbackItem[]> {
  const groups = new Map<string, FeedbackItem[]>();
  for (const one of items) {
    const name = one.item.endpoint ?? endpoint;
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}
