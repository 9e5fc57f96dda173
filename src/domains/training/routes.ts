import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { Study, TrainingState, TrainRequest } from './schema.ts';
import type { Training } from './service.ts';

const runId = z.object({ runId: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits') });

/** Routes of training. */
export function trainingRoutes(training: Training): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/train',
      permission: 'training.write',
      summary: 'Start to train a model; follow it by its run',
      status: 202,
      input: TrainRequest,
      output: z.object({ runId: z.string() }).meta({ id: 'StartedTraining' }),
      handle: async ({ input, actor }) => ({ runId: (await training.start(actor, input)).runId }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/train/:runId',
      permission: 'training.read',
      summary: 'How far a training is',
      input: runId,
      output: TrainingState,
      handle: ({ input }) => training.state(input.runId),
    }),
    route({
      method: 'POST',
      path: '/api/v1/train/:runId/cancel',
      permission: 'training.write',
      summary: 'Cancel a training under way',
      input: runId,
      handle: ({ input }) => training.cancel(input.runId),
    }),
    route({
      method: 'GET',
      path: '/api/v1/train/:runId/study',
      permission: 'training.read',
      summary: 'The trials of a search',
      input: runId,
      output: Study,
      handle: ({ input }) => training.study(input.runId),
    }),
  ];
}
