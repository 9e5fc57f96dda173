import { z } from 'zod';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { verdictSchema } from './ports.ts';
import {
  type AliasMove,
  contentStates,
  type EvidenceDocument,
  type Model,
  type ModelVersion,
  modelSignatureSchema,
  type StageChange,
  stageSchema,
  versionSourceSchema,
} from './schema.ts';

const time = z.iso.datetime();
const texts = z.record(z.string(), z.string());

/** A model as the API shows it. */
export const modelView = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    tags: texts,
    aliases: z.record(z.string(), z.number().int()).describe('Version number by alias.'),
    latestVersion: z.number().int(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Model' });

/** A version as the API shows it. */
export const versionView = z
  .object({
    id: z.string(),
    model: z.string(),
    number: z.number().int(),
    digest: z.string(),
    registeredDigest: z.string(),
    format: z.string(),
    bytes: z.number().int(),
    servableDigest: z.string().nullable().describe('The ONNX file that endpoints load; null where there is none.'),
    content: z
      .enum(contentStates)
      .describe('`awaited`: its files are taken when they are first asked for; `elsewhere`: kept by another system.'),
    origin: z.string().describe('Where the files came from, in the words of whoever registered them.'),
    runLink: z.string().describe('A page about the training run elsewhere.'),
    signature: modelSignatureSchema,
    source: versionSourceSchema,
    stage: stageSchema,
    description: z.string(),
    tags: texts,
    aliases: z.array(z.string()),
    createdAt: time,
    createdBy: z.string(),
    updatedAt: time,
    deletedAt: time.nullable(),
  })
  .meta({ id: 'ModelVersion' });

const decision = {
  sequence: z.number().int(),
  at: time,
  actorId: z.string(),
  actorName: z.string(),
  reason: z.string(),
  bypassed: z.boolean(),
  verdictId: z.string().nullable(),
};

/** An alias' move as the API shows it. */
export const aliasMoveView = z
  .object({
    model: z.string(),
    alias: z.string(),
    from: z.number().int().nullable(),
    to: z.number().int().nullable(),
    ...decision,
  })
  .meta({ id: 'AliasMove' });

/** A stage change as the API shows it. */
export const stageChangeView = z
  .object({ model: z.string(), version: z.number().int(), from: stageSchema, to: stageSchema, ...decision })
  .meta({ id: 'StageChange' });

/** A document attached to a version as the API shows it. */
export const evidenceView = z
  .object({
    id: z.string(),
    name: z.string(),
    sequence: z.number().int(),
    digest: z.string(),
    document: z.record(z.string(), z.unknown()),
    createdAt: time,
    createdBy: z.string(),
  })
  .meta({ id: 'EvidenceDocument' });

/** What became of a promotion. */
export const promotedView = z
  .object({ version: versionView, verdict: verdictSchema.nullable().describe('Null where no gate had to be asked.') })
  .meta({ id: 'Promoted' });

/** Shows a model. */
export const showModel = (model: Model) => withIsoTimes(model, 'createdAt', 'updatedAt');
/** Shows a version. */
export const showVersion = (version: ModelVersion) => withIsoTimes(version, 'createdAt', 'updatedAt', 'deletedAt');
/** Shows an alias' move. */
export const showMove = (move: AliasMove) => withIsoTimes(move, 'at');
/** Shows a stage change. */
export const showChange = (change: StageChange) => withIsoTimes(change, 'at');
/** Shows a document. */
export const showEvidence = (document: EvidenceDocument) => withIsoTimes(document, 'createdAt');
