import { fail } from '../../../kernel/errors.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { LoadedModel, RuntimeKind, WantedModel } from '../runtime/runtime-model.ts';
import { chain } from './chain.ts';
import { openCodeBefore, openCodeBehind } from './code-stages.ts';
import { openFeatures } from './feature-stage.ts';
import type { OnlineFeatures } from './online-features.ts';
import { onnxBefore, onnxBehind } from './onnx-stages.ts';
import type { Postprocess, Preprocess } from './processing-schema.ts';
import type { Before, Behind, Face } from './stage.ts';

/** What stages are made with. */
export interface ChainDeps {
  onnx: RuntimeKind;
  /** Where features are looked up; nowhere unless given. */
  features: OnlineFeatures | undefined;
  /** Whether endpoints may bring code of their own. */
  allowed: boolean;
  /** Folder of the folders of code. */
  folder: string;
}

/** Puts what the declaration asks for before and behind a loaded model; the model is closed where that fails. */
export async function withStages(deps: ChainDeps, model: LoadedModel, want: WantedModel): Promise<LoadedModel> {
  const { preprocess, postprocess, features } = want.spec;
  if (!preprocess && !postprocess && !features) return model;
  const open: { close(): Promise<void> }[] = [model];
  try {
    const before = preprocess && (await openBefore(deps, preprocess, { model: model.plan, want }));
    if (before) open.push(before);
    const inner: Face = before?.face ?? model.plan;
    const first = features && (await openFeatures(deps.features, features, inner));
    const face = first?.face ?? inner;
    const behind = postprocess && (await openBehind(deps, postprocess, { model: model.plan, face, want }));
    const stages = [first, before].filter((stage) => stage !== undefined);
    return chain(model, { before: stages, ...(behind && { behind }) });
  } catch (error) {
    await Promise.allSettled(open.map((part) => part.close()));
    throw error;
  }
}

async function openBefore(
  deps: ChainDeps,
  spec: Preprocess,
  { model, want }: { model: ModelPlan; want: WantedModel },
): Promise<Before> {
  if (spec.kind === 'typescript') return openCodeBefore(spec, model, allowedFolder(deps, 'preprocess'));
  const loaded = await loadPart(deps, spec, want);
  return closingOnFailure(loaded, () => onnxBefore(loaded, model));
}

async function openBehind(
  deps: ChainDeps,
  spec: Postprocess,
  { want, ...around }: { model: ModelPlan; face: Face; want: WantedModel },
): Promise<Behind> {
  if (spec.kind === 'typescript') return openCodeBehind(spec, allowedFolder(deps, 'postprocess'));
  const loaded = await loadPart(deps, spec, want);
  return closingOnFailure(loaded, () => onnxBehind(loaded, around));
}

function loadPart({ onnx }: ChainDeps, part: { model: string; version: number }, want: WantedModel) {
  const { model, version } = part;
  return onnx.load({ ...want, model, version, spec: { ...want.spec, runtime: { kind: 'onnx' } } });
}

async function closingOnFailure<T>(loaded: LoadedModel, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await loaded.close();
    throw error;
  }
}

function allowedFolder({ allowed, folder }: ChainDeps, field: string): string {
  if (allowed) return folder;
  const cure = 'Start the server with --allow-process-runtimes, or let the stage be ONNX.';
  return fail('unsupported', `This server runs no code of endpoints. ${cure}`, { field: `spec.${field}`, cure });
}
