import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** What the processes of a group use: processor time so far with that of children that have ended, and memory now. */
export interface GroupUsage {
  cpuMs: number;
  memoryBytes: number;
}

/** What a step used since it was looked at before. */
export interface StepUsage {
  /** Share of all processors of the machine, 0 to 100. */
  cpuPercent: number;
  memoryBytes: number;
  /** Whole seconds since the step's process began. */
  second: number;
}

/** Linux counts processor time in hundredths of a second, whatever its kernel ticks in. */
const tickMs = 10;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** The fields of `/proc/<pid>/stat` after the name, which may hold anything (proc_pid_stat(5): field 3 on). */
function statOf(pid: string): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat === undefined ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** What each of these process groups uses, by one look over all processes; nothing where there is no `/proc`. */
export function usageOf(groups: ReadonlySet<number>): Map<number, GroupUsage> {
  const usage = new Map<number, GroupUsage>();
  if (process.platform !== 'linux' || groups.size === 0) return usage;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const fields = statOf(pid);
    const group = Number(fields[2]);
    if (!groups.has(group)) continue;
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
    const sum = usage.get(group) ?? { cpuMs: 0, memoryBytes: 0 };
    sum.cpuMs += ticks * tickMs;
    sum.memoryBytes += Number(resident ?? 0) * 1024;
    usage.set(group, sum);
  }
  return usage;
}

/** How long a process has been there, in seconds; undefined when it is gone. */
function ageOf(pid: number): number | undefined {
  const startTicks = Number(statOf(String(pid))[19]);
  const upSeconds = Number(read('/proc/uptime')?.split(' ')[0]);
  const age = upSeconds - (startTicks * tickMs) / 1000;
  return Number.isFinite(age) ? Math.max(0, age) : undefined;
}

/** Looks at process groups from time to time, and tells what each used since the time before. */
export class UsageMeter {
  readonly #before = new Map<number, { cpuMs: number; age: number }>();

  /** What each of the groups used; those that are not among them are forgotten. */
  measure(groups: ReadonlySet<number>): Map<number, StepUsage> {
    const measured = new Map<number, StepUsage>();
    for (const [group, { cpuMs, memoryBytes }] of usageOf(groups)) {
      const age = ageOf(group);
      if (age === undefined) continue;
      const before = this.#before.get(group) ?? { cpuMs: 0, age: 0 };
      const passedMs = Math.max(tickMs, (age - before.age) * 1000);
      // A child that ends without being waited for takes its time with it.
      const share = Math.max(0, cpuMs - before.cpuMs) / passedMs / availableParallelism();
      measured.set(group, { cpuPercent: Math.min(100, share * 100), memoryBytes, second: Math.floor(age) });
      this.#before.set(group, { cpuMs, age });
    }
    for (const group of this.#before.keys()) if (!groups.has(group)) this.#before.delete(group);
    return measured;
  }
}
