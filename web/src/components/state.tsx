/** How a state is coloured and worded; the word is always there, so that colour is never all there is. */
const tones: Record<string, 'good' | 'warn' | 'bad' | 'busy' | 'calm'> = {
  succeeded: 'good',
  finished: 'good',
  ready: 'good',
  ok: 'good',
  passed: 'good',
  promoted: 'good',
  approved: 'good',
  resolved: 'good',
  cached: 'good',
  active: 'good',
  running: 'busy',
  queued: 'busy',
  paused: 'busy',
  training: 'busy',
  deploying: 'busy',
  'rolling-out': 'busy',
  starting: 'busy',
  submitting: 'busy',
  pending: 'busy',
  shadow: 'busy',
  warning: 'warn',
  warned: 'warn',
  breached: 'warn',
  quarantined: 'warn',
  waiting: 'warn',
  open: 'warn',
  'rolled-back': 'warn',
  aborted: 'warn',
  rejected: 'warn',
  'approval-missing': 'warn',
  cancelled: 'warn',
  failed: 'bad',
  error: 'bad',
  critical: 'bad',
  refused: 'bad',
  upstream_failed: 'bad',
};

/** A state as a small coloured word. */
export function State({ value, label }: { value: string; label?: string }) {
  const tone = tones[value.toLowerCase()] ?? 'calm';
  return <span className={`state ${tone}`}>{label ?? value.replaceAll(/[-_]/g, ' ')}</span>;
}
