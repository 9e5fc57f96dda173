import type { Page } from '../../kernel/page.ts';
import { countRuns, type RunCount } from './count-runs.ts';
import { type Curve, type CurveQuery, readCurves } from './curves.ts';
import type { TrackingDeps } from './deps.ts';
import { type ExportFormat, exportRuns, type RunExport } from './export-runs.ts';
import { type RunColumns, type RunColumnsQuery, readRunColumns } from './run-columns.ts';
import type { Run } from './schema.ts';
import type { RunSearch } from './search-schema.ts';

/** What is told of many runs at once. */
export interface RunReports {
  /** All runs that a search finds, as a file; with any number of runs in bounded memory. */
  export(search: Omit<RunSearch, 'limit' | 'pageToken'>, format: ExportFormat): Promise<RunExport>;
  /** How many runs a search finds in all. */
  count(search: RunCount): Promise<number>;
  /** Metrics of several runs as curves of at most 1,000 points each. */
  curves(query: CurveQuery): Promise<Curve[]>;
  /** The metrics, parameters and tags that the newest runs have. */
  columns(query: RunColumnsQuery): Promise<RunColumns>;
}

/** Makes the reports over runs, with the search that finds them. */
export function createRunReports(deps: TrackingDeps, search: (search: RunSearch) => Promise<Page<Run>>): RunReports {
  return {
    export: (found, format) => exportRuns({ ...deps, search }, found, format),
    count: (found) => countRuns(deps, found),
    curves: (query) => readCurves(deps, query),
    columns: (query) => readRunColumns(deps, query),
  };
}
