import { type Schemas, useApi } from '../../api.ts';
import { Facts } from '../../components/facts.tsx';
import { formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Ring } from './ring.tsx';

const shown = 12;

/** What each column gave to the answer, the largest first. */
export function Contributions({ id }: { id: string }) {
  const found = useApi('/api/v1/predictions/{id}/explanation', { id });
  // That an answer cannot be explained (nothing to compare with, the version gone) is no failure of the page.
  if (found.error) {
    return (
      <Ring title="What gave it">
        <p className="empty">{found.error.message}</p>
      </Ring>
    );
  }
  return (
    <Ring title="What gave it">
      <Loaded query={found}>
        {({ explanation, explained }) => (
          <>
            <Facts of={partsOf(explanation)} />
            <p className="empty">{madeBy(explained)}</p>
          </>
        )}
      </Loaded>
    </Ring>
  );
}

function partsOf({ base, value, contributions, class: label }: Schemas['PredictionExplanation']) {
  const largest = Object.entries(contributions).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const rest = largest.slice(shown).reduce((sum, [, part]) => sum + part, 0);
  return {
    'Without any column': formatNumber(base),
    ...Object.fromEntries(largest.slice(0, shown).map(([name, part]) => [name, signed(part)])),
    ...(largest.length > shown && { [`${largest.length - shown} more columns`]: signed(rest) }),
    [label === undefined ? 'Score' : `Score of ${label}`]: formatNumber(value),
  };
}

function signed(part: number): string {
  return `${part < 0 ? '−' : '+'}${formatNumber(Math.abs(part))}`;
}

function madeBy({ isExact, method, space, samples, background }: Schemas['ExplainedBy']): string {
  const how = isExact ? `Exact (${method})` : `Estimated of ${samples} samples (${method})`;
  const what = space === 'margin' ? 'of the sum before the link' : 'of the answer itself';
  return `${how}, ${what}${background ? `, against the ${background}` : ''}.`;
}
