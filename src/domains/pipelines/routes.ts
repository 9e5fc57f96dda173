import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Blobs } from '../../blobs/index.ts';
import { Reply, type Route, route } from '../../http/route.ts';
import { fail } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { Pipelines } from './pipelines.ts';
import { PipelineRun, PipelineRunStep, RunFilter, StepAttempt } from './run-schema.ts';
import { PipelineSpec } from './schema.ts';
import type { LogChunk } from './step-log.ts';

const Pipeline = z
  .object({ name: z.string(), spec: PipelineSpec, version: z.string(), declaredAt: z.string() })
  .meta({ id: 'Pipeline' });
const Schedule = z
  .object({
    name: z.string(),
    cron: z.string(),
    timezone: z.string(),
    enabled: z.boolean(),
    nextAt: z.string().optional(),
    fires: z.array(z.object({ fireAt: z.string(), state: z.string(), runId: z.string().optional() })),
  })
  .meta({ id: 'PipelineSchedule' });
const LogChunkSchema = z
  .object({ text: z.string(), offset: z.number().int(), nextOffset: z.number().int(), ended: z.boolean() })
  .meta({ id: 'StepLog' });
const Bundle = z.object({ digest: z.string(), files: z.record(z.string(), z.string()) }).meta({ id: 'CodeBundle' });
const StepWithTries = PipelineRunStep.extend({ tries: z.array(StepAttempt) }).meta({ id: 'PipelineRunStepDetail' });

const name = z.object({ name: z.string() });
const id = z.object({ id: z.string() });
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'is a sha256 digest');
const flag = z.preprocess((given) => given === 'true' || given === '1' || given === true, z.boolean());

/** The API of pipelines. */
export function pipelinesRoutes(pipelines: Pipelines, blobs: Blobs): Route[] {
  return [
    ...documentRoutes(pipelines),
    ...runRoutes(pipelines),
    ...stepRoutes(pipelines, blobs),
    ...bundleRoutes(pipelines, blobs),
  ];
}

function documentRoutes(pipelines: Pipelines): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/pipelines',
      permission: 'pipelines.read',
      summary: 'List pipelines',
      input: z.object(pageQuery),
      output: pageOf(Pipeline),
      handle: ({ input }) => pipelines.pipelines(input),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipelines/:name',
      permission: 'pipelines.read',
      summary: 'Show a pipeline',
      input: name,
      output: Pipeline,
      handle: ({ input }) => pipelines.pipeline(input.name),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/pipelines/:name',
      permission: 'pipelines.write',
      summary: 'Create or change a pipeline',
      input: name.extend({ spec: z.unknown().describe('A PipelineSpec.') }),
      output: Pipeline,
      handle: ({ input, actor }) => pipelines.declare(actor, input.name, input.spec as never),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/pipelines/:name',
      permission: 'pipelines.write',
      summary: 'Remove a pipeline; its runs stay',
      input: name,
      status: 204,
      handle: ({ input, actor }) => pipelines.undeclare(actor, input.name),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipelines/:name/schedules',
      permission: 'pipelines.read',
      summary: "A pipeline's schedules: when they fire next and what became of the last fire times",
      input: name,
      output: z.object({ items: z.array(Schedule) }),
      handle: async ({ input }) => ({ items: await pipelines.schedules(input.name) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/pipelines/:name/runs',
      permission: 'pipelines.run',
      summary: 'Start a run',
      input: name.extend({ params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}) }),
      output: PipelineRun,
      status: 201,
      handle: ({ input, actor }) => pipelines.start(actor, { pipeline: input.name, params: input.params }),
    }),
  ];
}

function runRoutes(pipelines: Pipelines): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/pipeline-runs',
      permission: 'pipelines.read',
      summary: 'List runs, newest first',
      input: RunFilter,
      output: pageOf(PipelineRun),
      handle: ({ input }) => pipelines.runs(input),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipeline-runs/:id',
      permission: 'pipelines.read',
      summary: 'Show a run',
      input: id,
      output: PipelineRun,
      handle: ({ input }) => pipelines.run(input.id),
    }),
    route({
      method: 'POST',
      path: '/api/v1/pipeline-runs/:id/cancel',
      permission: 'pipelines.run',
      summary: 'Cancel a run',
      input: id,
      output: PipelineRun,
      handle: ({ input, actor }) => pipelines.cancel(actor, input.id),
    }),
    route({
      method: 'POST',
      path: '/api/v1/pipeline-runs/:id/rerun',
      permission: 'pipelines.run',
      summary: 'Run again from the failed steps, or from a step on, with the original or the latest code',
      input: id.extend({ fromStep: z.string().optional(), code: z.enum(['original', 'latest']).default('original') }),
      output: PipelineRun,
      status: 201,
      handle: ({ input: { id: runId, code, fromStep }, actor }) =>
        pipelines.rerun(actor, { runId, code, ...(fromStep !== undefined && { fromStep }) }),
    }),
  ];
}

function stepRoutes(pipelines: Pipelines, blobs: Blobs): Route[] {
  const step = id.extend({ step: z.string() });
  return [
    route({
      method: 'GET',
      path: '/api/v1/pipeline-runs/:id/steps',
      permission: 'pipelines.read',
      summary: "List a run's steps in the order of the graph",
      input: id.extend(pageQuery),
      output: pageOf(PipelineRunStep),
      handle: ({ input }) => pipelines.steps(input.id, input),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipeline-runs/:id/steps/:step',
      permission: 'pipelines.read',
      summary: 'Show a step with its tries',
      input: step,
      output: StepWithTries,
      handle: ({ input }) => pipelines.step(input.id, input.step),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipeline-runs/:id/steps/:step/logs',
      permission: 'pipelines.read',
      summary:
        'Read a log by offset, or follow it live as server-sent events (`follow=true`; the event id is the next offset)',
      input: step.extend({
        attempt: z.coerce.number().int().min(1).optional(),
        offset: z.coerce.number().int().min(0).default(0),
        limitBytes: z.coerce.number().int().min(1).max(1_048_576).default(65_536),
        follow: flag.default(false),
      }),
      output: LogChunkSchema,
      handle({ input: { id: runId, follow, offset, ...query }, signal, headers }) {
        const resumed = Number(headers['last-event-id'] ?? offset);
        const asked = { ...query, runId, offset: Number.isSafeInteger(resumed) && resumed >= 0 ? resumed : offset };
        return follow ? streamLog(pipelines.followLog(asked, signal)) : pipelines.log(asked);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipeline-runs/:id/steps/:step/outputs/:output',
      permission: 'pipelines.read',
      summary: 'Download an output: the bytes of a file, or JSON',
      input: step.extend({ output: z.string() }),
      handle: ({ input }) => downloadOutput(pipelines, blobs, input),
    }),
  ];
}

function bundleRoutes(pipelines: Pipelines, blobs: Blobs): Route[] {
  return [
    route({
      method: 'PUT',
      path: '/api/v1/bundles/files/:digest',
      permission: 'pipelines.write',
      summary: 'Store a file of a code bundle by its sha256',
      input: z.object({ digest }),
      body: 'bytes',
      maxBodyBytes: 50 * 2 ** 20,
      output: z.object({ digest, bytes: z.number().int() }),
      async handle({ input, bytes }) {
        const found = sha256(bytes);
        if (found !== input.digest) {
          fail('invalid_input', `digest: the bytes have the sha256 ${found}, not ${input.digest}.`, {
            field: 'digest',
          });
        }
        return blobs.put(bytes);
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/bundles',
      permission: 'pipelines.write',
      summary: 'Make a code bundle of stored files: paths and digests',
      input: z.object({
        files: z.record(z.string(), digest),
        origin: z
          .string()
          .optional()
          .describe("The project's folder, where packages are found while it is on the server's machine."),
      }),
      output: Bundle,
      status: 201,
      handle: ({ input, actor }) => pipelines.putBundleManifest(actor, input.files, input.origin),
    }),
    route({
      method: 'GET',
      path: '/api/v1/bundles/:digest',
      permission: 'pipelines.read',
      summary: 'Show a code bundle',
      input: z.object({ digest }),
      output: Bundle,
      handle: ({ input }) => pipelines.bundle(input.digest),
    }),
  ];
}

/** A followed log as server-sent events: each has the text, and as its id the offset to resume from. */
function streamLog(chunks: AsyncIterable<LogChunk>): Reply {
  async function* events() {
    // Lets the client know at once that it is heard, also while the step is silent.
    yield ': following\n\n';
    for await (const chunk of chunks) {
      yield `id: ${chunk.nextOffset}\nevent: log\ndata: ${JSON.stringify(chunk)}\n\n`;
    }
    yield 'event: end\ndata: {}\n\n';
  }
  return new Reply(Readable.from(events()), 200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
}

async function downloadOutput(
  pipelines: Pipelines,
  blobs: Blobs,
  input: { id: string; step: string; output: string },
): Promise<Reply> {
  const { outputs = {} } = await pipelines.step(input.id, input.step);
  const artifact = outputs[input.output];
  if (!artifact) {
    const given = Object.keys(outputs).join(', ') || 'none';
    return fail('not_found', `The step gave no output '${input.output}' (it gave: ${given}).`, { field: 'output' });
  }
  if (artifact.kind !== 'file') {
    const body = JSON.stringify(artifact.kind === 'value' ? artifact.value : artifact);
    return new Reply(body, 200, { 'content-type': 'application/json' });
  }
  const type = artifact.folder ? 'application/json' : 'application/octet-stream';
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(artifact.name ?? input.output)}`;
  return new Reply(await blobs.open(artifact.digest ?? artifact.id), 200, {
    'content-type': type,
    'content-disposition': disposition,
  });
}
