import type { OutputOf } from '@tidemill/sdk';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { type Column, colour, count, print, table, when } from '../output.ts';
import { cell } from '../show-data.ts';
import { withServer } from './project.ts';

type MonitorRun = OutputOf<'/api/v1/monitors/{name}/runs', 'get'>['items'][number];
type Alert = OutputOf<'/api/v1/alerts/{id}', 'get'>;

/** Adds `monitor …` and `alert …`. */
export function addMonitorCommands(program: Command): void {
  const monitor = program.command('monitor').description('monitors: what they watch, what they found');
  addLists(monitor);
  withServer(monitor.command('run'))
    .description('evaluate the windows that have closed, now; exits 1 when the newest breaches')
    .argument('<monitor>', 'its name')
    .action(async (name: string, options: CommonOptions) => {
      const client = clientOf(options);
      const { runs } = await client.post('/api/v1/monitors/{name}/evaluate', { name });
      const { items } = await client.get('/api/v1/monitors/{name}/runs', { name, limit: Math.max(runs, 1) });
      print({ runs, items }, options, () => {
        if (items.length === 0) return 'No window has closed yet.';
        return `${runs > 0 ? '' : 'No window has closed since the last look. The newest:\n'}${table(items, runColumns)}`;
      });
      if (items.some((one) => one.status === 'breached')) process.exitCode = 1;
    });
  addAlerts(program.command('alert').description('alerts of the monitors'));
}

const runColumns: Column<MonitorRun>[] = [
  { title: 'from', show: (one) => when(one.windowFromAt) },
  { title: 'to', show: (one) => when(one.windowToAt) },
  { title: 'version', align: 'right', show: (one) => String(one.version) },
  { title: 'rows', align: 'right', show: (one) => count(one.rows) },
  { title: 'status', show: (one) => statusText(one.status) },
  { title: 'worst', show: worstOf },
];

function statusText(status: string): string {
  if (status === 'ok') return colour.green(status);
  return status === 'breached' ? colour.red(status) : colour.yellow(status);
}

function worstOf(run: MonitorRun): string {
  if (run.reason) return run.reason;
  const breached = run.values.filter((value) => value.breached);
  const shown = (breached.length > 0 ? breached : run.values)
    .filter((value) => value.series !== 'drifted-share' || run.values.length === 1)
    .sort((one, other) => (one.pValue ?? 0) - (other.pValue ?? 0))
    .slice(0, 3);
  const found = ({ value, pValue }: (typeof shown)[number]) =>
    pValue === null ? cell(value) : `p=${pValue.toPrecision(2)}`;
  return shown.map((one) => `${one.series} ${one.method} ${found(one)} (limit ${cell(one.threshold)})`).join(', ');
}

function addLists(monitor: Command): void {
  withList(monitor.command('list'))
    .description('list monitors by name')
    .action(async (options: ListOptions) => {
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/monitors', at));
      printList(page, options, [
        { title: 'name', show: (one) => one.name },
        { title: 'watches', show: (one) => one.spec.kind },
        { title: 'of', show: (one) => one.spec.endpoint },
        {
          title: 'window',
          show: ({ spec: { window } }) =>
            window.by === 'rows' ? `${count(window.rows)} rows` : `${window.sizeMs / 3_600_000} h`,
        },
        { title: 'alert', show: (one) => one.spec.alert.severity },
        { title: 'changed', show: (one) => when(one.updatedAt) },
      ]);
    });
  withList(monitor.command('show'))
    .description('show what a monitor found, newest window first')
    .argument('<monitor>', 'its name')
    .action(async (name: string, options: ListOptions) => {
      const client = clientOf(options);
      await client.get('/api/v1/monitors/{name}', { name });
      const page = await readList(options, (at) => client.get('/api/v1/monitors/{name}/runs', { name, ...at }));
      printList<MonitorRun>(page, options, runColumns);
    });
}

type AlertListOptions = ListOptions & { status?: 'open' | 'resolved'; endpoint?: string };

function addAlerts(alert: Command): void {
  withList(alert.command('list'))
    .description('list alerts, newest first')
    .addOption(new Option('--status <status>', 'only those in this state').choices(['open', 'resolved']))
    .option('--endpoint <endpoint>', 'only those of this endpoint')
    .action(async (options: AlertListOptions) => {
      const { status, endpoint } = options;
      const filter = { ...(status && { status }), ...(endpoint && { endpoint }) };
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/alerts', { ...filter, ...at }));
      printList<Alert>(page, options, [
        { title: 'alert', show: (one) => one.id },
        { title: 'severity', show: (one) => one.severity },
        { title: 'status', show: (one) => (one.acknowledgedAt ? `${one.status}, acknowledged` : one.status) },
        { title: 'opened', show: (one) => when(one.openedAt) },
        { title: 'monitor', show: (one) => one.monitor },
        { title: 'summary', show: (one) => (one.summary.length > 100 ? `${one.summary.slice(0, 99)}…` : one.summary) },
      ]);
    });
  withServer(alert.command('ack'))
    .description('acknowledge an alert: somebody is on it')
    .argument('<alert>', 'its id')
    .option('--note <text>', 'what is being done')
    .action(async (id: string, options: CommonOptions & { note?: string }) => {
      const note = options.note ? { note: options.note } : {};
      const alert = await clientOf(options).post('/api/v1/alerts/{id}/acknowledge', { id, ...note });
      print(alert, options, () => `Acknowledged by ${alert.acknowledgedBy}: ${alert.summary}`);
    });
}
