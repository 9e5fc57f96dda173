import type { SloRules } from './judge-rules.ts';

/** What one window of the candidate had, the champion's share of refusals beside it. */
export interface SloWindow {
  startedAt: number;
  requests: number;
  errors: number;
  refused: number;
  nonFinite: number;
  slow: number;
  championRequests: number;
  championRefused: number;
}

/** The kinds of hard limits. */
export const sloKinds = ['errors', 'refused', 'nonFinite', 'slow'] as const;

/** A kind of hard limit. */
export type SloKind = (typeof sloKinds)[number];

/** Windows so far: how many, how many bad ones in a row by kind, and what broke first. */
export interface SloState {
  window: SloWindow | undefined;
  windows: number;
  inARow: Record<SloKind, number>;
  broken: { kind: SloKind; at: number; share: number } | undefined;
}

/** No windows yet. */
export function newSlo(): SloState {
  return { window: undefined, windows: 0, inARow: { errors: 0, refused: 0, nonFinite: 0, slow: 0 }, broken: undefined };
}

/** One request as windows see it. */
export interface SloRequest {
  candidate: boolean;
  loggedAt: number;
  latencyMs: number;
  isError: boolean;
  isRefused: boolean;
  nonFinite: boolean;
}

/** Adds a request; a window that is long and full enough ends with the first request behind it. */
export function foldSlo(state: SloState, request: SloRequest, rules: SloRules): void {
  const { candidate, loggedAt } = request;
  const open = state.window;
  if (open && loggedAt >= open.startedAt + rules.windowMs && open.requests >= rules.minRequests)
    endWindow(state, rules);
  state.window ??= emptyWindow(loggedAt);
  const { window } = state;
  if (!candidate) {
    window.championRequests++;
    if (request.isRefused) window.championRefused++;
    return;
  }
  window.requests++;
  if (request.isError) window.errors++;
  if (request.isRefused) window.refused++;
  if (request.nonFinite) window.nonFinite++;
  if (rules.p99Ms !== null && !request.isError && !request.isRefused && request.latencyMs > rules.p99Ms) window.slow++;
}

function emptyWindow(startedAt: number): SloWindow {
  const none = { requests: 0, errors: 0, refused: 0, nonFinite: 0, slow: 0 };
  return { startedAt, ...none, championRequests: 0, championRefused: 0 };
}

function endWindow(state: SloState, rules: SloRules): void {
  const window = state.window!;
  state.window = undefined;
  state.windows++;
  for (const kind of sloKinds) {
    state.inARow[kind] = isBad(window, kind, rules) ? state.inARow[kind] + 1 : 0;
    if (state.inARow[kind] < rules.windows || state.broken) continue;
    state.broken = { kind, at: window.startedAt, share: window[kind] / window.requests };
  }
}

function isBad(window: SloWindow, kind: SloKind, rules: SloRules): boolean {
  const share = window[kind] / window.requests;
  if (kind === 'errors') return rules.maxErrorRate !== null && share > rules.maxErrorRate;
  if (kind === 'nonFinite') return rules.maxNonFiniteRate !== null && share > rules.maxNonFiniteRate;
  // One slow request among a few is no percentile.
  if (kind === 'slow') return rules.p99Ms !== null && window.slow > Math.max(1, 0.01 * window.requests);
  if (rules.maxInvalidRate === null || share <= rules.maxInvalidRate) return false;
  // What callers send wrongly is refused by both arms and tells nothing about the candidate.
  return window.championRequests === 0 || window.championRefused / window.championRequests <= rules.maxInvalidRate;
}
