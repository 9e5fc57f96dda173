import { fail, messageOf } from '../../../kernel/errors.ts';
import type { Tensor, TensorSpec } from '../../../onnx/index.ts';
import { toFeeds } from '../batch/batch-tensors.ts';
import type { RunCall } from '../predict/batcher.ts';
import { type ModelPlan, planModel } from '../predict/model-plan.ts';
import { newBlock } from '../predict/row-block.ts';
import { askTraced } from './ask-traced.ts';
import type { RemoteCodec } from './remote-codec.ts';
import { isTrouble, refusal } from './remote-errors.ts';
import type { Upstream, UpstreamRequest } from './remote-http.ts';
import { oipCodec, readMetadata } from './remote-oip.ts';
import { unnamedOutput } from './remote-predictions.ts';
import { mlflowCodec, v1Codec } from './remote-scoring.ts';
import type { KnownFace } from './runtime-signature.ts';

/** Where a model is asked and in which words. */
export interface RemoteAddress {
  /** The model's own address, without a slash at its end. */
  url: string;
  protocol: 'oip' | 'v1' | 'mlflow';
}

/** A model at another address, its plan made and its answers understood. */
export interface RemoteModel {
  plan: ModelPlan;
  /** Fails as `LoadedModel.predict` does. */
  ask(feeds: Record<string, Tensor>, call: RunCall): Promise<Record<string, Tensor>>;
}

const loadMs = 30_000;

/** Learns what the model at an address takes and gives; `face` is what is known without asking. */
export async function openRemoteModel(
  upstream: Upstream,
  address: RemoteAddress,
  face: KnownFace | undefined,
): Promise<RemoteModel> {
  const known = address.protocol === 'oip' ? await askMetadata(upstream, address, face) : face;
  if (!known) {
    const cure =
      "List the columns of a row in the endpoint's `runtime.columns`, or register the version with a signature.";
    return fail('unsupported', `Nothing says what the model takes. ${cure}`, { field: 'runtime.columns', cure });
  }
  const draft = planModel({ inputs: known.inputs, outputs: known.outputs ?? [] }, known.known);
  const binary = address.protocol === 'oip' && (await takesBinary(upstream, address));
  const asker = (outputs: readonly TensorSpec[] | undefined) =>
    createAsk(upstream, address, codecOf(known, outputs, { ...address, binary }));
  const outputs = isComplete(known.outputs)
    ? known.outputs
    : await seenOutputs(asker(known.outputs), draft, known.outputs);
  const plan = withForms(planModel({ inputs: known.inputs, outputs }, known.known), known);
  return { plan, ask: asker(outputs) };
}

function isComplete(outputs: readonly TensorSpec[] | undefined): outputs is TensorSpec[] {
  return outputs?.every(({ shape }) => shape.slice(1).every((size) => typeof size === 'number')) ?? false;
}

interface Dialect {
  protocol: RemoteAddress['protocol'];
  binary: boolean;
}

function codecOf(
  face: KnownFace,
  outputs: readonly TensorSpec[] | undefined,
  { protocol, binary }: Dialect,
): RemoteCodec {
  if (protocol === 'oip') return oipCodec(binary);
  return protocol === 'v1' ? v1Codec(face, outputs) : mlflowCodec(face, outputs);
}

function createAsk(upstream: Upstream, { url }: RemoteAddress, codec: RemoteCodec): RemoteModel['ask'] {
  const target = new URL(url + codec.path);
  return async (feeds, call) => {
    const answer = await askTraced(upstream, call.trace, {
      method: 'POST',
      url: target,
      ...codec.write(feeds, call),
      deadline: call.deadline,
    });
    if (answer.status !== 200) throw refusal(answer, target.host);
    try {
      return codec.read(answer);
    } catch (cause) {
      const said = messageOf(cause);
      return fail('model_failed', `The answer of the model's server ${target.host} cannot be read: ${said}`, { cause });
    }
  };
}

/** Asks once with an empty row, to see what comes; a model that refuses it is taken to give one list of numbers. */
async function seenOutputs(
  ask: RemoteModel['ask'],
  plan: ModelPlan,
  told: TensorSpec[] | undefined,
): Promise<TensorSpec[]> {
  try {
    const results = await ask(toFeeds(plan, [newBlock(plan, 1)]), { deadline: performance.now() + loadMs });
    const seen = Object.entries(results).map(([name, { type, dims }]) => ({
      name,
      type,
      shape: [null, ...dims.slice(1)],
    }));
    return told?.map((output) => seen.find(({ name }) => name === output.name) ?? output) ?? seen;
  } catch (error) {
    if (isTrouble(error)) throw error;
    return told ?? [{ name: unnamedOutput, type: 'float64', shape: [null] }];
  }
}

async function askMetadata(
  upstream: Upstream,
  { url }: RemoteAddress,
  face: KnownFace | undefined,
): Promise<KnownFace> {
  const read = readMetadata((await get(upstream, url)).body);
  const columns = face?.known.columns ?? (face?.isTable ? face.inputs : undefined);
  const known = columns ? { columns } : {};
  return { ...read, known, nullable: new Set(), isTable: false, isUnnamed: false, forms: new Map() };
}

/** Whether the server says that it takes binary tensors; what says nothing is sent JSON. */
async function takesBinary(upstream: Upstream, { url }: RemoteAddress): Promise<boolean> {
  const root = /^.*\/v2(?=\/models\/)/.exec(url)?.[0];
  if (!root) return false;
  try {
    const { extensions } = JSON.parse((await get(upstream, root)).body.toString('utf8')) as { extensions?: string[] };
    return extensions?.some((name) => name === 'binary_tensor_data' || name === 'binary_data') ?? false;
  } catch {
    return false;
  }
}

async function get(upstream: Upstream, url: string) {
  const request: UpstreamRequest = { method: 'GET', url: new URL(url), deadline: performance.now() + loadMs };
  const answer = await upstream.ask(request);
  if (answer.status !== 200) throw refusal(answer, request.url.host);
  return answer;
}

/** What a text stands for and whether it may be missing, for those who write tables. */
function withForms(plan: ModelPlan, { forms, nullable, params }: KnownFace): ModelPlan {
  const columns = plan.columns.map((column) => {
    const form = forms.get(column.name);
    return { ...column, ...(form && { form }), ...(nullable.has(column.name) && { isOptional: true }) };
  });
  return { ...plan, columns, ...(params && { params }) };
}
