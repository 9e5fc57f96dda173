import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import { createAlertStore } from './alert-store.ts';
import type { Alerts } from './faces.ts';
import type { Alert } from './schema.ts';

interface Parts {
  database: Database;
  ledger: Ledger;
  clock: Clock;
}

/** The verbs of alerts. */
export function createAlerts(parts: Parts): Alerts {
  return {
    get: (id) => getAlert(parts, id),
    list: (filter) => createAlertStore(parts.database.query).list(filter),
    acknowledge: (actor, id, note) => acknowledge(parts, actor, { id, note: note ?? null }),
  };
}

async function getAlert({ database }: Parts, id: string): Promise<Alert> {
  return (await createAlertStore(database.query).get(id)) ?? notFound('alert', id);
}

/** The first acknowledgement counts; later ones change nothing. */
async function acknowledge(
  parts: Parts,
  actor: Actor,
  { id, note }: { id: string; note: string | null },
): Promise<Alert> {
  return parts.database.transaction(async (tx) => {
    const store = createAlertStore(tx);
    const alert = (await store.get(id)) ?? notFound('alert', id);
    if (!(await store.acknowledge(id, { at: parts.clock.now(), name: actor.name, note }))) return alert;
    const { monitor, endpoint, severity, summary } = alert;
    const subject = { kind: 'alert', id, name: monitor };
    await parts.ledger.append(tx, {
      type: 'alert.acknowledged',
      actor,
      subject,
      data: { monitor, endpoint, severity, summary, note },
    });
    return (await store.get(id))!;
  });
}
