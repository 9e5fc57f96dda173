import type { Migration } from '../migration.ts';
import { ledger } from './0001-ledger.ts';
import { leases } from './0002-leases.ts';
import { data } from './0003-data.ts';
import { pipelines } from './0004-pipelines.ts';
import { tracking } from './0005-tracking.ts';
import { registry } from './0006-registry.ts';
import { governance } from './0007-governance.ts';
import { serving } from './0008-serving.ts';
import { monitoring } from './0009-monitoring.ts';
import { notify } from './0010-notify.ts';
import { identity } from './0011-identity.ts';
import { projects } from './0012-projects.ts';

/** Every step of the schema, in the order they run. Steps that have shipped never change. */
export const migrations: readonly Migration[] = [
  ledger,
  leases,
  data,
  pipelines,
  tracking,
  registry,
  governance,
  serving,
  monitoring,
  notify,
  identity,
  projects,
];
