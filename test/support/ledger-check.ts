import { expect } from 'vitest';
import type { ServerProcess } from './server-process.ts';

/** Fails unless every event, subtree and checkpoint of the ledger is as it was written. */
export async function verifyLedger(server: Pick<ServerProcess, 'call'>): Promise<void> {
  const { status, body } = await server.call('POST', 'ledger/verify', {});
  expect({ status, problems: body.problems, ok: body.ok }).toEqual({ status: 200, problems: [], ok: true });
}
