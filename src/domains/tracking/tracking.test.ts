import { backends } from '../../../test/support/databases.ts';
import { describeTracking } from './tracking.contract.ts';

for (const backend of backends) describeTracking(backend);
