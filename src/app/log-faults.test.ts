import { pino } from 'pino';
import { expect, test } from 'vitest';
import { TidemillError } from '../kernel/errors.ts';
import { createFaultLog } from './log-faults.ts';

test('a model that fails ten thousand times is told in some lines, other faults each with their cause', () => {
  const lines: string[] = [];
  const log = createFaultLog(pino({}, { write: (line: string) => void lines.push(line) }));
  const failed = new TidemillError('model_failed', 'The model failed: index out of range', {
    cause: new Error('deep'),
  });
  for (let i = 0; i < 10_000; i++) log(failed, { requestId: `r${i}` });
  expect(lines.length).toBeGreaterThanOrEqual(50);
  expect(lines.length).toBeLessThan(200);
  expect(lines[0]).toContain('"reason":"The model failed: index out of range"');
  expect(lines.join('')).not.toContain('deep');
  const before = lines.length;
  for (let i = 0; i < 100; i++) log(new Error('a bug'), { requestId: 'r' });
  expect(lines.length - before).toBe(100);
  expect(lines.at(-1)).toContain('log-faults.test.ts');
});
