import { fail } from '../../../kernel/errors.ts';
import type { ModelPlan, PlannedInput, PlannedOutput } from '../predict/model-plan.ts';
import type { LoadedModel } from '../runtime/runtime-model.ts';
import type { Before, Behind, Face, Tensors } from './stage.ts';

/** A model whose outputs are the inputs of the endpoint's own, by name (or one by one where each has only one). */
export function onnxBefore(loaded: LoadedModel, model: ModelPlan): Before {
  const { columns, numbers, strings, inputs } = loaded.plan;
  const links = link(model.inputs, loaded.plan.outputs, 'preprocess');
  return {
    face: { columns, numbers, strings, inputs },
    async run(given, { deadline }) {
      return follow(links, await loaded.predict(given, { deadline }));
    },
    ...partOf(loaded),
  };
}

/** A model that takes the answers of the endpoint's own, and what callers gave where an input has that name. */
export function onnxBehind(loaded: LoadedModel, { model, face }: { model: ModelPlan; face: Face }): Behind {
  const { outputs, classes, score, probabilities } = loaded.plan;
  const links = link(loaded.plan.inputs, [...model.outputs, ...face.inputs], 'postprocess');
  return {
    answer: { outputs, classes, score, probabilities },
    run: (answers, given, { deadline, outputs: asked }) =>
      loaded.predict(follow(links, { ...given, ...answers }), { deadline, outputs: asked }),
    ...partOf(loaded),
  };
}

interface Link {
  to: PlannedInput;
  from: string;
}

/** Finds for each input the tensor that feeds it; fails where there is none of its type and width. */
function link(
  inputs: readonly PlannedInput[],
  sources: readonly (PlannedInput | PlannedOutput)[],
  field: string,
): Link[] {
  const isPair = inputs.length === 1 && sources.length === 1;
  return inputs.map((to) => {
    const from = sources.find((source) => isPair || source.name === to.name);
    const known = sources.map(({ name, type, tail }) => `'${name}' (${[type, ...tail].join(' ')})`).join(', ');
    const cure = 'Export the two models with tensors of one name, type and width.';
    if (!from) {
      return fail(
        'invalid_input',
        `Nothing feeds the input '${to.name}' of the two models: there are ${known}. ${cure}`,
        {
          field: `spec.${field}`,
          cure,
        },
      );
    }
    if (from.type !== to.type || (from.width !== to.width && from.width !== 0)) {
      const wanted = [to.type, ...to.tail].join(' ');
      return fail('invalid_input', `The input '${to.name}' takes ${wanted}; there are ${known}. ${cure}`, {
        field: `spec.${field}`,
        cure,
      });
    }
    return { to, from: from.name };
  });
}

function follow(links: readonly Link[], sources: Tensors): Tensors {
  const feeds: Tensors = {};
  for (const { to, from } of links) {
    const { data, dims, type } = sources[from]!;
    const [rows = 0] = dims;
    if (data.length !== rows * to.width)
      fail('model_failed', `'${from}' came as [${dims.join(', ')}]; '${to.name}' takes ${to.width} values a row.`);
    feeds[to.name] = { type, dims: [rows, ...to.tail], data };
  }
  return feeds;
}

function partOf(loaded: LoadedModel) {
  return {
    memoryBytes: () => loaded.memoryBytes(),
    logs: () => loaded.logs(),
    close: () => loaded.close(),
  };
}
