import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanUp, newFolder, startServerProcess } from '../../support/server-process.ts';

// `node test/conformance/scoring/run.ts <python>`: a Python with mlflow, scikit-learn, skl2onnx and onnx, whose program
// `mlflow` lies beside it or at the second argument.
const [python, mlflow = join(dirname(python ?? ''), 'mlflow')] = process.argv.slice(2);
if (!python) throw new Error('Which Python? It needs mlflow, scikit-learn, skl2onnx and onnx.');
const script = fileURLToPath(new URL('./check.py', import.meta.url));
const tidemill = fileURLToPath(new URL('../../../bin/tidemill.js', import.meta.url));
const flags = ['--allow-process-runtimes', '--default-endpoint', 'iris-sklearn'];
try {
  const server = await startServerProcess(await newFolder(), { flags });
  execFileSync(python, [script, server.url, mlflow, process.execPath, tidemill], { stdio: 'inherit' });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
