/** A run as far as its place under others goes. */
export interface Nested {
  id: string;
  parentRunId: string | null;
}

/** A run in the table, and how deep it stands under its parents. */
export interface Placed<R> {
  run: R;
  depth: number;
}

/** Runs with their children right under them, in the order given; those whose parent is not among them stand at the top. */
export function placeRuns<R extends Nested>(runs: readonly R[]): Placed<R>[] {
  const known = new Set(runs.map(({ id }) => id));
  const below = new Map<string, R[]>();
  const tops: R[] = [];
  for (const run of runs) {
    const parent = run.parentRunId;
    if (parent === null || !known.has(parent) || parent === run.id) tops.push(run);
    else below.set(parent, [...(below.get(parent) ?? []), run]);
  }
  const placed: Placed<R>[] = [];
  const seen = new Set<string>();
  const place = (run: R, depth: number) => {
    if (seen.has(run.id)) return;
    seen.add(run.id);
    placed.push({ run, depth });
    for (const child of below.get(run.id) ?? []) place(child, depth + 1);
  };
  for (const run of tops) place(run, 0);
  return placed;
}

/** Which rows of so many to draw: those in sight and a few around them, all of equal height. */
export function rowsInSight(
  { top, height }: { top: number; height: number },
  { rows, rowHeight, around = 10 }: { rows: number; rowHeight: number; around?: number },
): { from: number; to: number } {
  const from = Math.max(0, Math.min(rows, Math.floor(top / rowHeight)) - around);
  return { from, to: Math.min(rows, Math.ceil((top + height) / rowHeight) + around) };
}
