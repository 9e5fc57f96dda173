import { backends } from '../../../test/support/databases.ts';
import { describeRegistry } from './registry.contract.ts';

for (const backend of backends) describeRegistry(backend);
