import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Actor } from '../../../kernel/actor.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Page } from '../../../kernel/page.ts';
import type { ServingDeps } from '../deps.ts';
import type { Credential } from '../runtime/remote-credentials.ts';
import type { LoggedPrediction } from '../schema.ts';
import { exportPredictions } from './export-predictions.ts';
import { type FeedbackLoad, loadFeedback } from './feedback-load.ts';
import { findQuarantine } from './feedback-quarantine.ts';
import type { FeedbackResult } from './feedback-schema.ts';
import { listPredictions } from './list-predictions.ts';
import type { SinkState } from './log-sinks.ts';
import type { ExportFilter, PredictionFilter } from './predictions-schema.ts';
import { createReplays, type Replays } from './replay-jobs.ts';
import { dropOldPredictions } from './retention.ts';

/** What was asked of endpoints and answered, and what came of it. */
export interface PredictionLogFace {
  /** Logged predictions of an endpoint, newest event time first. */
  list(endpoint: string, filter: PredictionFilter): Promise<Page<LoggedPrediction>>;
  /** Writes logged predictions to a file, and gives it to be read once. */
  export(endpoint: string, filter: ExportFilter): Promise<Readable>;
  /** Takes feedback of any length; rows that are wrong are told back and put apart. */
  load(actor: Actor, load: FeedbackLoad): Promise<FeedbackResult>;
  /** Logged requests answered again by other versions. */
  replays: Replays;
  /** How the receiver of an endpoint's log does. */
  sinkState(endpoint: string): SinkState;
  /** Sets what that receiver is shown; without one it is removed. */
  setSinkCredential(actor: Actor, endpoint: string, credential?: Credential): Promise<void>;
  /** Deletes what endpoints keep no longer; gives whether there may be more. */
  dropOld(): Promise<boolean>;
  /** Rows of feedback that were put apart. */
  quarantine(id: string): Promise<{ digest: string; bytes: number; open: OpenPart }>;
}

type OpenPart = (range?: { start: number; end?: number }) => Promise<Readable>;

/** Makes the face of the log over serving. */
export function createPredictionLogFace(deps: ServingDeps): PredictionLogFace {
  return {
    list: (endpoint, filter) => listPredictions(deps, endpoint, filter),
    async export(endpoint, filter) {
      const path = await exportPredictions(deps, endpoint, filter);
      const stream = createReadStream(path);
      // It stays readable while it is open, and is nobody's business afterwards.
      stream.once('open', () => void rm(path, { force: true }));
      return stream;
    },
    replays: createReplays(deps),
    load: async (actor, load) => {
      const result = await loadFeedback(deps, actor, load);
      deps.counts.feedback(result);
      return result;
    },
    sinkState: (endpoint) => deps.sinks.state((deps.table.find(endpoint) ?? notFound('endpoint', endpoint)).name),
    setSinkCredential: (actor, endpoint, credential) => deps.credentials.setSink(actor, endpoint, credential),
    dropOld: () => dropOldPredictions(deps),
    async quarantine(id) {
      const found = await findQuarantine(deps, id);
      return { ...found, open: (range) => deps.blobs.open(found.digest, range) };
    },
  };
}
