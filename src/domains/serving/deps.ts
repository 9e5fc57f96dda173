import type { Blobs } from '../../blobs/index.ts';
import type { Background } from '../../database/background.ts';
import type { Database } from '../../database/database.ts';
import type { Engine } from '../../engine/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Data } from '../data/index.ts';
import type { AddressPolicy } from '../notify/index.ts';
import type { Registry } from '../registry/index.ts';
import type { DatasetBackground, TrainingRowsSource } from './explain/explain-ports.ts';
import type { SinkTuning } from './log/event-sink.ts';
import type { LogSinks } from './log/log-sinks.ts';
import type { PredictionLog } from './log/prediction-log.ts';
import type { Pseudonyms } from './log/pseudonym.ts';
import type { ProgramSource } from './package/program.ts';
import type { CallerGate } from './predict/caller-limits.ts';
import type { RoutingTable } from './predict/routing.ts';
import type { ShadowQueue } from './predict/shadow.ts';
import type { OnlineFeatures } from './processing/online-features.ts';
import type { Credentials } from './runtime/remote-credentials.ts';
import type { Runtimes } from './runtime/runtime.ts';
import type { RuntimeOptions } from './runtime/runtime-options.ts';
import type { ServingCounts } from './stats/serving-counts.ts';

/** What serving is made with. */
export interface ServingOptions {
  database: Database;
  ledger: Ledger;
  background: Background;
  clock: Clock;
  blobs: Blobs;
  engine: Engine;
  registry: Registry;
  data: Pick<Data, 'writeVersion' | 'open' | 'look' | 'personalColumns'>;
  /** Processes and remote models; neither unless said. */
  runtimes?: RuntimeOptions;
  /** What is kept of the training of versions, for explanations to compare with; none unless given. */
  trainingRows?: TrainingRowsSource;
  /** Where endpoints look features up; nowhere unless given. */
  onlineFeatures?: OnlineFeatures;
  /** What an image of a packaged endpoint runs; nothing is packaged unless given. */
  program?: ProgramSource;
  /** Folder of the prediction log's write-ahead files. */
  folder: string;
  /** Hears of failures that no caller sees: a log that cannot be written, a model that cannot be loaded. */
  onError(error: unknown): void;
  /** Longest time between an answer and its being on disk; 50 unless said. */
  flushMs?: number;
  /** Rows of a write-ahead file before it becomes Parquet; 50,000 unless said. */
  segmentRows?: number;
  /** How logs are sent to their receivers; the defaults suit a server. */
  sinkTuning?: SinkTuning;
  /** How often rollouts are judged; 500 unless said. */
  judgeMs?: number;
}

/** What the verbs of serving work with. */
export interface ServingDeps extends Omit<ServingOptions, 'runtimes'> {
  table: RoutingTable;
  runtimes: Runtimes;
  credentials: Credentials;
  /** Which addresses other servers may have. */
  addresses: AddressPolicy;
  datasetBackground: DatasetBackground;
  log: PredictionLog;
  /** Hides values in the log; absent where the server keeps no secrets. */
  pseudonyms: Pseudonyms | undefined;
  /** Where logs are sent. */
  sinks: LogSinks;
  shadows: ShadowQueue;
  callers: CallerGate;
  counts: ServingCounts;
}
