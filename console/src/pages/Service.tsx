// What is this service like?
import { useMemo, useRef } from 'preact/hooks';
import { get, servicePath, type Service, type TimeRange } from '../answers.ts';
import { useAnswer } from '../live.ts';
import { capital, clock, date, milliseconds, percent, perSecond, plural, three } from '../numbers.ts';
import { Chart } from '../parts/Chart.tsx';
import { Badge, Glyph, Signed } from '../parts/Marks.tsx';
import { Failed, Nothing, Section, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Ago, Brief, Ref, ServiceLink, Told } from '../parts/Text.tsx';
import { rangeOf, to, toIncident, usePlace } from '../router.ts';
import { chartOf, deploysOf, spansOf } from '../series.ts';
import { brief, plain } from '../told.ts';
import { changeKinds, healths, incidentStates, lookup, said, severities, verdicts } from '../words.ts';

function sentenceOf(service: Service): string {
  const name = brief(service.name, 60);
  if (service.health === 'silent') return `${name} is silent: nothing has been heard from it lately.`;
  const numbers = `${perSecond(service.requests_per_second).replace('/s', ' requests/s')}, ${service.error_ratio === null ? 'none to judge' : `${percent(service.error_ratio)} of them fail`}, p95 ${milliseconds(service.p95_ms)}`;
  const high: string[] = [];
  if (service.error_ratio !== null && service.expected.error_ratio_high !== null && service.error_ratio > service.expected.error_ratio_high) high.push(`errors are above the ${percent(service.expected.error_ratio_high)} that is normal`);
  if (service.p95_ms !== null && service.expected.p95_ms_high !== null && service.p95_ms > service.expected.p95_ms_high) high.push(`p95 is above the ${milliseconds(service.expected.p95_ms_high)} that is normal`);
  if (service.health === 'learning') return `${name} is still being learnt: ${numbers}.`;
  if (high.length) return `${name} is ${service.health}: ${high.join(' and ')}; ${numbers}.`;
  return `${name} is ${service.health}: ${numbers}${service.health === 'ok' ? ', all inside what is normal' : ''}.`;
}

// "last 24 h" is asked anew with each refresh; the charts must show the range that was asked for.
type Asked = { service: Service; range: TimeRange; since: number | null };

function firstHeard(service: Service): number | null {
  const requests = service.series.find((series) => series.measure === 'requests' && !series.version);
  return requests?.points.find(([, value]) => value !== null && value > 0)?.[0] ?? null;
}

export function ServicePage({ name }: { name: string }) {
  const range = rangeOf(usePlace().query);
  const answer = useAnswer<Asked>(
    `service ${name} ${range.key}`,
    async (signal) => {
      const asked = range.now();
      const service = await get<Service>(servicePath(name, asked), signal);
      const first = firstHeard(service);
      const least = 5 * 60_000;
      if (range.chosen || first === null || asked.to - Math.min(first, asked.to - least) > (asked.to - asked.from) * 0.3) return { service, range: asked, since: null };
      // Known for minutes only: a day of emptiness with a dot at its end would hide what there is.
      const known = { from: Math.min(first, asked.to - least) - 30_000, to: asked.to };
      const { series } = await get<Service>(servicePath(name, known), signal);
      return { service: { ...service, series }, range: known, since: first };
    },
    ['service', 'change', 'incident'],
  );
  // While another range loads the old picture stays, so that a zoom does not flash.
  const last = useRef<Asked | null>(null);
  if (answer.data) last.current = answer.data;
  const asked = answer.data ?? last.current;
  useTitle(name);
  const deploys = useMemo(() => (asked ? deploysOf(asked.service.changes) : []), [asked]);
  const spans = useMemo(() => (asked ? spansOf(asked.service.incidents) : []), [asked]);
  const charts = useMemo(() => (asked ? (['requests', 'error_ratio', 'p95_ms'] as const).map((measure) => ({ measure, chart: chartOf(asked.service, measure, asked.range) })) : []), [asked]);
  if (!asked) return answer.error ? <Failed what={brief(name, 60)} error={answer.error} again={answer.again} /> : <Waiting what={brief(name, 60)} />;

  const { service } = asked;
  const titles = { requests: 'Requests', error_ratio: 'Failed requests', p95_ms: 'p95 duration' };
  const versions = [...new Set(service.instances.map((instance) => instance.version))].sort();
  const callers = service.dependencies.filter((one) => one.callee === service.name);
  const callees = service.dependencies.filter((one) => one.caller === service.name);
  return (
    <>
      <Sentence text={sentenceOf(service)} kicker={<><a href={to('/services')}>Services</a> <span aria-hidden="true">›</span> <Brief text={service.name} cut={40} /> <Badge sign={lookup(healths, service.health)} /></>}>
        <p class="quiet">
          {service.owner ? <>Owned by <Brief text={service.owner} cut={40} />. </> : 'No owner is known. '}
          Last heard <Ago at={service.last_seen_at} />. Data quality {percent(service.data_quality)}. Tier {three(service.tier)}.{asked.since !== null && <> The charts begin at {clock(asked.since)}, when it was first heard.</>}
        </p>
      </Sentence>

      <div class="chart-grid">
        {charts.map(({ measure, chart }) => chart && chart.lines[0]!.points.length > 0
          ? <Chart key={measure} {...chart} title={titles[measure]} deploys={deploys} spans={spans} height={190} curl={servicePath(service.name, asked.range)} />
          : <figure class="chart" key={measure}><figcaption><span class="chart-title">{titles[measure]}</span></figcaption><Nothing>No data in this time.</Nothing></figure>)}
      </div>

      {service.incidents.length > 0 && (
        <Section title="Incidents" id="incidents">
          <ul class="plain-list">
            {service.incidents.map((incident) => (
              <li key={incident.id}><Glyph {...lookup(severities, incident.severity)} /> <a href={toIncident(incident.id)} data-row><Brief text={incident.title} cut={90} /></a> <Signed sign={lookup(incidentStates, incident.state)} /> <span class="quiet"><Ago at={incident.onset_at} /></span></li>
            ))}
          </ul>
        </Section>
      )}

      <div class="two-columns">
        <Section title="Instances" id="instances" note={versions.length ? versions.map((version) => `${brief(version, 16)}: ${service.instances.filter((one) => one.version === version).length}`).join(', ') : undefined}>
          {service.instances.length === 0 ? <Nothing>No instance is known.</Nothing> : (
            <div class="table-wrap" tabIndex={0} role="group" aria-label="Instances">
              <table class="table">
                <thead><tr><th scope="col">Instance</th><th scope="col">Version</th><th scope="col">State</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Errors</th><th scope="col" class="number">p95</th></tr></thead>
                <tbody>
                  {[...service.instances].sort((a, b) => (a.version < b.version ? 1 : a.version > b.version ? -1 : a.instance < b.instance ? -1 : 1)).map((one) => (
                    <tr key={one.instance}><th scope="row"><Brief text={one.instance} cut={30} /></th><td class="mono"><Brief text={one.version} cut={18} /></td><td><Signed sign={one.state === 'up' ? { word: 'up', tone: 'ok', mark: 'check' } : lookup(healths, 'silent')} /></td><td class="number numeric">{perSecond(one.requests_per_second)}</td><td class="number numeric">{percent(one.error_ratio)}</td><td class="number numeric">{milliseconds(one.p95_ms)}</td></tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Section>

        <Section title="Changes" id="changes">
          {service.changes.length === 0 ? <Nothing>No change was seen in this time.</Nothing> : (
            <ul class="plain-list">
              {service.changes.map((change) => (
                <li key={change.id}>
                  <Signed sign={lookup(verdicts, change.watch.verdict)} /> {said(changeKinds, change.kind)} <span class="mono"><Brief text={change.version} cut={20} /></span> <span class="quiet"><Ago at={change.started_at} /></span> <Ref id={change.id} />
                  <p class="quiet"><Told text={change.watch.text} cut={140} /></p>
                </li>
              ))}
            </ul>
          )}
        </Section>
      </div>

      <Section title="Operations" id="operations">
        {service.operations.length === 0 ? <Nothing>No operation was seen.</Nothing> : (
          <div class="table-wrap" tabIndex={0} role="group" aria-label="Operations">
            <table class="table">
              <thead><tr><th scope="col">Operation</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Errors</th><th scope="col" class="number">p95</th><th scope="col" class="number">In itself</th></tr></thead>
              <tbody>{service.operations.map((one) => <tr key={one.operation}><th scope="row"><Brief text={one.operation} cut={60} /></th><td class="number numeric">{perSecond(one.requests_per_second)}</td><td class="number numeric">{percent(one.error_ratio)}</td><td class="number numeric">{milliseconds(one.p95_ms)}</td><td class="number numeric">{milliseconds(one.self_ms)}</td></tr>)}</tbody>
            </table>
          </div>
        )}
      </Section>

      {service.statements.length > 0 && (
        <Section title="Database statements" id="statements">
          <div class="table-wrap" tabIndex={0} role="group" aria-label="Database statements">
            <table class="table">
              <thead><tr><th scope="col">Statement</th><th scope="col">Called by</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Mean</th><th scope="col">First seen</th></tr></thead>
              <tbody>
                {service.statements.map((one) => (
                  <tr key={one.fingerprint + one.endpoint}><th scope="row" class="wide-cell"><span class="mono sql-line"><Told text={one.text} cut={120} /></span></th><td><Brief text={one.endpoint} cut={40} /> <span class="quiet"><Brief text={one.database} cut={30} /></span></td><td class="number numeric">{perSecond(one.calls_per_second)}</td><td class="number numeric">{milliseconds(one.mean_ms)}</td><td><Ago at={one.first_seen_at} />{one.first_version && <span class="quiet"> in <span class="mono"><Brief text={one.first_version} cut={16} /></span></span>}</td></tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}

      {service.log_patterns.length > 0 && (
        <Section title="Log patterns" id="logs">
          <ul class="plain-list log-patterns">
            {service.log_patterns.map((one) => <li key={one.id}><span class="chip-word">{brief(one.severity, 10).toLowerCase()}</span> <span class="mono"><Told text={one.text} cut={180} /></span> <span class="quiet">{plural(one.count, 'line')}, first <Ago at={one.first_seen_at} /></span></li>)}
          </ul>
        </Section>
      )}

      <Section title="Dependencies" id="dependencies" tail={<a href={to('/map')}>Map</a>}>
        {service.dependencies.length === 0 ? <Nothing>It calls nothing and nothing calls it, as far as traces tell.</Nothing> : (
          <div class="two-columns tight">
            <DependencyList title="Called by" list={callers} name={(one) => one.caller} />
            <DependencyList title="Calls" list={callees} name={(one) => one.callee} />
          </div>
        )}
      </Section>

      <div class="two-columns">
        <Section title="Objectives" id="slos">
          {service.slos.length === 0 ? <Nothing>No objective is set. Add one under `slos` in nightjar.yaml.</Nothing> : (
            <ul class="plain-list">
              {service.slos.map((slo) => <li key={slo.name}><b><Brief text={slo.name} cut={40} /></b> {percent(slo.objective)}; budget left <span class="numeric">{percent(slo.budget_left)}</span>, burning <span class="numeric">{slo.burn_1h === null ? 'no data' : `${three(slo.burn_1h)} ×`}</span> over the last hour <span class="chip-word">{plain(slo.state).replaceAll('_', ' ')}</span></li>)}
            </ul>
          )}
        </Section>
        <Section title="Forecasts" id="forecasts">
          {service.forecasts.length === 0 ? <Nothing>Nothing is forecast to run out.</Nothing> : (
            <ul class="plain-list">{service.forecasts.map((one) => <li key={one.id}><Told text={one.text} /> <span class="quiet">{capital(date(Date.parse(one.due_at)))}</span></li>)}</ul>
          )}
        </Section>
      </div>
    </>
  );
}

function DependencyList({ title, list, name }: { title: string; list: Service['dependencies']; name(one: Service['dependencies'][number]): string }) {
  return (
    <div>
      <h3>{title}</h3>
      {list.length === 0 ? <Nothing>nothing</Nothing> : (
        <ul class="plain-list">
          {list.map((one) => <li key={name(one)}><ServiceLink name={name(one)} /> <span class="quiet numeric">{one.kind} · {perSecond(one.calls_per_second)} · {percent(one.error_ratio)} fail · p95 {milliseconds(one.p95_ms)}</span></li>)}
        </ul>
      )}
    </div>
  );
}
