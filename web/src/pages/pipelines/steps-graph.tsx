import { lazy, Suspense } from 'react';
import type { Schemas } from '../../api.ts';
import type { Box } from '../../components/graph.tsx';

const Graph = lazy(() => import('../../components/graph.tsx'));

interface Props {
  label: string;
  boxes: readonly Box[];
  chosen?: string | undefined;
  choose?: (id: string) => void;
}

/** A graph of steps; the code that draws it is loaded when the first one is shown. */
export function StepsGraph(props: Props) {
  return (
    <Suspense fallback={<p className="loading">Drawing …</p>}>
      <Graph {...props} />
    </Suspense>
  );
}

/** A pipeline's steps as boxes: what a step needs is what it names, or refers to in a template or condition. */
export function boxesOf(steps: Schemas['Pipeline']['spec']['steps']): Box[] {
  const names = new Set(Object.keys(steps));
  return Object.entries(steps).map(([id, step]) => {
    const referred = [...JSON.stringify(step).matchAll(/\bsteps\.([A-Za-z][\w-]*)/g)].map(([, name]) => name!);
    const needs = [...new Set([...step.needs, ...referred])].filter((name) => name !== id && names.has(name));
    return { id, kind: step.kind, note: 'builtin' in step ? `${step.builtin} (builtin)` : step.kind, needs };
  });
}
