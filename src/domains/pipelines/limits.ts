import { type ActiveAttempt, type ActiveRun, timeoutsOf } from './active-run.ts';

/** Something that rings once, unless it is cleared. */
export interface Alarm {
  clear(): void;
}

const longestTimerMs = 2 ** 31 - 1;

/** Rings after `ms`, however long that is; does not keep the process alive. */
export function setAlarm(ms: number, ring: () => void): Alarm {
  let timer: NodeJS.Timeout;
  const arm = (left: number) => {
    const next = () => (left > longestTimerMs ? arm(left - longestTimerMs) : ring());
    timer = setTimeout(next, Math.min(left, longestTimerMs)).unref();
  };
  arm(Math.max(1, ms));
  return { clear: () => clearTimeout(timer) };
}

/** Why a step that is ready must not start any more: past its deadline, or it waited too long; nothing when it may. */
export function lateness(run: ActiveRun, index: number, now: number): string | undefined {
  const { queued, deadline } = timeoutsOf(run, index);
  const { readyAt = now, attempts } = run.machine.nodes[index]!;
  if (deadline !== undefined && now - readyAt >= deadline) return 'The step did not finish before its deadline.';
  if (queued !== undefined && attempts === 0 && now - readyAt >= queued) {
    return 'The step waited for a slot longer than its limit.';
  }
  return undefined;
}

/** How long an attempt may still run, and whether the deadline over all attempts is what ends it; nothing when for ever. */
export function timeLeft(
  run: ActiveRun,
  attempt: ActiveAttempt,
  now: number,
): { ms: number; isDeadline: boolean } | undefined {
  const { run: limit = Infinity, deadline = Infinity } = timeoutsOf(run, attempt.row.idx);
  if (limit === Infinity && deadline === Infinity) return undefined;
  const started = attempt.row.started_at ?? now;
  const readyAt = run.machine.nodes[attempt.row.idx]!.readyAt ?? started;
  const ofRun = started + limit - now;
  const ofDeadline = readyAt + deadline - now;
  return { ms: Math.min(ofRun, ofDeadline), isDeadline: ofDeadline <= ofRun };
}

const waitingTurnMs = 1000;
const manyReady = 1000;

/** The next moment at which something is due in a run by itself: a retry, a limit, another look at what waits. */
export function nextDue(run: ActiveRun, now: number): number {
  const { machine } = run;
  let at = run.waiting.size > 0 ? now + waitingTurnMs : Infinity;
  // With so many ready, attempts end all the time and each end brings a turn.
  if (!run.hasLimits && machine.ready.size > manyReady && run.attempts.size > 0) return at;
  for (const index of machine.ready) {
    if (run.preparing.has(index)) continue;
    const { notBeforeAt, readyAt = now, attempts } = machine.nodes[index]!;
    if (notBeforeAt !== undefined && notBeforeAt > now) at = Math.min(at, notBeforeAt);
    const { queued = Infinity, deadline = Infinity } = timeoutsOf(run, index);
    at = Math.min(at, readyAt + deadline, attempts === 0 ? readyAt + queued : Infinity);
  }
  return at;
}
