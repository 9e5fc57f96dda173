import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemActor } from '../../kernel/actor.ts';
import { flights, openTrainingHome } from './training.fixture.ts';

test('a search whose process was killed goes on with the same trials and count', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-resume-'));
  const script = new URL('./resume-process.fixture.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const runId = line.toString().trim();
  const home = await openTrainingHome(folder);
  try {
    await home.write('flights', flights(1500));
    while ((await home.training.study(runId)).trials.length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const before = await home.training.study(runId);
    const trials = before.trials.length + 2;
    const order = { dataset: 'flights', target: 'late', exclude: ['delay'] };
    const wrong = { ...order, resume: runId, params: { iterations: 21 }, tuning: { trials } };
    await expect(home.training.train(systemActor, wrong)).rejects.toMatchObject({ code: 'conflict' });
    // The next attempt of the same pipeline step finds the search by itself.
    const tags = { 'tidemill.pipeline-run': 'p1', 'tidemill.step': 'train' };
    const again = { ...order, tags, params: { iterations: 20 }, tuning: { trials } };
    const result = await home.training.train(systemActor, again);
    expect(result.runId).toBe(runId);
    const after = await home.training.study(runId);
    expect(after.status).toBe('FINISHED');
    expect(after.trials.slice(0, before.trials.length)).toEqual(before.trials);
    expect(after.trials.map((trial) => trial.number)).toEqual([...Array(trials).keys()]);
  } finally {
    child.kill('SIGKILL');
    await home.close();
    await rm(folder, { recursive: true, force: true });
  }
});
