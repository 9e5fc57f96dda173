import { parentPort, workerData } from 'node:worker_threads';
import { createEngine } from '../../engine/index.ts';
import { compactFile } from './compact.ts';

const { file, folder, name } = workerData as { file: string; folder: string; name: string };
const engine = createEngine({ threads: 1, memoryLimit: '512MB' });
parentPort!.postMessage(await compactFile(engine, file, { folder, name }));
await engine.close();
