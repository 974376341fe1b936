// Every enumerated reason in words. The record types make the compiler find what a new reason forgot; a word that a newer server
// sends is shown as it is rather than hidden.
import type { Action, Change, Evidence, Finding, IncidentSummary, RuledOut, ServiceSummary, Symptom, TimelineEntry } from './answers.ts';

export type Tone = 'critical' | 'high' | 'warning' | 'info' | 'ok' | 'quiet' | 'waiting';
export type Mark = 'diamond' | 'triangle' | 'dot' | 'ring' | 'check' | 'cross' | 'dash' | 'half' | 'clock' | 'play' | 'undo' | 'square' | 'person';
export type Sign = { word: string; tone: Tone; mark: Mark };

export function lookup<K extends string>(table: Record<K, Sign>, key: K): Sign {
  return table[key] ?? { word: String(key).replaceAll('_', ' '), tone: 'quiet', mark: 'dot' };
}
export function said<K extends string>(table: Record<K, string>, key: K): string {
  return table[key] ?? String(key).replaceAll('_', ' ');
}

export const severities: Record<IncidentSummary['severity'], Sign> = {
  critical: { word: 'critical', tone: 'critical', mark: 'diamond' },
  high: { word: 'high', tone: 'high', mark: 'triangle' },
  warning: { word: 'warning', tone: 'warning', mark: 'half' },
  info: { word: 'info', tone: 'info', mark: 'dot' },
};
export const incidentStates: Record<IncidentSummary['state'], Sign> = {
  open: { word: 'open', tone: 'critical', mark: 'ring' },
  mitigated: { word: 'mitigated', tone: 'info', mark: 'half' },
  resolved: { word: 'resolved', tone: 'ok', mark: 'check' },
};
export const healths: Record<ServiceSummary['health'], Sign> = {
  ok: { word: 'ok', tone: 'ok', mark: 'check' },
  degraded: { word: 'degraded', tone: 'warning', mark: 'half' },
  ill: { word: 'ill', tone: 'critical', mark: 'diamond' },
  silent: { word: 'silent', tone: 'high', mark: 'dash' },
  learning: { word: 'learning', tone: 'quiet', mark: 'ring' },
};
export const verdicts: Record<Change['watch']['verdict'], Sign> = {
  harmful: { word: 'harmful', tone: 'critical', mark: 'diamond' },
  no_harm: { word: 'no harm', tone: 'ok', mark: 'check' },
  watching: { word: 'watching', tone: 'info', mark: 'clock' },
  inconclusive: { word: 'not enough data', tone: 'quiet', mark: 'ring' },
};
export const designs: Record<Change['watch']['design'], string> = {
  concurrent_control: 'new version against old, side by side',
  before_after: 'before against after',
  none: 'no test possible',
};
export const changeKinds: Record<Change['kind'], string> = {
  deploy: 'deploy', config: 'config', flag: 'flag', migration: 'migration', scaling: 'scaling', push: 'push',
};
export const actionStates: Record<Action['state'], Sign> = {
  proposed: { word: 'proposed', tone: 'info', mark: 'ring' },
  denied: { word: 'denied by policy', tone: 'quiet', mark: 'cross' },
  shadowed: { word: 'shadowed, not done', tone: 'quiet', mark: 'ring' },
  awaiting_approval: { word: 'waits for approval', tone: 'waiting', mark: 'person' },
  rejected: { word: 'rejected', tone: 'quiet', mark: 'cross' },
  expired: { word: 'expired', tone: 'quiet', mark: 'clock' },
  approved: { word: 'approved', tone: 'info', mark: 'check' },
  blocked: { word: 'blocked', tone: 'high', mark: 'dash' },
  running: { word: 'running', tone: 'info', mark: 'play' },
  verifying: { word: 'verifying', tone: 'info', mark: 'clock' },
  succeeded: { word: 'done and verified', tone: 'ok', mark: 'check' },
  undoing: { word: 'undoing', tone: 'warning', mark: 'undo' },
  undone: { word: 'undone', tone: 'warning', mark: 'undo' },
  needs_human: { word: 'needs a person', tone: 'critical', mark: 'person' },
  failed: { word: 'failed', tone: 'critical', mark: 'diamond' },
  unknown: { word: 'outcome unknown', tone: 'critical', mark: 'triangle' },
};
export const outcomes: Record<NonNullable<Action['verification']>['outcome'], Sign> = {
  improved: { word: 'improved', tone: 'ok', mark: 'check' },
  not_improved: { word: 'not improved', tone: 'high', mark: 'dash' },
  worse: { word: 'worse', tone: 'critical', mark: 'diamond' },
  inconclusive: { word: 'not enough data', tone: 'quiet', mark: 'ring' },
};
export const evidenceKinds: Record<Evidence['kind'], string> = {
  concurrent_control: 'New version against old, at the same time',
  before_after: 'Before against after',
  new_log_pattern: 'A log line never seen before',
  new_statement: 'A database statement never seen before',
  slow_statement: 'A database statement became slow',
  callee_normal: 'What it calls is normal',
  callee_ill: 'What it calls was ill first',
  self_time: 'The time is spent in the service itself',
  instance_silent: 'An instance fell silent',
  exposure: 'Only what was exposed is ill',
  saturation: 'A resource is full',
  own_errors: 'The errors begin here',
};
export const findingKinds: Record<Finding['kind'], string> = {
  change: 'a change', dependency: 'a dependency', statement: 'a database statement', instance: 'one instance', saturation: 'a full resource', log: 'a new log line', none: 'no confident cause',
};
export const ruledOutReasons: Record<RuledOut['reason'], string> = {
  no_harm: 'did no harm',
  exonerated_by_control: 'the unchanged fail as much',
  not_exposed: 'not exposed to it',
  normal: 'is normal',
  explained_by_callee: 'explained by what it calls',
  too_old: 'too long ago',
  not_enough_data: 'not enough data',
};
export const symptomKinds: Record<Symptom['kind'], string> = {
  error_ratio: 'errors', latency: 'slow', silence: 'silent', alert: 'alert', harmful_change: 'harmful change', saturation: 'saturation', log_pattern: 'log line', burn: 'budget burn', exhaustion: 'exhaustion',
};
export const timelineSigns: Record<TimelineEntry['kind'], Sign> = {
  change: { word: 'change', tone: 'info', mark: 'triangle' },
  anomaly: { word: 'anomaly', tone: 'warning', mark: 'dot' },
  alert: { word: 'alert', tone: 'warning', mark: 'half' },
  incident: { word: 'incident', tone: 'critical', mark: 'diamond' },
  finding: { word: 'finding', tone: 'info', mark: 'square' },
  proposal: { word: 'proposal', tone: 'info', mark: 'ring' },
  decision: { word: 'decision', tone: 'info', mark: 'ring' },
  action: { word: 'action', tone: 'info', mark: 'play' },
  verification: { word: 'verification', tone: 'ok', mark: 'check' },
  notification: { word: 'told', tone: 'quiet', mark: 'dash' },
  ticket: { word: 'ticket', tone: 'quiet', mark: 'square' },
  person: { word: 'person', tone: 'waiting', mark: 'person' },
};
export const roles = { approve: 'Approve', reject: 'Reject' } as const;
