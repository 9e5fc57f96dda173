import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UsageMeter, usageOf } from './process-usage.ts';

test.skipIf(process.platform !== 'linux')('a group is what its processes use together, until it is gone', async () => {
  const script = 'node -e "const a = Buffer.alloc(6e7, 1); for (;;) a[0]++" & wait';
  const child = spawn('/bin/sh', ['-c', script.replace('node', `'${process.execPath}'`)], {
    detached: true,
    stdio: 'ignore',
  });
  const [group, meter] = [child.pid!, new UsageMeter()];
  try {
    let usage = meter.measure(new Set([group])).get(group);
    for (let i = 0; i < 200 && !(usage && usage.memoryBytes > 6e7 && usage.cpuPercent > 1); i++) {
      await sleep(50);
      usage = meter.measure(new Set([group])).get(group);
    }
    expect(usage!.memoryBytes).toBeGreaterThan(6e7);
    expect(usage!.cpuPercent).toBeGreaterThan(1);
    expect(usage!.cpuPercent).toBeLessThanOrEqual(100);
    expect(usageOf(new Set([group])).get(group)!.cpuMs).toBeGreaterThan(0);
  } finally {
    process.kill(-group, 'SIGKILL');
  }
  await new Promise((resolve) => child.once('close', resolve));
  expect(meter.measure(new Set([group])).size).toBe(0);
});
