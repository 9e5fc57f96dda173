import { z } from 'zod';

/** What is sent: the request, the answer, and labels that come later. */
export const sinkEvent = z.enum(['request', 'response', 'feedback']);

/** Where an endpoint's log is sent as CloudEvents. */
export const logSinkSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .refine(
        (url) => !/^[a-z]+:\/\/[^/]*@/i.test(url),
        'may hold no user and password: set the header as a credential',
      )
      .describe('Takes the events by POST.'),
    dialect: z
      .enum(['kserve', 'seldon'])
      .default('kserve')
      .describe("The names of types and attributes: KServe's (CloudEvents 1.0), or Seldon's and MLServer's (0.3)."),
    mode: z
      .enum(['binary', 'structured', 'batch'])
      .default('binary')
      .describe('One event a request with attributes as headers or in the body, or many events a request.'),
    events: z.array(sinkEvent).min(1).max(3).default(['request', 'response']),
    namespace: z
      .string()
      .regex(/^[\w.-]{1,63}$/, 'takes letters, digits, `.`, `_` and `-`')
      .default('default')
      .describe('The attribute `namespace`.'),
  })
  .refine((sink) => sink.mode !== 'batch' || sink.dialect === 'kserve', 'in batches takes the dialect `kserve`')
  .meta({ id: 'PredictionLogSink' });

/** Where an endpoint's log is sent as CloudEvents. */
export type LogSink = z.output<typeof logSinkSchema>;
