// How is everything I own? Thousands of rows stay fluid: only the rows in sight are in the document.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { get, type ServiceSummary } from '../answers.ts';
import { useAnswer } from '../live.ts';
import { count, milliseconds, percent, perSecond, plural } from '../numbers.ts';
import { Signed } from '../parts/Marks.tsx';
import { Failed, Held, Nothing, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Ago, Brief } from '../parts/Text.tsx';
import { navigate, toService, usePlace } from '../router.ts';
import { brief, plain } from '../told.ts';
import { healths, lookup, verdicts } from '../words.ts';

type Column = 'name' | 'health' | 'requests' | 'errors' | 'p95' | 'budget' | 'change' | 'quality';
const worst: Record<ServiceSummary['health'], number> = { ill: 0, silent: 1, degraded: 2, learning: 3, ok: 4 };

const value: Record<Column, (service: ServiceSummary) => number | string> = {
  name: (service) => service.name,
  health: (service) => worst[service.health] ?? 5,
  requests: (service) => -service.requests_per_second,
  errors: (service) => -(service.error_ratio ?? -1),
  p95: (service) => -(service.p95_ms ?? -1),
  budget: (service) => service.slo_budget_left ?? 2,
  change: (service) => -(service.last_change ? Date.parse(service.last_change.at) : 0),
  quality: (service) => service.data_quality,
};
const columns: { key: Column; word: string; className: string }[] = [
  { key: 'name', word: 'Service', className: '' },
  { key: 'health', word: 'Health', className: 'health-cell' },
  { key: 'requests', word: 'Requests', className: 'number wide-1' },
  { key: 'errors', word: 'Errors', className: 'number' },
  { key: 'p95', word: 'p95', className: 'number' },
  { key: 'budget', word: 'SLO budget left', className: 'number wide-2' },
  { key: 'change', word: 'Last change', className: 'wide-1' },
  { key: 'quality', word: 'Data quality', className: 'number wide-2' },
];

export function healthSentence(services: ServiceSummary[]): string {
  if (services.length === 0) return 'No service has been heard of yet.';
  const of = (health: ServiceSummary['health']) => services.filter((service) => service.health === health);
  const named = (list: ServiceSummary[]) => (list.length <= 3 ? list.map((service) => brief(service.name, 40)).join(', ') : `${count(list.length)} services`);
  const parts = (['ill', 'silent', 'degraded', 'learning'] as const).flatMap((health) => {
    const list = of(health);
    if (!list.length) return [];
    const one = list.length === 1;
    return [`${named(list)} ${health === 'learning' ? (one ? 'is still being learnt' : 'are still being learnt') : `${one ? 'is' : 'are'} ${health}`}`];
  });
  if (parts.length === 0) return `All ${plural(services.length, 'service')} are as they should be.`.replace('All 1 service are', 'The one service is');
  return `${parts.join('; ')}; ${of('ok').length === 0 ? 'none is' : `${count(of('ok').length)} of ${plural(services.length, 'service')} ${of('ok').length === 1 ? 'is' : 'are'}`} ok.`;
}

const over = (now: number | null, high: number | null) => now !== null && high !== null && now > high;

function Against({ now, high, say }: { now: number | null; high: number | null; say: (value: number | null) => string }) {
  const ill = over(now, high);
  return (
    <span class={ill ? 'against over' : 'against'}>
      <span class="numeric">{ill && <span class="visually-hidden">above normal: </span>}{ill && <span aria-hidden="true">▲ </span>}{say(now)}</span>
      {high !== null && <span class="quiet against-normal numeric"> <span class="wide-word">normal </span>≤ {say(high)}</span>}
    </span>
  );
}

function Row({ service }: { service: ServiceSummary }) {
  return (
    <>
      <th scope="row">
        <a href={toService(service.name)} data-row><Brief text={service.name} cut={40} /></a>
        <span class="quiet owner">{service.owner ? <Brief text={service.owner} cut={24} /> : 'no owner'}</span>
        <span class="narrow-health" aria-hidden="true"><Signed sign={lookup(healths, service.health)} /></span>
      </th>
      <td class="health-cell"><Signed sign={lookup(healths, service.health)} /></td>
      <td class="number wide-1 numeric">{perSecond(service.requests_per_second)}</td>
      <td class="number"><Against now={service.error_ratio} high={service.expected.error_ratio_high} say={percent} /></td>
      <td class="number"><Against now={service.p95_ms} high={service.expected.p95_ms_high} say={milliseconds} /></td>
      <td class="number wide-2">{service.slo_budget_left === null ? <span class="quiet">no SLO</span> : <span class="budget"><span class="bar" aria-hidden="true"><span class={service.slo_budget_left < 0.25 ? 'low' : ''} style={{ width: `${Math.max(0, service.slo_budget_left) * 100}%` }} /></span><span class="numeric">{percent(service.slo_budget_left)}</span></span>}</td>
      <td class="wide-1">{service.last_change ? <span class="last-change"><Signed sign={lookup(verdicts, service.last_change.verdict)}><span class="mono">{brief(service.last_change.version, 16)}</span></Signed> <span class="quiet"><Ago at={service.last_change.at} /><span class="visually-hidden">, {lookup(verdicts, service.last_change.verdict).word}</span></span></span> : <span class="quiet">none seen</span>}</td>
      <td class="number wide-2 numeric">{percent(service.data_quality)}</td>
    </>
  );
}

// Rows have one height (the style sheet sees to it), so what is in sight follows from where the page is scrolled to.
const usualRowHeight = 52;
const beyond = 15;
const allAtOnce = 120;

function useWindow(rows: number): { from: number; to: number; rowHeight: number; body: preact.RefObject<HTMLTableSectionElement> } {
  const body = useRef<HTMLTableSectionElement>(null);
  const [seen, setSeen] = useState({ from: 0, to: 60, rowHeight: usualRowHeight });
  useEffect(() => {
    if (rows <= allAtOnce) return;
    let asked = 0;
    const look = () => {
      asked = 0;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const rowHeight = body.current?.querySelector<HTMLElement>('.service-row')?.offsetHeight || usualRowHeight;
      const from = Math.max(0, Math.floor(-top / rowHeight) - beyond);
      const to = Math.min(rows, Math.ceil((innerHeight - top) / rowHeight) + beyond);
      setSeen((before) => (before.from === from && before.to === to && before.rowHeight === rowHeight ? before : { from, to, rowHeight }));
    };
    const ask = () => { asked ||= requestAnimationFrame(look); };
    look();
    addEventListener('scroll', ask, { passive: true });
    addEventListener('resize', ask);
    return () => { removeEventListener('scroll', ask); removeEventListener('resize', ask); cancelAnimationFrame(asked); };
  }, [rows]);
  return rows <= allAtOnce ? { from: 0, to: rows, rowHeight: usualRowHeight, body } : { from: Math.min(seen.from, rows), to: Math.min(seen.to, rows), rowHeight: seen.rowHeight, body };
}

export function ServicesPage() {
  const { query } = usePlace();
  const wanted = query.get('q') ?? '';
  const sort = (columns.find((column) => column.key === query.get('sort'))?.key ?? 'health') as Column;
  const down = query.get('order') === 'down';
  useTitle('Services');
  const answer = useAnswer(
    'services',
    async (signal) => (await get<{ services: ServiceSummary[] }>('/api/v1/services', signal)).services,
    ['service', 'incident', 'change'],
    (services) => services.map((service) => service.name).join('\n'),
  );
  const services = answer.data;
  const shown = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    const found = (services ?? []).filter((service) => !text || service.name.toLowerCase().includes(text) || (service.owner ?? '').toLowerCase().includes(text));
    const of = value[sort];
    found.sort((a, b) => {
      const x = of(a), y = of(b);
      const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - (y as number);
      return (down ? -order : order) || (a.name < b.name ? -1 : 1);
    });
    return found;
  }, [services, wanted, sort, down]);
  const seen = useWindow(shown.length);

  if (!services) return answer.error ? <Failed what="The services" error={answer.error} again={answer.again} /> : <Waiting what="the services" />;

  const address = (change: (query: URLSearchParams) => void) => {
    const next = new URLSearchParams(query);
    change(next);
    navigate(`/services${next.size ? `?${next}` : ''}`, 'replace');
  };
  return (
    <>
      <Sentence text={healthSentence(services)} />
      <Held answer={answer} what="services" />
      <div class="tools">
        <label class="visually-hidden" for="search">Search services</label>
        <input id="search" data-search type="search" placeholder="Search by name or owner  ( / )" value={wanted} onInput={(event) => { const text = event.currentTarget.value; address((next) => (text ? next.set('q', text) : next.delete('q'))); }} />
        <span class="quiet" aria-live="polite">{wanted && `${count(shown.length)} of ${count(services.length)}`}</span>
      </div>
      {shown.length === 0 ? <Nothing>{services.length === 0 ? 'Point an OpenTelemetry sender at the OTLP door and it appears here within seconds.' : `No service or owner has “${brief(wanted, 40)}” in its name.`}</Nothing> : (
        <table class="table services-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.key} scope="col" class={column.className} aria-sort={column.key === sort ? (down ? 'descending' : 'ascending') : undefined}>
                  <button type="button" class="sort" onClick={() => address((next) => { next.set('sort', column.key); if (column.key === sort && !down) next.set('order', 'down'); else next.delete('order'); })}>
                    {column.word}{column.key === sort && <span aria-hidden="true"> {down ? '↑' : '↓'}</span>}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={seen.body}>
            {seen.from > 0 && <tr class="spacer" aria-hidden="true"><td colSpan={columns.length} style={{ height: `${seen.from * seen.rowHeight}px` }} /></tr>}
            {shown.slice(seen.from, seen.to).map((service) => <tr key={plain(service.name)} class={`service-row health-${service.health}`}><Row service={service} /></tr>)}
            {seen.to < shown.length && <tr class="spacer" aria-hidden="true"><td colSpan={columns.length} style={{ height: `${(shown.length - seen.to) * seen.rowHeight}px` }} /></tr>}
          </tbody>
        </table>
      )}
    </>
  );
}
