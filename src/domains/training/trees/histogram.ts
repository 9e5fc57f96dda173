import { nodeField, nodeFields, type TreeMemory } from './memory.ts';

/**
 * Sums gradients, hessians and row counts of the node at hand by bin, for `active[from … to-1]`, into the histogram of
 * its slot. Rows are visited in `order`'s order for every feature, so the sums do not depend on who works on which.
 */
export function buildHistograms(memory: TreeMemory, from: number, to: number): void {
  const { active, offsets, sums, counts } = memory;
  const base = memory.nodes[nodeField.slot]! * offsets[offsets.length - 1]!;
  for (let a = from; a < to; a++) {
    const f = active[a]!;
    const start = base + offsets[f]!;
    const end = base + offsets[f + 1]!;
    sums.fill(0, 2 * start, 2 * end);
    counts.fill(0, start, end);
  }
  let a = from;
  for (; a + 4 <= to; a += 4) addFour(memory, base, a);
  for (; a + 2 <= to; a += 2) addTwo(memory, base, a);
  if (a < to) addOne(memory, base, a);
}

/** Four features in one pass: derivatives and row indexes are read once for the four. */
function addFour(memory: TreeMemory, base: number, a: number): void {
  const { active, offsets, bins, order, gradients, hessians, sums, counts, rows, control } = memory;
  const start = control[2]!;
  const count = control[3]!;
  const column0 = active[a]! * rows;
  const column1 = active[a + 1]! * rows;
  const column2 = active[a + 2]! * rows;
  const column3 = active[a + 3]! * rows;
  const base0 = base + offsets[active[a]!]!;
  const base1 = base + offsets[active[a + 1]!]!;
  const base2 = base + offsets[active[a + 2]!]!;
  const base3 = base + offsets[active[a + 3]!]!;
  for (let i = 0; i < count; i++) {
    const row = order[start + i]!;
    const gradient = gradients[i]!;
    const hessian = hessians[i]!;
    let bin = base0 + bins[column0 + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
    bin = base1 + bins[column1 + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
    bin = base2 + bins[column2 + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
    bin = base3 + bins[column3 + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
  }
}

function addTwo(memory: TreeMemory, base: number, a: number): void {
  const { active, offsets, bins, order, gradients, hessians, sums, counts, rows, control } = memory;
  const start = control[2]!;
  const count = control[3]!;
  const column0 = active[a]! * rows;
  const column1 = active[a + 1]! * rows;
  const base0 = base + offsets[active[a]!]!;
  const base1 = base + offsets[active[a + 1]!]!;
  for (let i = 0; i < count; i++) {
    const row = order[start + i]!;
    const gradient = gradients[i]!;
    const hessian = hessians[i]!;
    let bin = base0 + bins[column0 + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
    bin = base1 + bins[column1 + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
  }
}

function addOne(memory: TreeMemory, base: number, a: number): void {
  const { active, offsets, bins, order, gradients, hessians, sums, counts, rows, control } = memory;
  const start = control[2]!;
  const count = control[3]!;
  const column = active[a]! * rows;
  const first = base + offsets[active[a]!]!;
  for (let i = 0; i < count; i++) {
    const bin = first + bins[column + order[start + i]!]!;
    sums[2 * bin]! += gradients[i]!;
    sums[2 * bin + 1]! += hessians[i]!;
    counts[bin]!++;
  }
}

/** Turns the parent's histogram (in the sibling's slot) into the sibling's, by taking the built one away. */
export function subtractHistograms(memory: TreeMemory, from: number, to: number): void {
  const { active, offsets, sums, counts, nodes } = memory;
  const total = offsets[offsets.length - 1]!;
  const built = nodes[nodeField.slot]! * total;
  const sibling = nodes[nodeFields + nodeField.slot]! * total;
  for (let a = from; a < to; a++) {
    const f = active[a]!;
    for (let bin = offsets[f]!; bin < offsets[f + 1]!; bin++) {
      const mine = sibling + bin;
      const other = built + bin;
      sums[2 * mine]! -= sums[2 * other]!;
      sums[2 * mine + 1]! -= sums[2 * other + 1]!;
      counts[mine]! -= counts[other]!;
    }
  }
}
