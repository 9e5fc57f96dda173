import type { Texts } from './source.ts';

/** Pairs as MLflow's API writes them. */
export type Pairs = { key: string; value?: string }[] | undefined;

/** Pairs as texts by key. */
export function textsOf(pairs: Pairs): Texts {
  return Object.fromEntries((pairs ?? []).map(({ key, value = '' }) => [key, value]));
}

/** Texts by key as pairs. */
export function pairsOf(texts: Texts): { key: string; value: string }[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value }));
}

/** A number of the wire: also as text, and NaN and the infinities as their names. */
export function numberOf(value: unknown, fallback = 0): number {
  if (value === undefined || value === null || value === '') return fallback;
  return Number(value);
}

/** A number as JSON can carry it. */
export function wireNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The tag that marks prompts. */
export const promptTag = 'mlflow.prompt.is_prompt';
/** The tag that names the run a run is part of. */
export const parentTag = 'mlflow.parentRunId';
/** The tag that says what a dataset was used for. */
export const contextTag = 'mlflow.data.context';

const stages = { staging: 'staging', production: 'production', archived: 'archived' } as const;

/** A stage in our words. */
export function stageOf(text: string | null | undefined): 'none' | 'staging' | 'production' | 'archived' {
  return stages[(text ?? '').toLowerCase() as keyof typeof stages] ?? 'none';
}

/** The logged model that a location names, if it does. */
export function modelIdOf(location: string): string {
  return /(?:^models:\/|\/models\/)(m-[0-9a-f]{32})(?:\/|$)/.exec(location)?.[1] ?? '';
}
