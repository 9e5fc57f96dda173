import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../../ledger/index.ts';
import { createServingCounts } from './serving-counts.ts';

test('rollouts of endpoints that were removed are told of no more, nor kept', () => {
  let hear: (event: LedgerEvent) => void = () => {};
  const counts = createServingCounts({
    listen(listener) {
      hear = listener;
      return () => {};
    },
  });
  const started = (name: string) =>
    hear({ type: 'rollout.started', subject: { kind: 'rollout', id: '1', name } } as LedgerEvent);
  started('stays');
  started('goes');
  counts.verdict('goes', 'pass');
  const told = (endpoints: string[]) =>
    counts
      .families(endpoints)
      .flatMap(({ values }) =>
        values.filter(({ value, labels }) => value > 0 && 'endpoint' in labels).map(({ labels }) => labels['endpoint']),
      );
  expect(told(['stays', 'goes'])).toEqual(['stays', 'goes', 'goes']);
  expect(told(['stays'])).toEqual(['stays']);
  // Made again under the same name it begins anew.
  expect(told(['stays', 'goes'])).toEqual(['stays']);
});
