import { backends } from '../../../test/support/databases.ts';
import { describeReports } from './reports.contract.ts';

for (const backend of backends) describeReports(backend);
