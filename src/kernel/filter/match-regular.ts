import { fail } from '../errors.ts';
import { type Regular, readRegular } from './regular.ts';

/** A step of the machine: go on at other steps, need a place, take a character, or be done. */
type Step =
  | { kind: 'split'; to: number[] }
  | { kind: 'start' | 'end'; to: number }
  | { kind: 'set'; ranges: readonly (readonly [number, number])[]; negated: boolean; to: number }
  | { kind: 'done' };

const maxSteps = 500;

/**
 * Makes a test of whether a text contains a match of a pattern, in time that grows with the text's length times the pattern's
 * (K. Thompson, "Regular Expression Search Algorithm", 1968): all ways through the pattern are followed at once, none is tried again.
 */
export function compileRegular(pattern: string): (text: string) => boolean {
  const steps: Step[] = [{ kind: 'done' }];
  const start = add(steps, readRegular(pattern), 0);
  return (text) => matches(steps, start, text);
}

function push(steps: Step[], step: Step): number {
  if (steps.length >= maxSteps) {
    fail('invalid_query', 'The pattern of RLIKE cannot be used: its repetitions make it too large.', {
      field: 'filter',
    });
  }
  return steps.push(step) - 1;
}

/** Adds the steps of a part that goes on at `to`; gives where it begins. */
function add(steps: Step[], part: Regular, to: number): number {
  if (part.kind === 'start' || part.kind === 'end') return push(steps, { kind: part.kind, to });
  if (part.kind === 'set') return push(steps, { kind: 'set', ranges: part.ranges, negated: part.negated, to });
  if (part.kind === 'sequence') return part.parts.reduceRight((next, one) => add(steps, one, next), to);
  if (part.kind === 'choice') {
    return push(steps, { kind: 'split', to: part.parts.map((one) => add(steps, one, to)) });
  }
  let next = to;
  if (part.most === Infinity) {
    const loop: Step = { kind: 'split', to: [to] };
    next = push(steps, loop);
    loop.to.push(add(steps, part.part, next));
  } else {
    for (let i = part.least; i < part.most; i++) {
      next = push(steps, { kind: 'split', to: [to, add(steps, part.part, next)] });
    }
  }
  for (let i = 0; i < part.least; i++) next = add(steps, part.part, next);
  return next;
}

function matches(steps: readonly Step[], start: number, text: string): boolean {
  let current = new Set<number>();
  for (let at = 0; ; ) {
    // A match may begin anywhere.
    if (follow(steps, start, { current, isStart: at === 0, isEnd: at === text.length })) return true;
    if (at >= text.length) return false;
    const code = text.codePointAt(at)!;
    at += code > 0xffff ? 2 : 1;
    const next = new Set<number>();
    const place = { current: next, isStart: false, isEnd: at >= text.length };
    for (const index of current) {
      const step = steps[index]!;
      if (step.kind === 'set' && has(step, code) && follow(steps, step.to, place)) return true;
    }
    current = next;
  }
}

/** Adds all that is reached from a step without taking a character; gives whether that is the end of the pattern. */
function follow(
  steps: readonly Step[],
  from: number,
  { current, isStart, isEnd }: { current: Set<number>; isStart: boolean; isEnd: boolean },
): boolean {
  const open = [from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (current.has(index)) continue;
    current.add(index);
    const step = steps[index]!;
    if (step.kind === 'done') return true;
    if (step.kind === 'split') open.push(...step.to);
    else if ((step.kind === 'start' && isStart) || (step.kind === 'end' && isEnd)) open.push(step.to);
  }
  return false;
}

function has({ ranges, negated }: Extract<Step, { kind: 'set' }>, code: number): boolean {
  return ranges.some(([from, to]) => code >= from && code <= to) !== negated;
}
