import { isoTime } from '../../kernel/clock.ts';

type IsoField<T> = T extends number ? string : T;

/** A record with its `…At` fields as ISO 8601 text. */
export type WithIsoTimes<T> = T extends readonly (infer E)[]
  ? WithIsoTimes<E>[]
  : T extends object
    ? { [K in keyof T]: K extends `${string}At` | 'at' ? IsoField<T[K]> : WithIsoTimes<T[K]> }
    : T;

/** Turns every number in a field `at` or `…At`, at any depth, into ISO 8601. */
export function withIsoTimes<T>(value: T): WithIsoTimes<T> {
  if (Array.isArray(value)) return value.map((item) => withIsoTimes(item)) as WithIsoTimes<T>;
  if (value === null || typeof value !== 'object') return value as WithIsoTimes<T>;
  const entries = Object.entries(value).map(([key, field]) => {
    const isTime = typeof field === 'number' && (key === 'at' || key.endsWith('At'));
    return [key, isTime ? isoTime(field) : withIsoTimes(field)] as const;
  });
  return Object.fromEntries(entries) as WithIsoTimes<T>;
}
