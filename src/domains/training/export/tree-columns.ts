import type { CategoricalInput, FittedInput, TreesPredictor } from '../fitted.ts';

/** A column derived from the codes of a categorical input: one value a code, and a last one for "none". */
interface DerivedColumn {
  input: CategoricalInput;
  values: Float32Array;
  index: number;
}

/**
 * Decides which column of the float matrix each split reads. Numeric inputs keep theirs. Every distinct category set
 * becomes a column that is 0 for codes in the set and 1 for others, so that the split is `x <= 0.5`: one comparison
 * whatever the set's size, all nodes of one kind (which the runtime has a fast path for), and no bit sets, which the
 * widely supported operator does not have. Where a missing category goes is in the column, too.
 */
export class TreeColumns {
  readonly #model: TreesPredictor;
  readonly #numericColumn = new Map<number, number>();
  readonly #ownerOfSlot = new Map<number, CategoricalInput>();
  readonly #derived = new Map<string, DerivedColumn>();

  constructor(model: TreesPredictor, inputs: readonly FittedInput[]) {
    this.#model = model;
    for (const input of inputs) {
      if (input.kind === 'numeric') this.#numericColumn.set(input.slot, this.#numericColumn.size);
      else {
        const slots = input.encoding === 'one-hot' ? input.codes : 1;
        for (let i = 0; i < slots; i++) this.#ownerOfSlot.set(input.slot + i, input);
      }
    }
  }

  /** The split of a node: numeric columns by their index, derived ones by a number that `place` turns into an index. */
  splitOf(node: number): { column: number | DerivedColumn; threshold: number; missingLeft: boolean } {
    const { feature, threshold, missingLeft, setOffset } = this.#model;
    const slot = feature[node]!;
    const numeric = this.#numericColumn.get(slot);
    const left = missingLeft[node] === 1;
    if (numeric !== undefined) return { column: numeric, threshold: threshold[node]!, missingLeft: left };
    const input = this.#ownerOfSlot.get(slot)!;
    if (setOffset[node]! >= 0) return { column: this.#setColumn(node, input), threshold: 0.5, missingLeft: false };
    return { column: this.#slotColumn(slot, input), threshold: threshold[node]!, missingLeft: left };
  }

  /** Gives derived columns their place, after the numeric ones and grouped by input; and lists the groups in order. */
  place(inputs: readonly CategoricalInput[]): { input: CategoricalInput; columns: Float32Array[] }[] {
    let next = this.#numericColumn.size;
    const groups = inputs.map((input) => {
      const columns = [...this.#derived.values()].filter((column) => column.input === input);
      for (const column of columns) column.index = next++;
      return { input, columns: columns.map((column) => column.values) };
    });
    return groups.filter((group) => group.columns.length > 0);
  }

  #setColumn(node: number, input: CategoricalInput): DerivedColumn {
    const { setOffset, setWords, missingLeft } = this.#model;
    const words = setWords.subarray(setOffset[node]!, setOffset[node]! + Math.ceil(input.codes / 32));
    return this.#column(`${input.slot} ${missingLeft[node]} ${words.join(',')}`, input, (code) => {
      if (code === input.codes) return missingLeft[node] === 1 ? 0 : 1;
      return 1 - ((words[code >> 5]! >>> (code & 31)) & 1);
    });
  }

  #slotColumn(slot: number, input: CategoricalInput): DerivedColumn {
    return this.#column(`slot ${slot}`, input, (code) => {
      if (input.encoding === 'one-hot') return input.slot + code === slot && code < input.codes ? 1 : 0;
      return code === input.codes ? Number.NaN : code;
    });
  }

  #column(key: string, input: CategoricalInput, valueAt: (code: number) => number): DerivedColumn {
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const values = Float32Array.from({ length: input.codes + 1 }, (_, code) => valueAt(code));
    const column = { input, values, index: -1 };
    this.#derived.set(key, column);
    return column;
  }
}
