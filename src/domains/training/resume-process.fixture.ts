import { systemActor } from '../../kernel/actor.ts';
import { flights, openTrainingHome } from './training.fixture.ts';

// A search in a process of its own, for a test to kill: prints the run's id, then works until the signal comes.
const home = await openTrainingHome(process.argv[2]!);
await home.write('flights', flights(1500));
const { runId, done } = await home.training.start(systemActor, {
  dataset: 'flights',
  target: 'late',
  exclude: ['delay'],
  tags: { 'tidemill.pipeline-run': 'p1', 'tidemill.step': 'train' },
  params: { iterations: 20 },
  tuning: { trials: 10_000 },
});
process.stdout.write(`${runId}\n`);
await done;
