import { backends } from '../../../test/support/databases.ts';
import { describeMetricPoints } from './metric-points.contract.ts';

for (const backend of backends) describeMetricPoints(backend);
