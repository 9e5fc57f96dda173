import { backends } from '../../../test/support/databases.ts';
import { describeModelsAndSamples } from './models-and-samples.contract.ts';

for (const backend of backends) describeModelsAndSamples(backend);
