import { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import type { Data } from './data.ts';
import { Expectation } from './expectation-schema.ts';
import { type DatasetVersion, IngestRequest } from './schema.ts';

/** A version as pipelines pass it from step to step. */
export interface VersionArtifact {
  kind: 'dataset-version';
  id: string;
  digest: string;
  name: string;
  bytes: number;
}

/** A version as an artifact. */
export function toArtifact(version: DatasetVersion): VersionArtifact {
  const { id, digest, bytes } = version;
  return { kind: 'dataset-version', id, digest, bytes, name: `${version.dataset}@${version.version}` };
}

/** What a step is called with, as far as these steps care. */
interface StepCall<P> {
  params: P;
  inputs: Record<string, { kind: string; id: string }>;
  actor: Actor;
  runId: string;
  stepName: string;
  signal: AbortSignal;
  log(line: string): void;
}

interface StepResult {
  outputs: Record<string, VersionArtifact>;
  metrics: Record<string, number>;
}

/** The pipeline step `ingest`: makes a version from files; its output is `dataset`. */
export function ingestStep(data: Data) {
  return {
    name: 'ingest',
    version: '1',
    params: IngestRequest,
    async run({
      params,
      actor,
      runId,
      stepName,
      signal,
      log,
    }: StepCall<z.output<typeof IngestRequest>>): Promise<StepResult> {
      const { version, created, validation } = await data.ingest(actor, params, {
        signal,
        producer: { runId, stepName },
      });
      const what = `${version.dataset}@${version.version}`;
      log(created ? `Made ${what} of ${version.rows} rows.` : `The content is that of ${what}; no version was made.`);
      if (version.quarantinedRows > 0) log(`${version.quarantinedRows} rows are in quarantine.`);
      for (const rule of validation?.failedRules ?? []) log(`Rule broken: ${rule}`);
      return {
        outputs: { dataset: toArtifact(version) },
        metrics: { rows: version.rows, quarantinedRows: version.quarantinedRows, created: created ? 1 : 0 },
      };
    },
  };
}

const validateParams = z.object({
  dataset: z.string().optional().describe('A reference such as `flights@3`; the input `dataset` unless given.'),
  expectations: z.array(Expectation).min(1).optional().describe("The dataset's declared ones unless given."),
});

/** The pipeline step `validate`: judges a version and fails the run when an `error` rule is broken; its output is `dataset`. */
export function validateStep(data: Data) {
  return {
    name: 'validate',
    version: '1',
    params: validateParams,
    async run({ params, inputs, actor, signal, log }: StepCall<z.output<typeof validateParams>>): Promise<StepResult> {
      const reference = inputs['dataset']?.id ?? params.dataset;
      if (reference === undefined) {
        return fail('invalid_input', 'The step `validate` has neither an input nor a parameter `dataset`.', {
          field: 'dataset',
        });
      }
      const version = await data.resolve(reference);
      const { expectations } = params;
      const judged = await data.validate(actor, {
        reference: version.id,
        signal,
        ...(expectations && { expectations }),
      });
      for (const check of judged.checks)
        log(`${check.passed ? 'ok  ' : check.severity} ${check.rule}: ${check.message}`);
      if (judged.outcome === 'refused') {
        const broken = judged.checks.filter((check) => !check.passed && check.severity === 'error');
        fail(
          'invalid_data',
          `${version.dataset}@${version.version} breaks ${broken.map((check) => check.rule).join(', ')}.`,
          {
            field: 'dataset',
            cure: 'Correct the data, or change the rules.',
          },
        );
      }
      const failed = judged.failedRules.length;
      return {
        outputs: { dataset: toArtifact(version) },
        metrics: { rules: judged.checks.length, failedRules: failed },
      };
    },
  };
}
