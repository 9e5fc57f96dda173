import type { Blobs } from '../../../blobs/index.ts';
import {
  areScores,
  decodeModel,
  followColumns,
  inspectModel,
  mixed,
  openInner,
  type ReadTrees,
  readLinear,
  readTrees,
} from '../../../onnx/index.ts';
import type { Registry } from '../../registry/index.ts';
import { loadable } from '../runtime/half-session.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { LinearExplainer } from './explain-linear.ts';
import type { TreeExplainer } from './explain-trees.ts';

/** What reads a version's model. */
export interface ExplainerDeps {
  registry: { versions: Pick<Registry['versions'], 'get'> };
  blobs: Pick<Blobs, 'read'>;
}

/** What a model can be explained by; `sampled` where it is neither trees nor linear, with the reason. */
export type Explainer = TreeExplainer | LinearExplainer | { kind: 'sampled'; reason: string };

/** Models larger than this are not read whole: none of them is a forest. */
const mostBytes = 256 * 2 ** 20;
const opened = new WeakMap<Runtime, Promise<Explainer>>();

/** The explainer of a loaded version, made at its first use. */
export function explainerOf(deps: ExplainerDeps, runtime: Runtime, isPlain: boolean): Promise<Explainer> {
  if (!isPlain) return Promise.resolve({ kind: 'sampled', reason: 'It is more than one ONNX file in this server.' });
  const known = opened.get(runtime);
  if (known) return known;
  const opening = open(deps, runtime).catch((error: unknown) => {
    opened.delete(runtime);
    throw error;
  });
  opened.set(runtime, opening);
  return opening;
}

async function open({ registry, blobs }: ExplainerDeps, runtime: Runtime): Promise<Explainer> {
  const { servableDigest, digest } = await registry.versions.get(runtime.model, runtime.version);
  const bytes = await blobs.read(servableDigest ?? digest, { verify: true });
  const { halves } = loadable(bytes);
  if (halves.inputs.size + halves.outputs.size > 0) return sampled('It computes in 16 bits.');
  if (bytes.length > mostBytes) return sampled('It is too large to be read whole.');
  const operators = Object.keys(inspectModel(bytes).operators);
  const isTree = operators.some((name) => /TreeEnsemble/.test(name));
  if (!isTree && !operators.some((name) => /^Add$|MatMul|Gemm|Linear/.test(name)))
    return sampled('It is neither trees nor linear.');
  const decoded = decodeModel(bytes);
  const origins = followColumns(decoded);
  if (origins.sources !== runtime.plan.columns.length) return sampled('Its inputs are not its columns.');
  if (!isTree) {
    const linear = readLinear(decoded, origins);
    if (!linear) return sampled('It is not a sum over its columns.');
    const inner = await openInner(decoded, [...new Set(linear.terms.map((term) => term.tensor))]);
    return { kind: 'linear', linear, inner };
  }
  const trees = readTrees(decoded);
  if (!trees) return sampled('Its trees are not one sum.');
  if (!areScores(decoded, [trees.output, ...otherOutputs(decoded, trees)]))
    return sampled('It answers from more than the sums of its trees.');
  const players = origins.of(trees.input);
  if (!players || trees.column.some((column) => column >= 0 && (players[column] ?? mixed) < 0)) {
    return sampled('Its trees look at mixtures of columns.');
  }
  const inner = await openInner(decoded, [trees.input, trees.output]);
  return { kind: 'trees', trees, players: Int32Array.from(players), inner };
}

function sampled(reason: string): Explainer {
  return { kind: 'sampled', reason };
}

/** The labels that a classifier gives beside its sums. */
function otherOutputs({ makers }: ReturnType<typeof decodeModel>, trees: ReadTrees): string[] {
  return (makers.get(trees.output)?.output ?? []).filter((name) => name !== trees.output && name !== '');
}
