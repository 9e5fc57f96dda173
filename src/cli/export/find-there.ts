import type { MlflowApi } from '../import/mlflow-api.ts';
import { originTags } from './export.ts';

/** A run of the other server. */
export interface RunThere {
  info: {
    run_id: string;
    status?: string;
    lifecycle_stage?: string;
    end_time?: number | string;
    artifact_uri?: string;
  };
  data?: {
    metrics?: { key: string; value: unknown; step?: unknown; timestamp?: unknown }[];
    params?: { key: string }[];
    tags?: { key: string; value?: string }[];
  };
  outputs?: { model_outputs?: { model_id: string }[] };
  inputs?: { dataset_inputs?: unknown[]; model_inputs?: { model_id: string }[] };
}

/** The run that an earlier export made of one of the source. */
export async function findRun(
  target: MlflowApi,
  { experimentIds, origin }: { experimentIds: readonly string[]; origin: string },
): Promise<RunThere | undefined> {
  const { runs = [] } = await target.send<{ runs?: RunThere[] }>('POST', 'mlflow/runs/search', {
    ...{ experiment_ids: experimentIds, run_view_type: 'ALL', max_results: 1 },
    filter: `tags.\`${originTags.run}\` = '${origin}'`,
  });
  return runs[0];
}

/** A logged model of the other server. */
export interface LoggedModelThere {
  info: { model_id: string; status?: string; artifact_uri?: string };
  data?: { metrics?: { key: string; step?: unknown; timestamp?: unknown; run_id?: string }[] };
}

/** The logged model that an earlier export made of one of the source. */
export async function findLoggedModel(
  target: MlflowApi,
  { experimentIds, origin }: { experimentIds: readonly string[]; origin: string },
): Promise<LoggedModelThere | undefined> {
  const { models = [] } = await target.send<{ models?: LoggedModelThere[] }>('POST', 'mlflow/logged-models/search', {
    ...{ experiment_ids: experimentIds, max_results: 1 },
    filter: `tags.\`${originTags.model}\` = '${origin}'`,
  });
  return models[0];
}
