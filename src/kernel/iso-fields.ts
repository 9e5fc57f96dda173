import { isoTime } from './clock.ts';

type IsoFields<T, K extends keyof T> = Omit<T, K> & {
  [F in K]: null extends T[F] ? string | null : string;
};

/** A copy of a record whose named time fields (UTC milliseconds) are ISO 8601 text, as the API shows them; null stays null. */
export function withIsoTimes<T extends object, K extends keyof T>(record: T, ...fields: K[]): IsoFields<T, K> {
  const shown = { ...record } as Record<PropertyKey, unknown>;
  for (const field of fields) {
    const at = record[field];
    if (typeof at === 'number') shown[field] = isoTime(at);
  }
  return shown as IsoFields<T, K>;
}
