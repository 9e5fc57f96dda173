import type { Algorithm } from '../fit.ts';
import type { SearchSpace } from './space.ts';

/** The space searched for an algorithm unless the user gives one. */
export const defaultSpaces: Record<Algorithm, SearchSpace> = {
  boosting: {
    learningRate: { type: 'float', low: 0.02, high: 0.3, log: true },
    maxLeaves: { type: 'int', low: 8, high: 128, log: true },
    minLeafRows: { type: 'int', low: 5, high: 200, log: true },
    l2: { type: 'float', low: 1e-3, high: 10, log: true },
    featureShare: { type: 'float', low: 0.5, high: 1, log: false },
  },
  linear: {
    l1: { type: 'float', low: 1e-6, high: 0.1, log: true },
    l2: { type: 'float', low: 1e-6, high: 1, log: true },
  },
};
