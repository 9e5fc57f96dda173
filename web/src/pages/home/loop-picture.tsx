import { Link } from '@tanstack/react-router';
import type { components } from '@tidemill/sdk';
import type { CSSProperties } from 'react';
import { ago } from '../../components/time.tsx';

type Station = components['schemas']['LoopStation'];

const places: Record<Station['id'], { label: string; to: string; x: number; y: number }> = {
  data: { label: 'Data', to: '/data', x: 130, y: 70 },
  pipelines: { label: 'Pipelines', to: '/pipelines', x: 380, y: 70 },
  training: { label: 'Training', to: '/experiments', x: 630, y: 70 },
  registry: { label: 'Models and gates', to: '/models', x: 880, y: 70 },
  serving: { label: 'Endpoints', to: '/endpoints', x: 880, y: 250 },
  monitoring: { label: 'Monitoring', to: '/monitoring', x: 505, y: 250 },
  retraining: { label: 'Retraining', to: '/monitoring', x: 130, y: 250 },
};

const arrows: [Station['id'], Station['id']][] = [
  ['data', 'pipelines'],
  ['pipelines', 'training'],
  ['training', 'registry'],
  ['registry', 'serving'],
  ['serving', 'monitoring'],
  ['monitoring', 'retraining'],
  ['retraining', 'data'],
];

const words = { idle: 'nothing yet', ok: 'well', busy: 'working', attention: 'needs attention' };
const width = 220;
const height = 96;

/** The loop as a picture: seven stations, each with how it stands and what last happened there. */
export function LoopPicture({ stations }: { stations: Station[] }) {
  return (
    <div className="loop">
      <svg viewBox="0 0 1010 320" className="loop-arrows" aria-hidden="true">
        <defs>
          <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 10 5 0 10z" className="loop-tip" />
          </marker>
        </defs>
        {arrows.map(([from, to]) => (
          <path
            key={from}
            d={arrowPath(from, to)}
            className={isMoving(stations, to) ? 'loop-arrow moving' : 'loop-arrow'}
            markerEnd="url(#tip)"
          />
        ))}
      </svg>
      <ol>
        {stations.map((station) => (
          <StationBox key={station.id} station={station} />
        ))}
      </ol>
    </div>
  );
}

function StationBox({ station }: { station: Station }) {
  const { label, to, x, y } = places[station.id];
  const style = {
    '--x': `${((x - width / 2) / 1010) * 100}%`,
    '--y': `${((y - height / 2) / 320) * 100}%`,
    '--w': `${(width / 1010) * 100}%`,
  } as CSSProperties;
  const event = station.lastEvent;
  return (
    <li style={style} className={`station ${station.state}`}>
      <Link to={to}>
        <span className="station-head">
          {label}
          <span className="station-state">{words[station.state]}</span>
        </span>
        <span className="station-line">{station.headline}</span>
        <span className="station-event">
          {event
            ? `${event.type.replaceAll(/[.-]/g, ' ')} · ${event.subject} · ${ago(Date.parse(event.at))}`
            : 'no event yet'}
        </span>
      </Link>
    </li>
  );
}

function isMoving(stations: Station[], id: Station['id']): boolean {
  return stations.some((station) => station.id === id && station.state === 'busy');
}

function arrowPath(from: Station['id'], to: Station['id']): string {
  const [a, b] = [places[from], places[to]];
  if (a.y === b.y) {
    const side = a.x < b.x ? 1 : -1;
    return `M${a.x + (side * width) / 2} ${a.y} L${b.x - (side * width) / 2 - side * 3} ${b.y}`;
  }
  const down = a.y < b.y ? 1 : -1;
  return `M${a.x} ${a.y + (down * height) / 2} L${b.x} ${b.y - (down * height) / 2 - down * 3}`;
}
