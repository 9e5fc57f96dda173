import type { OutputOf } from '@tidemill/sdk';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { colour, count, print, when } from '../output.ts';
import { cell } from '../show-data.ts';
import { withServer } from './project.ts';

type LedgerEvent = OutputOf<'/api/v1/ledger/events', 'get'>['items'][number];
type Verdict = OutputOf<'/api/v1/ledger/verify', 'post'>;

interface LogOptions extends ListOptions {
  type?: string;
  subject?: string;
  actor?: string;
  from?: string;
  to?: string;
  order?: 'newest' | 'oldest';
}

type VerifyOptions = CommonOptions & { home?: string; head?: string };

/** Adds `audit …`. */
export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the ledger: what happened, and that nobody changed it');
  addLog(audit);
  withServer(audit.command('verify'))
    .description('check every event against the signed checkpoints; exits 1 when something was changed')
    .option('--home <folder>', 'check the database of a home folder itself; no server is needed')
    .option('--head <file>', 'with --home: a copy of `secrets/ledger-head.json` that was kept elsewhere')
    .action(async (options: VerifyOptions) => {
      if (options.head && !options.home) throw new UsageError('--head goes with --home.');
      const verdict = options.home
        ? await verifyOffline(options.home, options.head)
        : await clientOf(options).post('/api/v1/ledger/verify');
      print(verdict, options, showVerdict);
      if (!verdict.ok) process.exitCode = 1;
    });
}

async function verifyOffline(home: string, head: string | undefined): Promise<Verdict> {
  const { readSettings } = await import('../../settings.ts');
  const { verifyHome } = await import('../../app/verify-home.ts');
  return verifyHome(readSettings({ flags: { home } }), head);
}

function showVerdict({ ok, events, checkpoints, sealedTo, problems }: Verdict): string {
  const open = events - sealedTo;
  const sealed = `${count(sealedTo)} of ${count(events)} events are sealed by ${count(checkpoints)} checkpoints`;
  const rest = open > 0 ? `; the last ${count(open)} will be within seconds of a server running` : '';
  const said = ok ? colour.green('The ledger is whole.') : colour.red('The ledger was changed.');
  return [said, `${sealed}${rest}.`, ...problems.map((one) => `  ${one.kind}: ${one.message}`)].join('\n');
}

function addLog(audit: Command): void {
  withList(audit.command('log'))
    .description('list what happened, newest first')
    .option('--type <types>', 'event types separated by commas, such as `rollout.*`')
    .option('--subject <kind/name>', 'what it is about, such as `model/churn`')
    .option('--actor <id>', 'who did it')
    .option('--from <time>', 'from this time on (ISO 8601)')
    .option('--to <time>', 'before this time (ISO 8601)')
    .addOption(new Option('--order <order>', 'which come first').choices(['newest', 'oldest']))
    .action(async (options: LogOptions) => {
      const { type, subject, actor, from, to, order } = options;
      const [subjectKind, subjectName] = subject?.split(/\/(.*)/s) ?? [];
      const query = {
        types: type,
        subjectKind,
        subjectName: subjectName || undefined,
        actor,
        from: isoOf(from),
        to: isoOf(to),
        order,
      };
      const client = clientOf(options);
      const page = await readList(options, (at) => client.get('/api/v1/ledger/events', { ...query, ...at } as never));
      printList<LedgerEvent>(page, options, [
        { title: '#', align: 'right', show: (one) => String(one.position) },
        { title: 'when', show: (one) => when(one.at) },
        { title: 'type', show: (one) => one.type },
        { title: 'about', show: (one) => one.subject.name ?? one.subject.id },
        { title: 'by', show: (one) => one.actor.name },
        { title: 'data', show: (one) => dataText(one.data) },
      ]);
    });
}

/** A day or a time as the API takes it; what is neither is left for the server to refuse. */
function isoOf(text: string | undefined): string | undefined {
  if (text === undefined || Number.isNaN(Date.parse(text))) return text;
  return new Date(text).toISOString();
}

function dataText(data: Record<string, unknown>): string {
  const plain = Object.entries(data).filter(([, value]) => value !== null && typeof value !== 'object' && value !== '');
  const short = (value: unknown) => (/^[0-9a-f]{64}$/.test(String(value)) ? String(value).slice(0, 12) : cell(value));
  return plain
    .slice(0, 4)
    .map(([key, value]) => `${key}=${short(value)}`)
    .join(' ');
}
