// Who calls whom? Left to right from client to store. The same calls always give the same picture: names are sorted before dagre
// places them, and health and rates only recolour what stands.
import { layout as place, Graph } from '@dagrejs/dagre';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { get, type Dependency, type ServiceMap } from '../answers.ts';
import { useAnswer } from '../live.ts';
import { milliseconds, percent, perSecond, plural } from '../numbers.ts';
import { Glyph, Signed } from '../parts/Marks.tsx';
import { Failed, Held, Nothing, Section, Sentence, useTitle, Waiting } from '../parts/Page.tsx';
import { Brief, ServiceLink } from '../parts/Text.tsx';
import { navigate, to, toService, usePlace } from '../router.ts';
import { brief, cutTo, plain } from '../told.ts';
import { healths, lookup } from '../words.ts';
import { groupMap, isGroup, type Drawn } from '../grouping.ts';

type Placed = { x: number; y: number };
type Layout = { width: number; height: number; nodes: Map<string, Placed>; edges: { from: string; to: string; points: Placed[] }[] };
const nodeWidth = 168;
const nodeHeight = 52;

function layOut(names: string[], edges: [string, string][]): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 26, ranksep: 118, edgesep: 18, marginx: 14, marginy: 22 });
  graph.setDefaultEdgeLabel(() => ({}));
  // Numbers instead of names: a name can be anything, a key must not be.
  const number = new Map(names.map((name, i) => [name, String(i)]));
  for (const name of names) graph.setNode(number.get(name)!, { width: nodeWidth, height: nodeHeight });
  for (const [from, to_] of edges) if (number.has(from) && number.has(to_) && from !== to_) graph.setEdge(number.get(from)!, number.get(to_)!);
  place(graph);
  const size = graph.graph() as { width?: number; height?: number };
  const drawn = edges.filter(([from, to_]) => number.has(from) && number.has(to_) && from !== to_);
  const at = (name: string) => graph.node(number.get(name)!) as Placed;
  // Calls leave on the right and arrive on the left, side by side in the order of their other ends, so that lines do not cross at a node.
  const ports = (end: 0 | 1) => {
    const height = new Map<string, number>();
    for (const name of names) {
      const mine = drawn.filter((edge) => edge[end] === name).sort((a, b) => at(a[1 - end]!).y - at(b[1 - end]!).y);
      const gap = Math.min(9, (nodeHeight - 16) / Math.max(1, mine.length - 1));
      mine.forEach((edge, i) => height.set(edge.join('\n'), at(name).y + (i - (mine.length - 1) / 2) * gap));
    }
    return height;
  };
  const leaves = ports(0), arrives = ports(1);
  const route = (edge: [string, string]): Placed[] => {
    const given = (graph.edge(number.get(edge[0])!, number.get(edge[1])!) as { points: Placed[] }).points;
    const key = edge.join('\n');
    const from = at(edge[0]), to_ = at(edge[1]);
    // A call back to the left keeps the route dagre gave it.
    if (to_.x <= from.x) return given;
    return [{ x: from.x + nodeWidth / 2, y: leaves.get(key)! }, ...given.slice(1, -1), { x: to_.x - nodeWidth / 2, y: arrives.get(key)! }];
  };
  return {
    width: size.width ?? nodeWidth,
    height: size.height ?? nodeHeight,
    nodes: new Map(names.map((name) => { const at = graph.node(number.get(name)!) as Placed; return [name, { x: at.x, y: at.y }]; })),
    edges: drawn.map((edge) => ({ from: edge[0], to: edge[1], points: route(edge) })),
  };
}

function curve(points: Placed[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x.toFixed(1)} ${first.y.toFixed(1)}`;
  let before = first;
  for (const point of rest) {
    const middle = (before.x + point.x) / 2;
    path += ` C${middle.toFixed(1)} ${before.y.toFixed(1)} ${middle.toFixed(1)} ${point.y.toFixed(1)} ${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
    before = point;
  }
  return path;
}

const pairs = (path: string[]) => path.slice(1).map((name, i) => `${path[i]}\n${name}`);

function sentenceOf(map: ServiceMap): string {
  if (map.nodes.length === 0) return 'No call has been seen yet.';
  const services = map.nodes.filter((node) => node.kind === 'service').length;
  const stores = map.nodes.filter((node) => node.kind === 'database').length;
  const what = `${plural(services, 'service')}${stores ? ` and ${plural(stores, 'store')}` : ''}`;
  if (map.incident_path.length > 1) return `The open incident runs ${map.incident_path.map((name) => brief(name, 30)).join(' → ')}; ${what} in all.`;
  if (map.incident_path.length === 1) return `The open incident is in ${brief(map.incident_path[0]!, 40)}; ${what} in all.`;
  return `${what}, ${plural(map.dependencies.length, 'dependency', 'dependencies')}, and no open incident.`;
}

function Picture({ drawn, path, chosen, choose }: { drawn: Drawn; path: string[]; chosen: string | null; choose(name: string): void }) {
  const names = drawn.nodes.map((node) => node.name);
  const key = JSON.stringify([names, drawn.dependencies.map((one) => [one.caller, one.callee])]);
  const layout = useMemo(() => layOut(names, drawn.dependencies.map((one) => [one.caller, one.callee])), [key]);
  const box = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState(1);
  const fit = () => {
    const room = box.current?.clientWidth ?? layout.width;
    // Never so small that the words cannot be read: then the box scrolls instead.
    setScale(Math.min(1.15, Math.max(room / layout.width, 0.72)));
  };
  useEffect(fit, [layout]);
  useEffect(() => {
    addEventListener('resize', fit);
    return () => removeEventListener('resize', fit);
  }, [layout]);
  // Where the picture is larger than its box the incident may be out of sight: bring its far end, the cause, into view.
  useEffect(() => {
    const last = [...path].reverse().map((name) => layout.nodes.get(name)).find((at) => at);
    if (!last || !box.current) return;
    box.current.scrollLeft = Math.max(0, last.x * scale - box.current.clientWidth * 0.6);
    box.current.scrollTop = Math.max(0, last.y * scale - box.current.clientHeight / 2);
  }, [layout, scale]);

  const red = new Set(pairs(path));
  const near = (one: Dependency) => chosen === null || one.caller === chosen || one.callee === chosen;
  const most = Math.max(...drawn.dependencies.map((one) => one.calls_per_second), 1);
  const byPair = new Map(drawn.dependencies.map((one) => [`${one.caller}\n${one.callee}`, one]));
  const labels = layout.edges.length <= 45;
  return (
    <div class="map-box">
      <div class="map-zoom">
        <button type="button" class="button small" onClick={() => setScale(Math.min(2.5, scale * 1.25))} aria-label="Larger">+</button>
        <button type="button" class="button small" onClick={() => setScale(Math.max(0.25, scale / 1.25))} aria-label="Smaller">−</button>
        <button type="button" class="button small" onClick={fit}>Fit</button>
      </div>
      <div class="map-scroll" ref={box} tabIndex={0} role="region" aria-label="Map of who calls whom">
        <svg class="map" width={layout.width * scale} height={layout.height * scale} viewBox={`0 0 ${layout.width} ${layout.height}`} role="group" aria-label="Services and their calls">
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" class="map-arrow" /></marker>
            <marker id="arrow-red" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" class="map-arrow-red" /></marker>
          </defs>
          <g aria-hidden="true">
            {layout.edges.map((edge) => {
              const one = byPair.get(`${edge.from}\n${edge.to}`)!;
              const onPath = red.has(`${edge.from}\n${edge.to}`);
              return <path key={`${edge.from}\n${edge.to}`} d={curve(edge.points)} class={`map-edge${onPath ? ' red' : ''}${near(one) ? '' : ' far'}`} stroke-width={(1 + 4 * Math.sqrt(one.calls_per_second / most)).toFixed(2)} marker-end={onPath ? 'url(#arrow-red)' : 'url(#arrow)'} />;
            })}
            {labels && layout.edges.map((edge) => {
              const one = byPair.get(`${edge.from}\n${edge.to}`)!;
              if (!near(one)) return null;
              const middle = edge.points[Math.floor(edge.points.length / 2)]!;
              const text = `${milliseconds(one.p95_ms)} · ${percent(one.error_ratio)}`;
              return (
                <g key={`label ${edge.from}\n${edge.to}`} class={red.has(`${edge.from}\n${edge.to}`) ? 'map-label red' : 'map-label'}>
                  <rect x={middle.x - text.length * 2.9 - 4} y={middle.y - 8} width={text.length * 5.8 + 8} height="16" rx="4" />
                  <text x={middle.x} y={middle.y + 3.5} text-anchor="middle">{text}</text>
                </g>
              );
            })}
          </g>
          {drawn.nodes.map((node) => {
            const at = layout.nodes.get(node.name)!;
            const sign = lookup(healths, node.health);
            const group = isGroup(node);
            const onPath = path.includes(node.name);
            const open = () => choose(node.name);
            const name = group ? node.label : cutTo(plain(node.name), 19);
            const rate = `${node.kind === 'service' ? '' : `${node.kind} · `}${perSecond(node.requests_per_second)}`;
            return (
              <g
                key={node.name}
                class={`map-node kind-${node.kind}${onPath ? ' red' : ''}${chosen === node.name ? ' chosen' : ''}`}
                transform={`translate(${at.x - nodeWidth / 2} ${at.y - nodeHeight / 2})`}
                role="button" tabIndex={0} aria-pressed={chosen === node.name}
                aria-label={`${name} ${rate}, ${sign.word}`}
                onClick={open}
                onKeyDown={(event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(); } }}
              >
                <rect width={nodeWidth} height={nodeHeight} rx={node.kind === 'database' ? 14 : 7} />
                <svg x="11" y="12" width="12" height="12" viewBox="0 0 12 12" overflow="visible"><Glyph mark={sign.mark} tone={sign.tone} /></svg>
                <text x="30" y="22" class="map-name">{name}</text>{' '}
                <text x="30" y="39" class="map-rate">{rate}</text>
              </g>
            );
          })}
        </svg>
      </div>
    </div>
  );
}

function Panel({ map, name, close }: { map: ServiceMap; name: string; close(): void }) {
  const node = map.nodes.find((one) => one.name === name);
  if (!node) return null;
  const callers = map.dependencies.filter((one) => one.callee === name);
  const callees = map.dependencies.filter((one) => one.caller === name);
  const list = (title: string, all: Dependency[], other: (one: Dependency) => string) => (
    <>
      <h3>{title}</h3>
      {all.length === 0 ? <p class="quiet">nothing</p> : <ul class="plain-list">{all.map((one) => <li key={other(one)}><ServiceLink name={other(one)} cut={28} /><br /><span class="quiet numeric">{one.kind} · {perSecond(one.calls_per_second)} · {percent(one.error_ratio)} fail · p95 {milliseconds(one.p95_ms)}</span></li>)}</ul>}
    </>
  );
  return (
    <aside class="panel" aria-label={`About ${brief(name, 60)}`}>
      <div class="panel-head"><h2><Brief text={name} cut={40} /></h2><button type="button" class="button small" onClick={close}>Close</button></div>
      <p><Signed sign={lookup(healths, node.health)} /> <span class="numeric">{perSecond(node.requests_per_second)} requests</span></p>
      {node.kind === 'service' && <p><a href={toService(name)}>Everything about it</a></p>}
      {list('Called by', callers, (one) => one.caller)}
      {list('Calls', callees, (one) => one.callee)}
    </aside>
  );
}

export function MapPage() {
  const { query } = usePlace();
  const chosen = query.get('at');
  const opened = query.getAll('open');
  useTitle('Map');
  const answer = useAnswer(
    'map',
    (signal) => get<ServiceMap>('/api/v1/map', signal),
    ['service', 'incident'],
    (map) => JSON.stringify([map.nodes.map((node) => node.name), map.dependencies.map((one) => [one.caller, one.callee])]),
  );
  const drawn = useMemo(() => (answer.data ? groupMap(answer.data, opened, chosen) : null), [answer.data, opened.join('\n'), chosen]);
  if (!answer.data || !drawn) return answer.error ? <Failed what="The map" error={answer.error} again={answer.again} /> : <Waiting what="the map" />;
  const map = answer.data;
  const address = (change: (next: URLSearchParams) => void) => {
    const next = new URLSearchParams(query);
    change(next);
    navigate(`/map${next.size ? `?${next}` : ''}`, 'replace');
  };
  const choose = (name: string) => {
    const node = drawn.nodes.find((one) => one.name === name);
    if (node && isGroup(node)) address((next) => next.append('open', node.key));
    else address((next) => (name === chosen ? next.delete('at') : next.set('at', name)));
  };
  return (
    <>
      <Sentence text={sentenceOf(map)} />
      <Held answer={answer} what="services or calls" />
      {map.nodes.length === 0 ? <Nothing>The map is learnt from traces: send spans to the OTLP door.</Nothing> : (
        <>
          {drawn.grouped > 0 && <p class="quiet">{plural(drawn.grouped, 'well service')} stand in groups; press a group to open it. {opened.length > 0 && <button type="button" class="inline-button" onClick={() => address((next) => next.delete('open'))}>Close all groups</button>}</p>}
          <div class={chosen ? 'map-and-panel with-panel' : 'map-and-panel'}>
            <Picture drawn={drawn} path={map.incident_path} chosen={chosen} choose={choose} />
            {chosen && <Panel map={map} name={chosen} close={() => address((next) => next.delete('at'))} />}
          </div>
          <p class="quiet map-legend">Edge width: calls per second. On an edge: p95 as the caller sees it, and the share that fails. Red: the path of the open incident.</p>
          <Section title="The same as a list" id="list">
            <details>
              <summary>{plural(map.dependencies.length, 'dependency', 'dependencies')}</summary>
              <div class="table-wrap" tabIndex={0} role="group" aria-label="Dependencies">
                <table class="table">
                  <thead><tr><th scope="col">Caller</th><th scope="col">Calls</th><th scope="col">Kind</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Errors</th><th scope="col" class="number">p95</th></tr></thead>
                  <tbody>{map.dependencies.map((one) => <tr key={`${one.caller}\n${one.callee}`}><th scope="row"><ServiceLink name={one.caller} /></th><td><ServiceLink name={one.callee} /></td><td>{one.kind}</td><td class="number numeric">{perSecond(one.calls_per_second)}</td><td class="number numeric">{percent(one.error_ratio)}</td><td class="number numeric">{milliseconds(one.p95_ms)}</td></tr>)}</tbody>
                </table>
              </div>
            </details>
          </Section>
        </>
      )}
      <p class="visually-hidden"><a href={to('/services')}>Services as a table</a></p>
    </>
  );
}
