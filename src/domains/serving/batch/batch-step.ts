import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Actor } from '../../../kernel/actor.ts';
import { TidemillError } from '../../../kernel/errors.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { BatchRequest } from './batch-schema.ts';
import type { BatchPredictions } from './batch-service.ts';

const params = BatchRequest.omit({ key: true })
  .extend({ endpoint: nameSchema })
  .describe('The input `dataset` is scored unless `dataset` or `source` says otherwise.');

interface StepCall {
  params: z.output<typeof params>;
  inputs: Record<string, { kind: string; id: string }>;
  actor: Actor;
  runId: string;
  stepName: string;
  signal: AbortSignal;
  log(line: string): void;
}

/** The builtin step `predict`: an endpoint's version over a dataset version; its output is `dataset`, or the file `scored`. */
export function predictStep(batches: BatchPredictions) {
  return {
    name: 'predict',
    params,
    async run({ params: { endpoint, ...asked }, inputs, actor, runId, stepName, signal, log }: StepCall) {
      const input = Object.values(inputs).find((one) => one.kind === 'dataset-version');
      const dataset = asked.dataset ?? (asked.source ? undefined : input?.id);
      const request = { ...asked, ...(dataset !== undefined && { dataset }), key: `${runId}/${stepName}` };
      const started = await batches.start(actor, { endpoint, request, producer: { runId, stepName } });
      log(`${endpoint}: version ${started.version} of ${started.model}.`);
      const done = await follow(batches, { id: started.id, actor, signal, log });
      const { file, dataset: made, quarantine, rowsPerSecond } = done.result!;
      const outputs = {
        ...(made && {
          dataset: {
            kind: 'dataset-version' as const,
            id: made.versionId,
            digest: made.digest,
            name: `${made.name}@${made.version}`,
          },
        }),
        ...(file && {
          scored: { kind: 'file' as const, id: file.digest, digest: file.digest, name: 'scored.parquet' },
        }),
      };
      if (quarantine) log(`${quarantine.rows} rows could not be scored; batch prediction ${done.id} has them.`);
      return { outputs, metrics: { rows: done.rows, quarantinedRows: done.quarantinedRows, rowsPerSecond } };
    },
  };
}

type Followed = Pick<StepCall, 'actor' | 'signal' | 'log'> & { id: string };

async function follow(batches: BatchPredictions, { id, actor, signal, log }: Followed) {
  for (let rows = 0; ; ) {
    const batch = await batches.find(id);
    if (batch.rows !== rows) log(`${batch.rows}${batch.totalRows === null ? '' : ` of ${batch.totalRows}`} rows.`);
    rows = batch.rows;
    if (batch.state === 'succeeded') return batch;
    if (batch.error) throw new TidemillError(batch.error.code as 'invalid_data', batch.error.message);
    if (batch.state === 'cancelled') throw new TidemillError('cancelled', 'The batch prediction was cancelled.');
    try {
      await pause(200, undefined, { signal });
    } catch {
      await batches.cancel(actor, id).catch(() => {});
      throw signal.reason;
    }
  }
}
