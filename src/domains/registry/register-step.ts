import { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { modelNameSchema } from '../../kernel/names.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { Registry } from './registry.ts';
import { modelSignatureSchema, registryTagsSchema, versionSourceSchema } from './schema.ts';

/** What the step `register` is told: the model's name, and where the version comes from as far as the inputs do not say it. */
export const registerParams = z.object({
  model: modelNameSchema,
  /** The input that holds the ONNX file; the only one of kind `file` unless given. */
  input: z.string().optional(),
  signature: modelSignatureSchema.optional(),
  trackingRunId: z.string().max(64).optional(),
  description: z.string().max(10_000).optional(),
  tags: registryTagsSchema.optional(),
  code: versionSourceSchema.shape.code,
});

interface ArtifactRef {
  kind: 'dataset-version' | 'model-version' | 'file' | 'value';
  id: string;
  digest?: string | undefined;
  name?: string | undefined;
  value?: unknown;
}

interface Call {
  params: z.output<typeof registerParams>;
  inputs: Record<string, ArtifactRef>;
  actor: Actor;
  runId: string;
  stepName: string;
  log(line: string): void;
}

/**
 * The builtin step `register`: takes an ONNX file, and as inputs also `signature`, `metrics` or `evaluation` (values, kept
 * as evidence), `trackingRunId` (a value) and the dataset versions it was trained on; gives the model version.
 */
export function registerStep(registry: Registry) {
  return {
    name: 'register',
    params: registerParams,
    version: '1',
    run: (call: Call) => runRegister(registry, call),
  };
}

async function runRegister(registry: Registry, call: Call) {
  const { params, inputs, actor } = call;
  const file = fileOf(call);
  const signature =
    params.signature ?? (inputs['signature'] && parseAs(modelSignatureSchema, inputs['signature'].value));
  // The training step says beside its file which run made it.
  const trained = file.value as { runId?: unknown } | undefined;
  const runId = params.trackingRunId ?? inputs['trackingRunId']?.value ?? trained?.runId;
  const datasets = Object.values(inputs)
    .filter((ref) => ref.kind === 'dataset-version')
    .map((ref) => ({ name: ref.name ?? ref.id, versionId: ref.id, ...(ref.digest ? { digest: ref.digest } : {}) }));
  const version = await registry.versions.register(actor, {
    model: params.model,
    digest: file.digest ?? file.id,
    signature,
    description: params.description,
    tags: params.tags,
    source: {
      ...(typeof runId === 'string' ? { runId } : {}),
      ...(params.code ? { code: params.code } : {}),
      datasets,
      pipelineRunId: call.runId,
      stepName: call.stepName,
    },
  });
  for (const name of ['evaluation', 'metrics']) {
    const document = inputs[name]?.kind === 'value' ? inputs[name].value : undefined;
    if (document === null || typeof document !== 'object' || Array.isArray(document)) continue;
    const at = { model: version.model, version: version.number };
    await registry.versions.attachEvidence(actor, at, { name, document: document as Record<string, unknown> });
  }
  call.log(`Registered ${version.model}/${version.number} (${version.digest.slice(0, 12)}).`);
  const { id, digest, model, number } = version;
  const value = { model, version: number };
  return { outputs: { model: { kind: 'model-version' as const, id, digest, name: model, value } } };
}

function fileOf({ params, inputs }: Call): ArtifactRef {
  const files = Object.entries(inputs).filter(([, ref]) => ref.kind === 'file');
  const chosen = params.input === undefined ? files : files.filter(([name]) => name === params.input);
  if (chosen.length === 1) return chosen[0]![1];
  const names = files.map(([name]) => name).join(', ') || 'none';
  return fail('invalid_input', `The step 'register' needs one input file; there are: ${names}.`, {
    field: 'input',
    cure: 'Name the ONNX file in the parameter `input`.',
  });
}
