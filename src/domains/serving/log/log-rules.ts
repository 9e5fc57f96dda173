import { fail, TidemillError } from '../../../kernel/errors.ts';
import type { Data } from '../../data/index.ts';
import { type ColumnTreatment, type LogSpec, treatmentOf } from './log-spec.ts';
import { maskText, type Pseudonyms } from './pseudonym.ts';

/** What becomes of an endpoint's columns in its log. */
export interface LogRules {
  /** The column that says whom a row is about. */
  entity: string | undefined;
  treatment(column: string): ColumnTreatment;
  /** A value as the log has it, for columns that are hashed or masked. */
  hide(treatment: 'hash' | 'mask', value: string): string;
}

/** Rules that keep every column but those in `drop`. */
export function plainRules(drop: readonly string[] = []): LogRules {
  const hide = () => fail('unsupported', 'This server keeps no secrets, so that it cannot hash.');
  return { entity: undefined, treatment: (column) => (drop.includes(column) ? 'drop' : 'keep'), hide };
}

/** Finds the rules of an endpoint's log. */
export type FindLogRules = (spec: LogSpec) => Promise<LogRules>;

/** Makes the finder; `unsupported` where something is to be hashed by a server that keeps no secrets. */
export function logRulesOf(deps: {
  data: Pick<Data, 'personalColumns'>;
  pseudonyms: Pseudonyms | undefined;
}): FindLogRules {
  return async (spec) => {
    const personal = spec.personalOf === undefined ? [] : await deps.data.personalColumns(spec.personalOf);
    const { pseudonyms } = deps;
    const hashes = personal.length > 0 || Object.values(spec.columns ?? {}).includes('hash');
    if (hashes && !pseudonyms) fail('unsupported', 'This server keeps no secrets, so that it cannot hash columns.');
    return {
      entity: spec.entity,
      treatment: (column) => treatmentOf(spec, column, personal),
      hide: (treatment, value) => (treatment === 'mask' ? maskText(value) : pseudonyms!.token(value)),
    };
  };
}

/** An error that shows no value of a column the log may not show, for what a caller is told may be written down, too. */
export function withoutValue(error: unknown, { treatment }: LogRules): unknown {
  if (!(error instanceof TidemillError) || error.details.value === undefined) return error;
  const column = /^(?:rows\[\d+\]\.|columns\.)?(.*?)(?:\[\d+\])?$/s.exec(error.details.field ?? '')?.[1] ?? '';
  if (treatment(column) === 'keep') return error;
  const { value, ...details } = error.details;
  return new TidemillError(error.code, error.message.replaceAll(String(value), 'a value that is not shown'), details);
}
