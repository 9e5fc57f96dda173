import { dirname, join } from 'node:path';
import { readClient } from '../mlflow/clients.ts';
import { preparePython } from '../python-environment.ts';

/** A Python with the clients of Triton, KServe and MLflow, and the program that serves MLflow's models. */
export async function preparePythonWithClients(): Promise<{ python: string; mlflow: string }> {
  // MLflow is in the environment of its own suite; only what these clients pin otherwise is installed twice.
  const over = await preparePython(await readClient('current'));
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const python = await preparePython({ name: 'serving', requirements, what: 'tritonclient and kserve', over });
  return { python, mlflow: join(dirname(over), 'mlflow') };
}
