import type { ServerProcess } from '../support/server-process.ts';

/** What the pages of runs are tried with: experiments in folders, curves, a search with runs under it, files of every kind. */
export interface SeededRuns {
  cats: string;
  parent: string;
  compared: string[];
  /** A run that goes on. */
  live: string;
}

const start = Date.UTC(2026, 0, 2);

function pointsOf(run: number) {
  return Array.from({ length: 60 }, (_, step) => {
    const loss = Math.exp((-step * (run + 1)) / 90) + ((step * 7) % 5) / 60;
    const at = start + step * 1000;
    return [
      { key: 'loss', value: loss, step, at },
      { key: 'val/accuracy', value: 1 - loss / 2, step, at },
      { key: 'system/cpu_utilization_percentage', value: 40 + ((step * 13) % 50), step, at },
    ];
  }).flat();
}

/** Fills a server with runs. */
export async function seedRuns({ ok, url }: ServerProcess): Promise<SeededRuns> {
  const experiment = async (name: string) => (await ok('POST', 'experiments', { name })).id as string;
  const run = async (body: object) => (await ok('POST', 'runs', body)).id as string;
  const cats = await experiment('vision/cats');
  await experiment('vision/dogs');
  await experiment('plain');
  const compared: string[] = [];
  for (let i = 0; i < 12; i++) {
    const params = { depth: String(2 ** (i % 4)), optimizer: i % 2 ? 'adam' : 'sgd', seed: '1' };
    const id = await run({ experiment: cats, name: `cat ${i}`, params, tags: { owner: i % 3 ? 'ada' : 'grace' } });
    await ok('POST', `runs/${id}/log`, { metrics: [...pointsOf(i), { key: 'auc', value: 0.6 + i / 40 }] });
    await ok('PATCH', `runs/${id}`, { status: 'FINISHED' });
    compared.push(id);
  }
  const parent = await run({ experiment: 'plain', name: 'search', tags: { 'mlflow.note.content': 'All of it.' } });
  for (let i = 0; i < 3; i++) await run({ experiment: 'plain', name: `under ${i}`, parentRunId: parent });
  const files: Record<string, string> = {
    'report/page.html': '<h1>Report</h1><p id="p">untouched</p><script>p.textContent = "ran"</script>',
    'answers.json': '{"columns": ["question", "answer"], "data": [["why", 42]]}',
    'data/rows.csv': 'name,count\n"a, b",7\n',
    'logs/console.log': 'first line\nsecond line\n',
    'picture.svg':
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>',
  };
  for (const [path, content] of Object.entries(files)) {
    await fetch(`${url}/api/v1/runs/${parent}/artifacts/${path}`, { method: 'PUT', body: content });
  }
  const live = await run({ experiment: 'plain', name: 'goes on' });
  await ok('POST', `runs/${live}/log`, { metrics: [0, 1].map((step) => ({ key: 'loss', value: 1, step })) });
  return { cats, parent, compared, live };
}
