import dagre from '@dagrejs/dagre';
import { Background, Controls, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import '@xyflow/react/dist/base.css';
import './graph.css';
import { State } from './state.tsx';

/** One box of a graph. */
export interface Box {
  id: string;
  kind: string;
  state?: string;
  note?: string;
  /** The boxes that come before it. */
  needs: readonly string[];
}

interface Props {
  label: string;
  boxes: readonly Box[];
  chosen?: string | undefined;
  choose?: (id: string) => void;
}

type BoxNode = Node<{ box: Box; chosen: boolean; choose: ((id: string) => void) | undefined }, 'box'>;

const [width, height] = [200, 76];
const isNarrow = window.matchMedia('(max-width: 700px)').matches;
const busy = new Set(['running', 'submitting', 'queued']);

/** A graph of steps, laid out from left to right (downwards on a phone); boxes are buttons where something can be chosen. */
export default function Graph({ label, boxes, chosen, choose }: Props) {
  const places = useLayout(boxes);
  const nodes: BoxNode[] = boxes.map((box) => ({
    id: box.id,
    type: 'box',
    position: places.get(box.id)!,
    data: { box, chosen: box.id === chosen, choose },
    width,
    height,
  }));
  const states = new Map(boxes.map(({ id, state }) => [id, state]));
  const edges: Edge[] = boxes.flatMap(({ id, needs }) =>
    needs.map((from) => ({ id: `${from}→${id}`, source: from, target: id, animated: busy.has(states.get(id) ?? '') })),
  );
  const lowest = Math.max(0, ...[...places.values()].map(({ y }) => y));
  return (
    <section
      className="graph"
      aria-label={label}
      style={{ height: Math.min(520, Math.max(170, lowest + height + 70)) }}
    >
      <ReactFlow
        key={[...places.keys()].join()}
        nodes={nodes}
        edges={edges}
        nodeTypes={{ box: BoxView }}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        preventScrolling={false}
        zoomOnScroll={false}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.2}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={22} />
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </section>
  );
}

function BoxView({ data: { box, chosen, choose } }: NodeProps<BoxNode>) {
  const inside = (
    <>
      <span className="box-title">{box.id}</span>
      <span className="box-foot">
        <span>{box.note ?? box.kind}</span>
        {box.state && <State value={box.state} />}
      </span>
    </>
  );
  return (
    <>
      <Handle type="target" position={isNarrow ? Position.Top : Position.Left} />
      {choose ? (
        <button type="button" className="graph-box nopan" aria-pressed={chosen} onClick={() => choose(box.id)}>
          {inside}
        </button>
      ) : (
        <div className="graph-box">{inside}</div>
      )}
      <Handle type="source" position={isNarrow ? Position.Bottom : Position.Right} />
    </>
  );
}

function useLayout(boxes: readonly Box[]): Map<string, { x: number; y: number }> {
  const shape = JSON.stringify(boxes.map(({ id, needs }) => [id, needs]));
  return useMemo(() => {
    const graph = new dagre.graphlib.Graph();
    graph.setGraph({ rankdir: isNarrow ? 'TB' : 'LR', nodesep: 24, ranksep: isNarrow ? 36 : 56 });
    graph.setDefaultEdgeLabel(() => ({}));
    const given = JSON.parse(shape) as [string, string[]][];
    for (const [id] of given) graph.setNode(id, { width, height });
    for (const [id, needs] of given) for (const from of needs) graph.setEdge(from, id);
    dagre.layout(graph);
    return new Map(
      given.map(([id]) => {
        const { x, y } = graph.node(id) as { x: number; y: number };
        return [id, { x: x - width / 2, y: y - height / 2 }];
      }),
    );
  }, [shape]);
}
