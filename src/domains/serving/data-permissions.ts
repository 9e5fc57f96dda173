import { type Actor, may } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';

const permissions = { dataset: 'data.read', as: 'data.write' } as const;

/** Fails with `forbidden` where what somebody asks to be scored, or written, is data that they may not read, or write. */
export function checkDataPermissions(
  actor: Actor,
  asked: { dataset?: string | undefined; as?: string | undefined },
): void {
  for (const field of ['dataset', 'as'] as const) {
    const permission = permissions[field];
    if (asked[field] === undefined || may(actor, permission)) continue;
    fail('forbidden', `${actor.name} needs the permission '${permission}' for '${field}'.`, { field });
  }
}
