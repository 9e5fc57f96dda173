/** A smooth function: writes its gradient at `at` into `gradient` and answers its value. */
export type SmoothFunction = (at: Float64Array, gradient: Float64Array) => number;

/** How to minimise. */
export interface MinimiseOptions {
  /** Weight of |x[i]| added to the function, for each i. */
  l1: Float64Array;
  maxIterations: number;
  /** Stop when no part of the (pseudo-)gradient is larger. */
  tolerance: number;
  /** Called after each iteration with the value; answering false stops. */
  onIteration?(iteration: number, value: number): boolean | undefined;
}

/** Where the minimisation ended. */
export interface Minimum {
  at: Float64Array;
  value: number;
  iterations: number;
  converged: boolean;
}

interface Step {
  moved: Float64Array;
  turned: Float64Array;
  curvature: number;
}

const memory = 10;

/**
 * Minimises a smooth function plus weighted absolute values by OWL-QN (Andrew and Gao 2007, "Scalable training of
 * L1-regularized log-linear models"); without L1 weights this is L-BFGS with a backtracking line search.
 */
export function minimise(smooth: SmoothFunction, start: Float64Array, options: MinimiseOptions): Minimum {
  let at = start.slice();
  let gradient = new Float64Array(at.length);
  let value = smooth(at, gradient) + penalty(at, options.l1);
  const steps: Step[] = [];
  for (let iteration = 1; iteration <= options.maxIterations; iteration++) {
    const pseudo = pseudoGradient(at, gradient, options.l1);
    if (largest(pseudo) <= options.tolerance) return { at, value, iterations: iteration - 1, converged: true };
    const direction = chooseDirection(pseudo, steps, options.l1);
    const next = search(smooth, { at, value, pseudo, direction, first: steps.length === 0 }, options.l1);
    // No step lowers the value any more: this is the minimum as far as doubles can tell.
    if (next === null) return { at, value, iterations: iteration, converged: true };
    remember(steps, { at, gradient }, next);
    ({ at, gradient, value } = next);
    if (options.onIteration?.(iteration, value) === false)
      return { at, value, iterations: iteration, converged: false };
  }
  return { at, value, iterations: options.maxIterations, converged: false };
}

function penalty(at: Float64Array, l1: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < at.length; i++) sum += l1[i]! * Math.abs(at[i]!);
  return sum;
}

/** The subgradient of least length (their eq. 4). */
function pseudoGradient(at: Float64Array, gradient: Float64Array, l1: Float64Array): Float64Array {
  return gradient.map((slope, i) => {
    const weight = l1[i]!;
    if (at[i]! > 0) return slope + weight;
    if (at[i]! < 0) return slope - weight;
    if (slope + weight < 0) return slope + weight;
    return slope - weight > 0 ? slope - weight : 0;
  });
}

/** Minus the inverse Hessian's estimate times the gradient, by the two-loop recursion, kept in the orthant of descent. */
function chooseDirection(pseudo: Float64Array, steps: Step[], l1: Float64Array): Float64Array {
  const direction = pseudo.map((slope) => -slope);
  const shares = steps.map(() => 0);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { moved, turned, curvature } = steps[i]!;
    shares[i] = dot(moved, direction) / curvature;
    addScaled(direction, turned, -shares[i]!);
  }
  const last = steps.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.turned, last.turned);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  steps.forEach(({ moved, turned, curvature }, i) => {
    addScaled(direction, moved, shares[i]! - dot(turned, direction) / curvature);
  });
  for (let i = 0; i < direction.length; i++) {
    if (l1[i]! > 0 && direction[i]! * pseudo[i]! >= 0) direction[i] = 0;
  }
  return direction;
}

interface Position {
  at: Float64Array;
  value: number;
  pseudo: Float64Array;
  direction: Float64Array;
  first: boolean;
}

function search(smooth: SmoothFunction, from: Position, l1: Float64Array) {
  const { at, value, pseudo, direction } = from;
  let length = from.first ? Math.min(1, 1 / Math.sqrt(dot(pseudo, pseudo))) : 1;
  const gradient = new Float64Array(at.length);
  for (let attempt = 0; attempt < 50; attempt++) {
    const next = at.map((x, i) => {
      const moved = x + length * direction[i]!;
      if (l1[i] === 0) return moved;
      const orthant = x === 0 ? -Math.sign(pseudo[i]!) : Math.sign(x);
      return moved * orthant > 0 ? moved : 0;
    });
    const nextValue = smooth(next, gradient) + penalty(next, l1);
    let promised = 0;
    for (let i = 0; i < at.length; i++) promised += pseudo[i]! * (next[i]! - at[i]!);
    if (nextValue <= value + 1e-4 * promised && promised < 0) return { at: next, gradient, value: nextValue };
    length /= 2;
  }
  return null;
}

interface Visited {
  at: Float64Array;
  gradient: Float64Array;
}

function remember(steps: Step[], from: Visited, to: Visited): void {
  const moved = to.at.map((x, i) => x - from.at[i]!);
  const turned = to.gradient.map((slope, i) => slope - from.gradient[i]!);
  const curvature = dot(moved, turned);
  if (curvature <= 1e-14 * dot(turned, turned)) return;
  steps.push({ moved, turned, curvature });
  if (steps.length > memory) steps.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, scale: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += scale * from[i]!;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
