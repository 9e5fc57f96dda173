import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cutFlood, keptRanges, readRanges, segmentsOf } from './log-file.ts';
import type { StepFolder } from './step-folder.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tidemill-log-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const limits = { headBytes: 64 * 1024, tailBytes: 64 * 1024 };
const lines = 2_000_000;

test.runIf(process.platform === 'linux')(
  'a log cut while it is written keeps its head and its very last lines',
  async () => {
    const folder = { root, log: join(root, 'log') } as StepFolder;
    const log = openSync(folder.log, 'w', 0o600);
    const writer = spawn('seq', [String(lines)], { stdio: ['ignore', log, 'inherit'] });
    closeSync(log);
    let ended = false;
    const over = once(writer, 'exit').then(() => {
      ended = true;
    });
    while (!ended) {
      cutFlood(folder, limits);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await over;
    const segments = segmentsOf(folder);
    const total = segments.at(-1)!.end;
    expect(total).toBe(statSync(folder.log).size);
    const [head, tail] = await Promise.all(
      keptRanges(total, limits).map(async (range) => {
        const parts: Buffer[] = [];
        for await (const part of readRanges(segments, [range], [])) parts.push(part);
        return Buffer.concat(parts);
      }),
    );
    expect([head!.length, tail!.length]).toEqual([limits.headBytes, limits.tailBytes]);
    expect(head!.toString()).toMatch(/^1\n2\n3\n/);
    const kept = tail!.toString().trimEnd().split('\n').slice(1).map(Number);
    expect(kept.at(-1)).toBe(lines);
    expect(kept.every((line, at) => line === kept[0]! + at)).toBe(true);
    // The middle went back to the disk.
    expect(statSync(folder.log).blocks * 512).toBeLessThan(total / 2);
  },
);
