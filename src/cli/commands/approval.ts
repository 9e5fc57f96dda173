import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { type TargetOptions, targetOf, versionNumber } from '../model-target.ts';
import { print, when } from '../output.ts';
import { showApproval } from '../show-model.ts';
import { withServer } from './project.ts';

type ReasonOptions = CommonOptions & { reason?: string; reject?: boolean };
const statuses = ['pending', 'approved', 'rejected', 'withdrawn', 'voided', 'expired'] as const;
type ApprovalListOptions = ListOptions & { status?: (typeof statuses)[number] };

/** Adds the verbs of approvals to `model`. */
export function addApprovalCommands(model: Command): void {
  withServer(model.command('request'))
    .description('ask for the approvals that the gates of a promotion demand')
    .argument('<model>', 'its name')
    .argument('<version>', 'a number, an alias or `latest`')
    .option('--alias <alias>', 'the alias it shall get')
    .option('--stage <stage>', 'the stage it shall get')
    .option('--reason <text>', 'why')
    .action(async (name: string, version: string, options: ReasonOptions & TargetOptions) => {
      const client = clientOf(options);
      const number = await versionNumber(client, name, version);
      const reason = options.reason ? { reason: options.reason } : {};
      const asked = { model: name, version: number, target: targetOf(options), ...reason };
      const { items } = await client.post('/api/v1/approvals', asked);
      print(items, options, () => items.map(showApproval).join('\n') || 'No gate demands an approval for that.');
    });
  withServer(model.command('approve'))
    .description('approve a request, or reject it with --reject')
    .argument('<approval>', 'its id, as `model request` and `model approvals` show it')
    .option('--reject', 'reject it')
    .option('--reason <text>', 'why')
    .action(async (id: string, options: ReasonOptions) => {
      const path = options.reject ? '/api/v1/approvals/{id}/reject' : '/api/v1/approvals/{id}/approve';
      const reason = options.reason ? { reason: options.reason } : {};
      print(await clientOf(options).post(path, { id, ...reason } as never), options, showApproval);
    });
  withList(model.command('approvals'))
    .description('list requests for approval, newest first')
    .argument('[model]', 'only those of this model')
    .addOption(new Option('--status <status>', 'only those in this state').choices(statuses))
    .action(async (name: string | undefined, options: ApprovalListOptions) => {
      const filter = { ...(name && { model: name }), ...(options.status && { status: options.status }) };
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/approvals', { ...filter, ...at }));
      printList(page, options, [
        { title: 'approval', show: (one) => one.id },
        { title: 'model', show: (one) => `${one.model} ${one.version}` },
        { title: 'for', show: (one) => `${one.target.kind} ${one.target.name}` },
        { title: 'gate', show: (one) => one.gate },
        { title: 'status', show: (one) => one.status },
        { title: 'votes', align: 'right', show: (one) => `${one.votes.length}/${one.required}` },
        { title: 'asked by', show: (one) => one.requestedBy.name },
        { title: 'when', show: (one) => when(one.requestedAt) },
      ]);
    });
}
