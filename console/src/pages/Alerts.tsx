// Where did all the alerts go? Each alert with the incident it was folded into and why.
import { between, get, type Alert, type Incident, type IncidentSummary } from '../answers.ts';
import { useAnswer } from '../live.ts';
import { plural } from '../numbers.ts';
import { Failed, Held, Nothing, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Signed } from '../parts/Marks.tsx';
import { Brief, Clock, Ref, ServiceLink, Told } from '../parts/Text.tsx';
import { rangeOf, usePlace } from '../router.ts';

type Row = { incident: string; alert: Alert };
// Details are asked one incident at a time; beyond this many the newest are shown and the page says so.
const mostIncidents = 40;

export const alertSign = (alert: Alert) => (alert.state === 'firing' ? { word: 'firing', tone: 'high' as const, mark: 'triangle' as const } : { word: 'resolved', tone: 'ok' as const, mark: 'check' as const });

export function AlertsPage() {
  const range = rangeOf(usePlace().query);
  useTitle('Alerts');
  const answer = useAnswer<{ rows: Row[]; incidents: number; left: number }>(
    `alerts ${range.key}`,
    async (signal) => {
      const { incidents } = await get<{ incidents: IncidentSummary[] }>(`/api/v1/incidents?${between(range.now())}`, signal);
      const details = await Promise.all(incidents.slice(0, mostIncidents).map((one) => get<Incident>(`/api/v1/incidents/${encodeURIComponent(one.id)}`, signal)));
      const rows = details.flatMap((incident) => incident.alerts.map((alert) => ({ incident: incident.id, alert })));
      rows.sort((a, b) => Date.parse(b.alert.starts_at) - Date.parse(a.alert.starts_at));
      return { rows, incidents: new Set(rows.map((row) => row.incident)).size, left: Math.max(0, incidents.length - mostIncidents) };
    },
    ['incident'],
    ({ rows }) => rows.map((row) => row.incident + row.alert.name + row.alert.starts_at).join(),
  );
  if (!answer.data) return answer.error ? <Failed what="The alerts" error={answer.error} again={answer.again} /> : <Waiting what="the alerts" />;
  const { rows, incidents, left } = answer.data;
  return (
    <>
      <Sentence text={rows.length === 0 ? 'No alert was folded into an incident in this time.' : `${plural(rows.length, 'alert')} from other tools became ${plural(incidents, 'incident')}.`} />
      <Held answer={answer} what="alerts" />
      {left > 0 && <p class="quiet">The newest {mostIncidents} incidents are shown; {left} older ones are left out.</p>}
      {rows.length === 0 ? <Nothing>Alerts arrive at the Alertmanager door, /api/v2/alerts.</Nothing> : <AlertList rows={rows} />}
    </>
  );
}

export function AlertList({ rows, withIncident = true }: { rows: Row[]; withIncident?: boolean }) {
  return (
    <ul class="alerts">
      {rows.map(({ incident, alert }, i) => (
        <li key={incident + alert.name + alert.starts_at + i}>
          <span class="alert-name"><Brief text={alert.name} cut={60} /></span>
          <span><Signed sign={alertSign(alert)} /></span>
          <span><ServiceLink name={alert.service} />{withIncident && <> in <Ref id={incident} /></>}</span>
          <span class="quiet"><Clock at={alert.starts_at} seconds />{alert.ends_at && <> to <Clock at={alert.ends_at} seconds /></>}</span>
          <span class="alert-why quiet"><Told text={alert.joined} cut={160} /></span>
        </li>
      ))}
    </ul>
  );
}
