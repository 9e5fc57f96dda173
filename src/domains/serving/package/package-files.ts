import { ciFiles } from './ci-files.ts';
import { containerFiles } from './container-files.ts';
import { kserveFiles } from './kserve-files.ts';
import { kubernetesFiles } from './kubernetes-files.ts';
import type { PackageFacts, WrittenFile } from './package-facts.ts';
import type { PackageTarget } from './package-schema.ts';
import { readmeFile } from './readme-file.ts';
import { smokeFiles } from './smoke-files.ts';

/** The files of a package that are written from its facts, for what it was asked for. */
export function writtenFiles(facts: PackageFacts, targets: ReadonlySet<PackageTarget>): WrittenFile[] {
  return [
    ...containerFiles(facts),
    ...smokeFiles(facts),
    ...(targets.has('kubernetes') ? kubernetesFiles(facts) : []),
    ...(targets.has('kserve') ? kserveFiles(facts) : []),
    ...(targets.has('ci') ? ciFiles(facts) : []),
    readmeFile(facts, targets),
  ];
}
