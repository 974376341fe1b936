// What is broken, why, and what do I do? In this order: one sentence, the cause, its evidence, what was ruled out, the action, the
// timeline, the alerts folded in.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { between, get, post, servicePath, type Action, type Change, type Evidence, type Finding, type Incident, type Service, type TimeRange } from '../answers.ts';
import { engineNow, useNow } from '../clock.ts';
import { useAnswer } from '../live.ts';
import { capital, confidence, count, duration, milliseconds, odds, percent, plural } from '../numbers.ts';
import { ActionCard } from '../parts/ActionCard.tsx';
import { Chart } from '../parts/Chart.tsx';
import { Badge, Glyph, Signed } from '../parts/Marks.tsx';
import { Failed, Held, Nothing, Section, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Ago, Brief, Clock, Ref, ServiceLink, Told } from '../parts/Text.tsx';
import { rangeOf, to, usePlace } from '../router.ts';
import { chartOfEvidence, deploysOf, spansOf } from '../series.ts';
import { askForPerson, session } from '../session.ts';
import { useStore } from '../store.ts';
import { brief, plain } from '../told.ts';
import { evidenceKinds, findingKinds, incidentStates, lookup, ruledOutReasons, said, severities, symptomKinds, timelineSigns } from '../words.ts';
import { AlertList } from './Alerts.tsx';

type Charts = { services: Map<string, Service>; changes: Change[] };

// All evidence of one incident on one axis: from a little before the first window to a little after the last.
function rangeOfEvidence(incident: Incident): TimeRange {
  const windows = incident.findings.flatMap((finding) => finding.evidence).filter((evidence) => evidence.series);
  const onset = Date.parse(incident.onset_at);
  const end = incident.resolved_at ? Date.parse(incident.resolved_at) : engineNow();
  let from = Math.min(onset, ...windows.map((evidence) => Date.parse(evidence.from)));
  let until = Math.max(end, ...windows.map((evidence) => Date.parse(evidence.to)));
  const pad = Math.max(5 * 60_000, (until - from) * 0.12);
  from -= pad;
  until = Math.min(until + pad, Math.max(engineNow(), until));
  return { from: Math.floor(from / 10_000) * 10_000, to: Math.ceil(until / 10_000) * 10_000 };
}

function SideBySide({ change }: { change: Change }) {
  const { watch } = change;
  if (watch.requests_new === 0 && watch.requests_old === 0) return null;
  const rows = [
    { label: change.version, requests: watch.requests_new, errors: watch.errors_new, tone: 'new' },
    { label: change.previous_version ?? (watch.design === 'before_after' ? 'before' : 'the rest'), requests: watch.requests_old, errors: watch.errors_old, tone: 'old' },
  ].map((row) => ({ ...row, ratio: row.requests > 0 ? row.errors / row.requests : 0 }));
  const top = Math.max(...rows.map((row) => row.ratio), 1e-9);
  return (
    <div class="versus" role="group" aria-label="New version against old">
      {rows.map((row) => (
        <div class="versus-row" key={row.tone}>
          <span class="versus-label"><Brief text={row.label} cut={22} /></span>
          <span class="versus-bar" aria-hidden="true"><span class={`line-${row.tone}`} style={{ width: `${(row.ratio / top) * 100}%` }} /></span>
          <span class="numeric versus-number" title={`${row.errors} of ${row.requests}`}><b>{percent(row.ratio)}</b> <span class="quiet">{count(row.errors)} of {count(row.requests)}</span></span>
        </div>
      ))}
    </div>
  );
}

function EvidenceItem({ evidence, charts, range, change, incident }: { evidence: Evidence; charts: Charts | null; range: TimeRange; change: Change | undefined; incident: Incident }) {
  const service = evidence.series ? charts?.services.get(evidence.series.service) : undefined;
  const chart = useMemo(() => (service ? chartOfEvidence(evidence, service, range) : null), [service, evidence.text, range.from, range.to]);
  const deploys = useMemo(() => (service ? deploysOf(service.changes) : []), [service]);
  const spans = useMemo(() => spansOf([incident]), [incident]);
  const what = evidence.series;
  return (
    <li class="evidence">
      <div class="evidence-head">
        <h3>{said(evidenceKinds, evidence.kind)}</h3>
        {evidence.e_value !== null && <span class="odds numeric" title="How strongly the data speak against 'nothing changed', however often it was looked at">{odds(evidence.e_value)}</span>}
      </div>
      <p class="evidence-text"><Told text={evidence.text} cut={300} /></p>
      {change && evidence.kind === 'concurrent_control' && <SideBySide change={change} />}
      {what && (
        chart ? (
          <Chart
            {...chart}
            title={`${what.service} ${what.operation ? `${what.operation} ` : ''}${what.measure.replace('_', ' ')}`}
            deploys={deploys}
            spans={spans}
            height={140}
            curl={servicePath(what.service, range)}
          />
        ) : charts && service === undefined ? <p class="chart-note">The series of {brief(what.service)} could not be read.</p>
          : <div class="chart-space" aria-hidden="true" />
      )}
    </li>
  );
}

function Cause({ finding, others }: { finding: Finding; others: Finding[] }) {
  const sure = Math.round(finding.confidence * 100);
  return (
    <div class="cause">
      <p class="cause-text"><Told text={capital(finding.text)} cut={300} /></p>
      <div class="confidence">
        <span class="meter" role="img" aria-label={`Confidence ${sure} percent`}><span style={{ width: `${sure}%` }} /></span>
        <span><b class="numeric">{confidence(finding.confidence)}</b> sure it is {said(findingKinds, finding.kind)}</span>
      </div>
      <dl class="facts">
        <div><dt>Service</dt><dd><ServiceLink name={finding.service} />{finding.version && <> <span class="mono"><Brief text={finding.version} cut={24} /></span></>}</dd></div>
        {finding.change_id && <div><dt>Change</dt><dd><Ref id={finding.change_id} />{finding.commit && <> commit <span class="mono" title={plain(finding.commit)}>{brief(finding.commit, 12)}</span></>}</dd></div>}
        {finding.statement && (
          <div class="fact-wide">
            <dt>Statement</dt>
            <dd>
              <pre class="sql"><Told text={finding.statement.text} cut={400} /></pre>
              <p class="quiet">
                Called by <Brief text={finding.statement.endpoint} cut={60} /> on <Brief text={finding.statement.database} cut={40} />, table <span class="mono"><Brief text={finding.statement.table} /></span>: {plural(finding.statement.calls, 'call')} of {milliseconds(finding.statement.mean_ms)} each.
                {finding.statement.new_in_version && <> First seen in <span class="mono"><Brief text={finding.statement.new_in_version} cut={20} /></span>.</>} Fingerprint <span class="mono">{brief(finding.statement.fingerprint, 14)}</span>.
              </p>
            </dd>
          </div>
        )}
      </dl>
      {others.length > 0 && (
        <details class="others">
          <summary>{plural(others.length, 'other candidate')}</summary>
          <ol start={2}>{others.map((other) => <li key={other.rank}><Told text={other.text} cut={160} /> <span class="quiet numeric">{confidence(other.confidence)}</span></li>)}</ol>
        </details>
      )}
    </div>
  );
}

function Acknowledge({ incident, put }: { incident: Incident; put(next: Incident): void }) {
  useStore(session);
  const [refusal, setRefusal] = useState<string | null>(null);
  if (incident.state === 'resolved') return null;
  if (incident.acknowledged_by) return <span class="acknowledged"><Glyph mark="check" tone="ok" /> {plain(incident.acknowledged_by)} is on it</span>;
  const press = async () => {
    if (!(await askForPerson('To acknowledge, nightjar must know who you are.'))) return;
    const before = incident;
    put({ ...incident, acknowledged_by: session.value!.name });
    try {
      await post(`/api/v1/incidents/${encodeURIComponent(incident.id)}/acknowledge`, {});
    } catch (error) {
      put(before);
      setRefusal((error as Error).message);
    }
  };
  return (
    <>
      <button type="button" class="button small" data-acknowledge onClick={press} title="Tells the others that you are on it (a)">Acknowledge</button>
      {refusal && <span class="refusal" role="alert">{refusal}</span>}
    </>
  );
}

// On a phone the action is far below the evidence: while it is out of sight a bar at the thumb leads to it.
function ThumbBar({ action }: { action: Action }) {
  const [away, setAway] = useState(false);
  useEffect(() => {
    const card = document.getElementById(action.id);
    if (!card) return;
    const watch = new IntersectionObserver(([entry]) => setAway(!entry!.isIntersecting), { threshold: 0.05 });
    watch.observe(card);
    return () => watch.disconnect();
  }, [action.id]);
  return away ? <a class="thumb-bar" href={`#${action.id}`}><Glyph mark="person" /> <span>Waits for you: {brief(action.text, 60)}</span> <span aria-hidden="true">↓</span></a> : null;
}

// Beside the evidence the action stays in sight, if all of it fits; a pinned box with its end out of reach would be worse.
function Beside({ children }: { children: preact.ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const [fits, setFits] = useState(false);
  useEffect(() => {
    const measure = () => setFits((box.current?.offsetHeight ?? Infinity) < innerHeight - 90);
    const watch = new ResizeObserver(measure);
    watch.observe(box.current!);
    addEventListener('resize', measure);
    return () => { watch.disconnect(); removeEventListener('resize', measure); };
  }, []);
  return <div class="incident-do"><div ref={box} class={fits ? 'pinned' : undefined}>{children}</div></div>;
}

export function IncidentPage({ id }: { id: string }) {
  const zoom = rangeOf(usePlace().query).absolute;
  const now = useNow();
  const answer = useAnswer<Incident>(`incident ${id}`, (signal) => get<Incident>(`/api/v1/incidents/${encodeURIComponent(id)}`, signal), ['incident', 'action', 'notification']);
  const incident = answer.data;
  useTitle(incident ? `${id} ${incident.title}` : id);

  const names = incident ? [...new Set(incident.findings.flatMap((finding) => finding.evidence).flatMap((evidence) => (evidence.series ? [evidence.series.service] : [])))].sort() : [];
  const fitted = useRef<TimeRange | null>(null);
  // The charts of an open incident grow with it, in steps of a minute, so that they are not asked anew with every event.
  if (incident && (!fitted.current || (incident.state !== 'resolved' && now - fitted.current.to > 60_000))) fitted.current = rangeOfEvidence(incident);
  const range = zoom ?? fitted.current ?? { from: 0, to: 1 };
  const charts = useAnswer<Charts>(
    incident ? `charts ${id} ${range.from} ${range.to} ${names.join('\n')}` : null,
    async (signal) => {
      const wide = { from: Math.min(range.from, Date.parse(incident!.onset_at) - 86_400_000), to: engineNow() };
      const [changes, ...services] = await Promise.all([
        get<{ changes: Change[] }>(`/api/v1/changes?${between(wide)}`, signal),
        // A service that cannot be read must not hide the others.
        ...names.map((name) => get<Service>(servicePath(name, range), signal).catch((error: Error) => { if (error.name === 'AbortError') throw error; return null; })),
      ]);
      const found = new Map<string, Service>();
      services.forEach((service, i) => { if (service) found.set(names[i]!, service); });
      return { services: found, changes: changes.changes };
    },
    ['change'],
  );
  const lastCharts = useRef<Charts | null>(null);
  if (charts.data) lastCharts.current = charts.data;
  const drawn = charts.data ?? lastCharts.current;

  if (!incident) return answer.error ? <Failed what={`Incident ${brief(id, 20)}`} error={answer.error} again={answer.again} /> : <Waiting what={brief(id, 20)} />;

  const [best, ...others] = incident.findings;
  const severity = lookup(severities, incident.severity);
  const state = lookup(incidentStates, incident.state);
  const cause = drawn?.changes.find((change) => change.id === best?.change_id);
  const waits = incident.actions.find((action) => action.state === 'awaiting_approval');
  const actionsInOrder = [...incident.actions].sort((a, b) => Number(b.state === 'awaiting_approval') - Number(a.state === 'awaiting_approval') || Number(a.state === 'denied') - Number(b.state === 'denied') || Date.parse(b.proposed_at) - Date.parse(a.proposed_at));
  const lasted = (incident.resolved_at ? Date.parse(incident.resolved_at) : now) - Date.parse(incident.onset_at);
  const changedAction = (next: Action) => answer.put({ ...incident, actions: incident.actions.map((one) => (one.id === next.id ? next : one)) });

  return (
    <div class="incident-page">
      <Sentence
        text={incident.sentence}
        kicker={<><a href={to('/')}>Night</a> <span aria-hidden="true">›</span> {incident.id} <Badge sign={severity} /> <Badge sign={state} /></>}
      >
        <div class="incident-under">
          <p>
            {count(incident.hurt.requests_failed)} failed{incident.hurt.requests_slow > 0 && <>, {count(incident.hurt.requests_slow)} slow</>}: {percent(incident.hurt.share_of_requests)} of customers’ requests{incident.hurt.endpoints.length > 0 && <> at {incident.hurt.endpoints.map((endpoint, i) => <span key={endpoint}>{i > 0 && ', '}<Brief text={endpoint} cut={60} /></span>)}</>}.
            {' '}Began <Ago at={incident.onset_at} />{incident.state === 'resolved' ? `, lasted ${duration(lasted)}` : `, ${duration(lasted)} so far`}.
            {incident.ticket && <> Ticket {/^https?:\/\//.test(incident.ticket.url) ? <a href={incident.ticket.url} target="_blank" rel="noreferrer noopener"><Brief text={incident.ticket.key} cut={30} /></a> : <Brief text={incident.ticket.key} cut={30} />} <span class="quiet">{plain(incident.ticket.state)}</span>.</>}
          </p>
          <Acknowledge incident={incident} put={answer.put} />
        </div>
      </Sentence>
      <Held answer={answer} what="facts" />

      <div class="incident-columns">
        <div class="incident-why">
          <Section title="Cause" id="cause">
            {best && best.kind !== 'none' ? <Cause finding={best} others={others} /> : <Nothing>{best ? <Told text={best.text} /> : 'No confident cause yet. What is known so far is below.'}</Nothing>}
          </Section>
          <Section title="Evidence" id="evidence" note={best?.evidence.length ? `${plural(best.evidence.length, 'test')}; band: what was expected` : undefined}>
            {best && best.evidence.length > 0 ? (
              <ol class="evidence-list">
                {best.evidence.map((evidence, i) => <EvidenceItem key={evidence.kind + i} evidence={evidence} charts={drawn} range={range} change={cause} incident={incident} />)}
              </ol>
            ) : <Nothing>No evidence has been weighed yet.</Nothing>}
          </Section>
          <Section title="Ruled out" id="ruled-out">
            {incident.ruled_out.length === 0 ? <Nothing>Nothing was ruled out.</Nothing> : (
              <ul class="ruled-out">
                {incident.ruled_out.map((out, i) => (
                  <li key={i}>
                    <Glyph mark="cross" tone="quiet" />
                    <div>
                      <p><ServiceLink name={out.service} /> {out.version && <span class="mono"><Brief text={out.version} cut={24} /></span>} <b>{said(ruledOutReasons, out.reason)}</b> {out.change_id && <Ref id={out.change_id} />}</p>
                      <p class="quiet"><Told text={out.text} cut={240} /></p>
                    </div>
                  </li>
                ))}
              </ul>
            )}
          </Section>
        </div>

        <Beside>
          <Section title="Action" id="action">
            {actionsInOrder.length === 0 ? <Nothing>nightjar proposes nothing here.</Nothing> : actionsInOrder.map((action) => <ActionCard key={action.id} action={action} changed={changedAction} />)}
          </Section>
        </Beside>

        <div class="incident-log">
          <Section title="Timeline" id="timeline" note={plural(incident.timeline.length, 'entry', 'entries')}>
            <ol class="timeline">
              {incident.timeline.map((entry, i) => (
                <li key={entry.at + entry.kind + i}>
                  <Clock at={entry.at} seconds />
                  <Signed sign={lookup(timelineSigns, entry.kind)} />
                  <span class="timeline-text"><Told text={entry.text} cut={200} /> {entry.ref && entry.ref !== incident.id && <Ref id={entry.ref} />}</span>
                </li>
              ))}
            </ol>
          </Section>
          <Section title="Symptoms" id="symptoms" note="what belongs together, and why">
            <ul class="symptoms">
              {incident.symptoms.map((symptom) => (
                <li key={symptom.id} id={symptom.id}>
                  <p><span class="chip-word">{said(symptomKinds, symptom.kind)}</span> <Told text={symptom.text} cut={200} /> <span class="quiet"><Clock at={symptom.at} seconds /></span></p>
                  {symptom.joined.length > 0 && <p class="quiet joined">{symptom.joined.filter((join) => join.term === 'opened' || Math.abs(join.value) >= 0.05).map((join) => <span key={join.term}><b>{join.term.replaceAll('_', ' ')}</b>{join.term !== 'opened' && <span class="numeric"> {join.value >= 0 ? '+' : ''}{join.value.toFixed(1)}</span>} <Told text={join.text} cut={120} /></span>)}</p>}
                </li>
              ))}
            </ul>
          </Section>
          <Section title="Alerts folded in" id="alerts" note={incident.alerts.length ? plural(incident.alerts.length, 'alert') : undefined}>
            {incident.alerts.length === 0 ? <Nothing>No other tool had raised an alert for this.</Nothing> : <AlertList withIncident={false} rows={incident.alerts.map((alert) => ({ incident: incident.id, alert }))} />}
          </Section>
        </div>
      </div>
      {waits && <ThumbBar action={waits} />}
    </div>
  );
}
