/** Who does something: a person, a program with a token, a pipeline step, or Tidemill itself. */
export interface Actor {
  id: string;
  kind: 'user' | 'service' | 'step' | 'system';
  name: string;
  /** Permissions such as `models.write`; `*` grants all. */
  permissions: readonly string[];
}

/** Tidemill acting by itself: schedules, readers, rollouts. */
export const systemActor: Actor = { id: 'system', kind: 'system', name: 'tidemill', permissions: ['*'] };

/** Whether the actor holds a permission: exactly, by `*`, or by `<area>.*`. */
export function may(actor: Actor, permission: string): boolean {
  const area = permission.slice(0, permission.indexOf('.'));
  return actor.permissions.some((held) => held === '*' || held === permission || held === `${area}.*`);
}
