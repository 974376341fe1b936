// What happened while I slept, and does anything need me?
import { between, get, type Action, type Change, type IncidentSummary, type Night, type TimeRange } from '../answers.ts';
import { useState } from 'preact/hooks';
import { useNow } from '../clock.ts';
import { useAnswer } from '../live.ts';
import { capital, clock, confidence, count, date, duration, plural, rangeInWords } from '../numbers.ts';
import { ActionCard } from '../parts/ActionCard.tsx';
import { Axis, type AxisMark, type AxisRow } from '../parts/Axis.tsx';
import { Badge, Glyph } from '../parts/Marks.tsx';
import { Failed, Held, Nothing, Section, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Ago, Brief, ServiceLink } from '../parts/Text.tsx';
import { rangeOf, to, toIncident, usePlace } from '../router.ts';
import { brief, plain } from '../told.ts';
import { actionStates, incidentStates, lookup, severities, verdicts, type Sign } from '../words.ts';

type Facts = { night: Night; actions: Action[]; changes: Change[] };

const marksOfAction = (action: Action): AxisMark[] => {
  const href = to('/actions') + `#${action.id}`;
  const text = brief(action.text, 80);
  const marks: AxisMark[] = [];
  if (action.started_at) marks.push({ at: Date.parse(action.started_at), sign: { word: 'started', tone: 'info', mark: 'play' }, label: `${clock(Date.parse(action.started_at))} started: ${text}`, href });
  if (action.verified_at) marks.push({ at: Date.parse(action.verified_at), sign: lookup(actionStates, action.state), label: `${clock(Date.parse(action.verified_at))} ${lookup(actionStates, action.state).word}: ${text}`, href });
  if (!action.started_at && action.state !== 'denied') marks.push({ at: Date.parse(action.proposed_at), sign: lookup(actionStates, action.state), label: `${clock(Date.parse(action.proposed_at))} ${lookup(actionStates, action.state).word}: ${text}`, href });
  return marks;
};

export function incidentRow(incident: IncidentSummary, actions: Action[], changes: Change[], now: number): AxisRow {
  const severity = lookup(severities, incident.severity);
  const end = incident.resolved_at ? Date.parse(incident.resolved_at) : now;
  const onset = Date.parse(incident.onset_at);
  const marks: AxisMark[] = [];
  const cause = changes.find((change) => change.id === incident.cause?.change_id);
  if (cause) {
    const at = Date.parse(cause.started_at);
    const deploy: Sign = { word: 'deploy', tone: lookup(verdicts, cause.watch.verdict).tone, mark: 'triangle' };
    marks.push({ at, sign: deploy, label: `${clock(at)} ${brief(cause.service, 30)} ${brief(cause.version, 20)} deployed, ${lookup(verdicts, cause.watch.verdict).word}`, href: to('/changes') + `#${cause.id}` });
  }
  for (const action of actions.filter((one) => one.incident_id === incident.id)) marks.push(...marksOfAction(action));
  const state = lookup(incidentStates, incident.state);
  return {
    key: incident.id,
    title: (
      <a class="axis-link" href={toIncident(incident.id)}>
        <Glyph mark={severity.mark} tone={severity.tone} /> <Brief text={incident.title} cut={70} />
      </a>
    ),
    bars: [{ from: onset, to: end, tone: incident.state === 'resolved' ? 'ok' : severity.tone, open: incident.state !== 'resolved', label: `${incident.id}, ${severity.word}, ${state.word}: ${clock(onset)} to ${incident.resolved_at ? clock(end) : 'now'}` }],
    marks,
  };
}

function IncidentLine({ incident }: { incident: IncidentSummary }) {
  const now = useNow();
  const severity = lookup(severities, incident.severity);
  const state = lookup(incidentStates, incident.state);
  const lasted = (incident.resolved_at ? Date.parse(incident.resolved_at) : now) - Date.parse(incident.onset_at);
  return (
    <li class="incident-line">
      <a class="row-link" href={toIncident(incident.id)} data-row>
        <span class="incident-title"><Glyph mark={severity.mark} tone={severity.tone} /> <Brief text={incident.title} cut={110} /></span>
        <span class="incident-signs"><Badge sign={severity} /><Badge sign={state} /></span>
        <span class="incident-cause">{incident.cause && incident.cause.kind !== 'none' ? <><Brief text={incident.cause.text} cut={140} /> <span class="quiet">{confidence(incident.cause.confidence)} sure</span></> : <span class="quiet">no confident cause yet</span>}</span>
      </a>
      <span class="quiet incident-when">{incident.id} · began <Ago at={incident.onset_at} /> · {incident.state === 'resolved' ? 'lasted' : 'lasting'} {duration(lasted)}{incident.acknowledged_by && <> · {plain(incident.acknowledged_by)} is on it</>}</span>
    </li>
  );
}

// Where the incidents are, when they are a small part of the asked time: a short one would be a dot on a long axis.
function busyPart(rows: AxisRow[], asked: TimeRange): TimeRange {
  const moments = rows.flatMap((row) => [...row.bars.flatMap((bar) => [bar.from, bar.to]), ...row.marks.map((mark) => mark.at)]).filter((at) => at >= asked.from && at <= asked.to);
  if (moments.length === 0) return asked;
  const from = Math.min(...moments), until = Math.max(...moments);
  const pad = Math.max((until - from) * 0.06, 10 * 60_000);
  const part = { from: Math.max(asked.from, Math.floor((from - pad) / 300_000) * 300_000), to: Math.min(asked.to, Math.ceil((until + pad) / 300_000) * 300_000) };
  return part.to - part.from < (asked.to - asked.from) * 0.5 ? part : asked;
}

export function NightPage() {
  const [whole, setWhole] = useState(false);
  const range = rangeOf(usePlace().query);
  const now = useNow();
  const answer = useAnswer<Facts>(
    `night ${range.key}`,
    async (signal) => {
      const asked = between(range.now());
      const [night, actions, changes] = await Promise.all([
        get<Night>(`/api/v1/night?${asked}`, signal),
        get<{ actions: Action[] }>(`/api/v1/actions?${asked}`, signal),
        get<{ changes: Change[] }>(`/api/v1/changes?${asked}`, signal),
      ]);
      return { night, actions: actions.actions, changes: changes.changes };
    },
    ['incident', 'action', 'change', 'notification'],
    ({ night }) => [...night.waiting, ...night.incidents].map((one) => one.id).join(),
  );
  useTitle(answer.data?.night.waiting.length ? `(${answer.data.night.waiting.length}) Night` : 'Night');
  if (!answer.data) return answer.error ? <Failed what="The night" error={answer.error} again={answer.again} /> : <Waiting what="the night" />;

  const { night, actions, changes } = answer.data;
  const shown = { from: Date.parse(night.from), to: Date.parse(night.to) };
  const changed = (next: Action) => {
    answer.put({ ...answer.data!, night: { ...night, waiting: night.waiting.map((one) => (one.id === next.id ? next : one)) }, actions: actions.map((one) => (one.id === next.id ? next : one)) });
  };
  const empty = night.incidents.length === 0;
  const rows = night.incidents.map((incident) => incidentRow(incident, actions, changes, now));
  const part = busyPart(rows, shown);
  const isPart = part !== shown;
  return (
    <>
      <Sentence text={night.sentence} kicker={rangeInWords(shown.from, shown.to)}>
        <p class="flow">
          {night.last_signal_at ? <><i class="pulse" aria-hidden="true" /> {plural(night.requests_total, 'request')} seen from {plural(night.services, 'service')}, the last signal <Ago at={night.last_signal_at} />.</> : 'No signal has arrived yet: point a sender at the OTLP or remote-write door.'}
        </p>
      </Sentence>
      <Held answer={answer} what="incidents or actions" />

      {night.waiting.length > 0 && (
        <Section title={night.waiting.length === 1 ? 'One action waits for you' : `${night.waiting.length} actions wait for you`} id="waiting">
          {night.waiting.map((action) => <ActionCard key={action.id} action={action} changed={changed} linkIncident />)}
        </Section>
      )}

      <ul class="funnel" aria-label="From alerts to pages">
        <li><a href={to('/alerts')}><b class="numeric">{count(night.alerts_received)}</b> <span>{night.alerts_received === 1 ? 'alert received' : 'alerts received'}</span></a></li>
        <li><a href={to('/incidents')}><b class="numeric">{count(night.incidents_opened)}</b> <span>{night.incidents_opened === 1 ? 'incident opened' : 'incidents opened'}</span></a></li>
        <li><a href={to('/notifications')}><b class="numeric">{count(night.pages_sent)}</b> <span>{night.pages_sent === 1 ? 'page sent' : 'pages sent'}</span></a></li>
      </ul>

      <Section title="The night on one axis" id="axis" note={empty ? undefined : 'bar: incident; triangle: the change behind it; then what nightjar did'}
        tail={!empty && isPart && <button type="button" class="inline-button" onClick={() => setWhole(!whole)}>{whole ? 'only the busy part' : `${duration(part.to - part.from)} of ${duration(shown.to - shown.from)}; show all`}</button>}>
        {empty ? <Nothing>No incident in this time. {night.last_signal_at && <>Data is flowing: the last signal came <Ago at={night.last_signal_at} />.</>}</Nothing> : <Axis range={whole ? shown : part} now={now} label="Incidents over time" rows={rows} />}
      </Section>

      {!empty && (
        <Section title="Incidents" id="incidents">
          <ul class="incident-lines">{night.incidents.map((incident) => <IncidentLine key={incident.id} incident={incident} />)}</ul>
        </Section>
      )}

      <Section title="Ahead" id="ahead" note="what will be used up">
        {night.forecasts.length === 0 ? <Nothing>Nothing is forecast to run out.</Nothing> : (
          <ul class="plain-list">
            {night.forecasts.map((forecast) => (
              <li key={forecast.id}>
                <ServiceLink name={forecast.service} /> <Brief text={forecast.text} cut={160} />{' '}
                <span class="quiet">{capital(date(Date.parse(forecast.due_at)))}{forecast.due_earliest_at && forecast.due_latest_at && <>, between {date(Date.parse(forecast.due_earliest_at))} and {date(Date.parse(forecast.due_latest_at))}</>}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}

export { IncidentLine };
