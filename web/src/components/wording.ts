type Data = Record<string, unknown>;

/** How an event feels: what a person should be glad of, look at, or merely know. */
export function toneOf(type: string, data: Data = {}): 'good' | 'warn' | 'bad' | 'busy' | 'calm' {
  const outcome = String(data['outcome'] ?? data['status'] ?? '');
  if (/failed|refused|rolled-back|bypassed/.test(type) || /failed|refused/i.test(outcome)) return 'bad';
  if (/opened|rejected|aborted|paused|voided|expired|skipped|deleted|removed|cancel/.test(type)) return 'warn';
  if (/warned|quarantined|missing/.test(outcome)) return 'warn';
  if (/promoted|resolved|granted|finished|confirmed|deployed|validated|alias\.moved/.test(type)) return 'good';
  return /started|queued|requested/.test(type) ? 'busy' : 'calm';
}

/** An event's type as words: `rollout.step.started` is "Rollout step started". */
export function wordsOf(type: string): string {
  const words = type.replaceAll(/[.-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const say: Record<string, (data: Data) => string> = {
  'dataset-version.created': (d) =>
    `${count(d['rows'])} rows${Number(d['quarantinedRows']) > 0 ? `, ${count(d['quarantinedRows'])} quarantined` : ''}`,
  'dataset-version.validated': (d) => String(d['outcome']),
  'model-alias.moved': (d) =>
    `${d['alias']}: ${d['from'] ? `v${d['from']} → ` : ''}${d['to'] ? `v${d['to']}` : 'removed'}`,
  'model-stage.changed': (d) => `v${d['version']}: ${d['from']} → ${d['to']}`,
  'gate.evaluated': (d) => String(d['outcome']).replaceAll('-', ' '),
  'approval.granted': (d) => `${d['granted']} of ${d['required']} for v${d['version']}`,
  'pipeline-run.finished': (d) => String(d['status']),
  'pipeline-step.failed': (d) => `step ${d['step']}: ${d['error']}`,
  'endpoint.deployed': (d) => `${d['model']} v${d['version']}`,
  'rollout.step.started': (d) =>
    d['percent'] === null ? String(d['kind']) : `${d['percent']} % to v${d['candidate']}`,
  'feedback.received': (d) => `${count(d['accepted'])} labels`,
  'run.status.changed': (d) => String(d['status'] ?? d['to'] ?? '').toLowerCase(),
  'monitor-run.restated': (d) =>
    `revision ${d['revision']}: ${count(d['labels'])} labels, before ${count(d['labelsBefore'])}`,
};

/** What an event says beyond its type, in a few words. */
export function detailOf(type: string, data: Data): string {
  const told = say[type]?.(data) ?? data['summary'] ?? data['reason'] ?? '';
  const text = typeof told === 'string' ? withShortTimes(told) : '';
  return text.length > 160 ? `${text.slice(0, 157)} …` : text;
}

const moment = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZone: 'UTC',
});
const date = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** A sentence with its ISO times as people write them, in UTC. */
export function withShortTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT(\d\d:\d\d):\d\d(?:\.\d+)?Z/g, (iso, clock) =>
    (clock === '00:00' ? date : moment).format(new Date(iso)),
  );
}

function count(value: unknown): string {
  return Number(value ?? 0).toLocaleString();
}
