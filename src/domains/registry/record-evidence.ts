import type { Queries } from '../../database/database.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import { newId } from '../../kernel/ids.ts';
import { stringifyJson } from '../../kernel/json.ts';
import { type RegistryDeps, subjectOfVersion } from './deps.ts';
import type { Scan } from './scan/scan-version.ts';
import type { EvidenceDocument, ModelVersion } from './schema.ts';
import { createRegistryStore } from './store.ts';

const maxEvidenceBytes = 262_144;
/** The name of what the registry itself found in a version's files; nobody else may say it. */
export const scanEvidence = 'scan';

interface Recorded {
  tx: Queries;
  version: ModelVersion;
  name: string;
  document: Record<string, unknown>;
}

/** Keeps a document with a version; the same as the newest of its name changes nothing. */
export async function recordEvidence(
  deps: RegistryDeps,
  actor: Actor,
  { tx, version, name, document }: Recorded,
): Promise<EvidenceDocument> {
  const text = stringifyJson(document, 'bare');
  const bytes = Buffer.byteLength(text);
  if (bytes > maxEvidenceBytes) {
    fail('too_large', `The document has ${bytes} bytes; at most ${maxEvidenceBytes} may be attached.`, {
      field: 'document',
      cure: 'Store the whole report as an artifact of the run and attach its figures and its digest.',
    });
  }
  const digest = sha256(text);
  const store = createRegistryStore(tx).versions;
  const before = newestOfEach(await store.evidence(version.id)).find((one) => one.name === name);
  if (before?.digest === digest) return before;
  const now = deps.clock.now();
  const sequence = (before?.sequence ?? 0) + 1;
  const attached = { id: newId(now), name, sequence, digest, createdAt: now, createdBy: actor.id };
  await store.addEvidence(version.id, { ...attached, text });
  const data = { model: version.model, version: version.number, name, sequence, digest };
  const subject = subjectOfVersion(version);
  await deps.ledger.append(tx, { type: 'model-version.evidence.attached', actor, subject, data });
  return { ...attached, document };
}

/** Keeps what the scan of a version's files found. */
export async function recordScan(
  deps: RegistryDeps,
  { tx, version, scan }: { tx: Queries; version: ModelVersion; scan: Scan },
): Promise<void> {
  await recordEvidence(deps, systemActor, { tx, version, name: scanEvidence, document: scan });
}

/** The newest document of each name. */
export function newestOfEach(documents: readonly EvidenceDocument[]): EvidenceDocument[] {
  return [...new Map(documents.map((one) => [one.name, one])).values()];
}
