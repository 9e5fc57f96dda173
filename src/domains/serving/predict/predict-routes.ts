import { z } from 'zod';
import { Reply, type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { ExplainRequest, explainedBySchema, explanationSchema } from '../explain/explain-schema.ts';
import type { Predictor } from '../predictor.ts';
import type { Variant } from '../schema.ts';

const record = { type: 'object', additionalProperties: true } as const;
const predictInput = z
  .object({
    name: nameSchema,
    // Rows are checked by the plan of the model, not here: a general check would cost more than the model itself.
    rows: z
      .unknown()
      .optional()
      .meta({ type: 'array', items: record, description: 'Objects of column and value; or else `columns`.' }),
    columns: z
      .unknown()
      .optional()
      .meta({ ...record, description: 'A list of values for each column.' }),
    id: z.string().optional().describe('Id of the request; predictions are `<id>.<row>`. One is made unless given.'),
    key: z.string().optional().describe('Keeps callers of the same key on the same variant.'),
    variant: z.string().optional().describe('The variant that shall answer.'),
    explain: z
      .union([z.boolean(), ExplainRequest])
      .optional()
      .describe('Whether and how to say what each column gave to each answer.'),
    at: z.string().optional().describe('Event time, ISO 8601; needs the permission `predict.replay`.'),
  })
  .meta({ id: 'PredictRequest' });
const predictOutput = z
  .object({
    model: z.string(),
    version: z.number().int(),
    variant: z.string(),
    predictions: z.array(
      z.object({
        predictionId: z.string(),
        outputs: z.record(z.string(), z.unknown()),
        explanation: explanationSchema.optional(),
      }),
    ),
    explained: explainedBySchema.optional().describe('How the explanations were made, where they were asked for.'),
  })
  .meta({ id: 'PredictReply' });

/** The native route of predictions. */
export function predictRoute(predictor: Pick<Predictor, 'predict' | 'checkRoom'>): Route {
  return route({
    method: 'POST',
    path: '/api/v1/endpoints/:name/predict',
    permission: 'predict.invoke',
    summary: 'Predicts rows; each answer has an id for feedback.',
    input: predictInput,
    output: predictOutput,
    admit: ({ name = '' }) => predictor.checkRoom({ endpoint: name, protocol: 'native' }),
    handle: async ({ input, requestId, headers, actor, trace }) => {
      const told = { ...jsonType, 'x-tidemill-version': '', 'x-tidemill-variant': '' };
      const onAnswered = ({ version, name }: Variant) => {
        told['x-tidemill-version'] = String(version);
        told['x-tidemill-variant'] = name;
      };
      const call = { endpoint: input.name, body: input, requestId, headers, actor, trace, onAnswered };
      return new Reply(await predictor.predict(call), 200, told);
    },
  });
}
const jsonType = { 'content-type': 'application/json; charset=utf-8' };
