// From the server's series to what a chart draws.
import type { Change, Evidence, IncidentSummary, Series, Service, TimeRange } from './answers.ts';
import type { ChartLine, ChartProps, Deploy, Span, Unit } from './parts/Chart.tsx';
import { engineNow } from './clock.ts';

type Measure = Series['measure'];
const units: Record<Measure, Unit> = { requests: 'per_second', errors: 'per_second', error_ratio: 'ratio', p95_ms: 'ms' };
export const measureWords: Record<Measure, string> = { requests: 'requests', errors: 'errors', error_ratio: 'failed requests', p95_ms: 'p95 duration' };

export const deploysOf = (changes: Change[]): Deploy[] =>
  changes.filter((change) => change.kind !== 'push').map((change) => ({ at: Date.parse(change.started_at), version: change.version || change.kind, tone: change.watch.verdict === 'harmful' ? 'critical' : 'quiet' }));

export const spansOf = (incidents: Pick<IncidentSummary, 'onset_at' | 'resolved_at'>[]): Span[] =>
  incidents.map((incident) => ({ from: Date.parse(incident.onset_at), to: incident.resolved_at ? Date.parse(incident.resolved_at) : engineNow() }));

export function chartOf(service: Service, measure: Measure, range: TimeRange): Omit<ChartProps, 'title'> | null {
  const whole = service.series.find((series) => series.measure === measure && !series.version);
  if (!whole) return null;
  return {
    unit: units[measure],
    range,
    lines: [{ label: measureWords[measure], tone: measure === 'errors' ? 'bad' : 'main', points: whole.points }],
    expected: whole.expected,
  };
}

// What the evidence names, as near as the server keeps it. The second value says in words when it is not exactly that.
const nearest: Record<NonNullable<Evidence['series']>['measure'], { measure: Measure; instead?: string }> = {
  errors: { measure: 'error_ratio' },
  slow: { measure: 'p95_ms' },
  requests: { measure: 'requests' },
  p95: { measure: 'p95_ms' },
  self_time: { measure: 'p95_ms', instead: 'drawn: p95 of the whole service' },
  calls: { measure: 'requests', instead: 'drawn: requests of the whole service' },
};

export function chartOfEvidence(evidence: Evidence, service: Service, range: TimeRange): Omit<ChartProps, 'title'> | null {
  if (!evidence.series) return null;
  const { measure, instead } = nearest[evidence.series.measure] ?? { measure: 'error_ratio' as Measure };
  const chart = chartOf(service, measure, range);
  if (!chart) return null;
  const notes = instead ? [instead] : [];
  const version = evidence.series.version;
  const mine = version ? service.series.find((series) => series.measure === measure && series.version === version) : undefined;
  if (version && mine) {
    const lines: ChartLine[] = service.series
      .filter((series) => series.measure === measure && series.version && series.version !== version && series.points.length > 0)
      .map((series) => ({ label: series.version!, tone: 'old' as const, points: series.points }));
    lines.push({ label: version, tone: 'new', points: mine.points });
    chart.lines = lines;
  } else if (version && !instead) {
    notes.push(`drawn: all versions of the service together`);
  }
  if (notes.length) chart.note = notes.join('; ');
  return chart;
}
