import { clients } from './mlflow/clients.ts';
import { preparePython } from './python-environment.ts';
import { preparePythonWithClients } from './serving/python-with-clients.ts';

// `node test/conformance/prepare.ts`: makes the Python environments of both suites, as something to do beside other work.

for (const client of await clients()) await preparePython(client);
await preparePythonWithClients();
