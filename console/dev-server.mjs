// A stand-in for `nightjar serve`: dist/ and a recorded night from tests/console/fixtures, with the same routes, the same headers and
// a stream that tells of changes. Approving works here too, so that the journey can be walked without the engine. Plain node, no
// dependencies.
//   node dev-server.mjs [--port 8088] [--night shop|quiet|hostile|large]
import { createServer } from 'node:http';
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const fixtures = join(here, '../tests/console/fixtures');
const dist = join(here, 'dist');
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8' };
export const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// The one person of the recorded night, and the secret its links are signed with. Test values, worth nothing anywhere else.
export const testToken = 'night-watch';
const person = { name: 'ada', roles: ['operator'] };
const linkSecret = 'recorded night';

// Markup, direction marks and 4 KiB: what a service could call itself.
export const hostileName = `<img src=x onerror="document.title='owned'">\u202egnp.exe\u202c\u200f" onload="alert(1)\u0000` + '\u0627a'.repeat(2000);

const read = (name) => JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8'));
const ms = (time) => Date.parse(time);

function renamed(value, from, to) {
  if (typeof value === 'string') return value.replaceAll(from, to);
  if (Array.isArray(value)) return value.map((one) => renamed(one, from, to));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [renamed(key, from, to), renamed(one, from, to)]));
  return value;
}

function quieted(night) {
  night.incidents = [];
  night.actions = [];
  night.notifications = [];
  night.changes = night.changes.filter((change) => change.watch.verdict !== 'harmful' && !change.caused_by_action);
  for (const service of night.services) {
    service.health = 'ok';
    service.p95_ms = Math.min(service.p95_ms, service.expected.p95_ms_high * 0.8);
    service.error_ratio = Math.min(service.error_ratio, service.expected.error_ratio_high * 0.5);
    if (service.last_change?.verdict === 'harmful') service.last_change = null;
  }
  for (const node of night.map.nodes) node.health = 'ok';
  night.map.incident_path = [];
  for (const shape of Object.values(night.series)) shape.faults = [];
  Object.assign(night.night, { sentence: 'A quiet night: nothing broke and nothing waits for you.', alerts_received: 0, incidents_opened: 0, pages_sent: 0, forecasts: [] });
}

// Many services, for the table and the map.
function enlarged(night) {
  const words = ['billing', 'media', 'ads', 'mail', 'stock', 'price', 'geo', 'risk', 'feed', 'auth'];
  const like = night.services.find((service) => service.name === 'search');
  for (let i = 0; i < 2000; i += 1) {
    const name = `${words[i % 10]}-${String(i).padStart(4, '0')}`;
    night.services.push({ ...like, name, owner: `team ${words[i % 10]}`, requests_per_second: (i * 37) % 211, p95_ms: 20 + ((i * 13) % 60), last_change: null });
    night.series[name] = { requests: 5, error_ratio: 0.0004, p95_ms: 40, faults: [] };
    if (i < 500) {
      night.map.nodes.push({ name, kind: 'service', health: 'ok', requests_per_second: (i * 37) % 211 });
      night.map.dependencies.push({ caller: i < 20 ? 'gateway' : `${words[(i - 20) % 10]}-${String(Math.floor((i - 20) / 10) * 10 % 400 + ((i - 20) % 10)).padStart(4, '0')}`, callee: name, kind: 'http', calls_per_second: (i * 17) % 90, error_ratio: 0.001, p95_ms: 20 + (i % 40) });
    }
  }
  night.map.dependencies = night.map.dependencies.filter((one) => one.caller !== one.callee);
}

function recordedNight(which) {
  let night = { night: read('night'), incidents: read('incidents'), actions: read('actions'), changes: read('changes'), services: read('services'), map: read('map'), notifications: read('notifications'), sources: read('sources'), series: read('series') };
  if (which === 'quiet') quieted(night);
  if (which === 'large') enlarged(night);
  if (which === 'hostile') night = renamed(night, 'catalog', hostileName);
  return night;
}

// ---- series: the same question always gets the same points ----------------------------------------------------------------------

function noise(seed, at) {
  let x = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.floor(at / 10_000)) | 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32 - 0.5;
}
const seedOf = (text) => [...text.slice(0, 40)].reduce((sum, c) => (Math.imul(sum, 31) + c.codePointAt(0)) | 0, 7);
const wave = (at) => 1 + 0.45 * Math.sin(((at / 86_400_000) % 1) * 2 * Math.PI - 2.1);

function faultAt(fault, at) {
  if (at < ms(fault.from) || (fault.to && at > ms(fault.to))) return 0;
  return Math.min(1, (at - ms(fault.from)) / (fault.climb_minutes * 60_000));
}

function valueAt(shape, measure, at, seed, version) {
  const share = version?.share ?? 1;
  if (version?.from && at < ms(version.from)) return null;
  if (version?.to && at > ms(version.to)) return null;
  if (version?.until && at > ms(version.until)) return null;
  if (measure === 'requests') return shape.requests * share * wave(at) * (1 + 0.14 * noise(seed, at));
  if (measure === 'errors') return valueAt(shape, 'requests', at, seed, version) * valueAt(shape, 'error_ratio', at, seed + 1, version);
  const base = shape[measure] * (1 + (measure === 'p95_ms' ? 0.16 : 1.1) * noise(seed, at));
  let value = base;
  for (const fault of shape.faults.filter((one) => one.measure === measure)) {
    if (fault.version && version && fault.version !== version.version) continue;
    const weight = fault.version && !version ? (shape.versions?.find((one) => one.version === fault.version)?.share ?? 1) : 1;
    value = Math.max(value, base + (fault.peak * weight - base) * faultAt(fault, at) * (1 + 0.25 * noise(seed + 3, at)));
  }
  return value;
}

function seriesOf(name, shape, range) {
  const step = Math.max(10_000, Math.ceil((range.to - range.from) / 300 / 10_000) * 10_000);
  const first = Math.ceil(range.from / step) * step;
  const seed = seedOf(name);
  const times = [];
  for (let at = first; at <= range.to; at += step) times.push(at);
  const round = (value) => (value === null ? null : Number(value.toPrecision(5)));
  const expected = (measure, at) => {
    if (measure === 'requests') return [shape.requests * wave(at) * 0.78, shape.requests * wave(at) * 1.22];
    if (measure === 'p95_ms') return [shape.p95_ms * 0.72, shape.p95_ms * 1.36];
    return measure === 'errors' ? [0, shape.requests * wave(at) * 0.004] : [0, 0.004];
  };
  const all = [];
  for (const measure of ['requests', 'errors', 'error_ratio', 'p95_ms']) {
    all.push({ measure, version: null, points: times.map((at) => [at, round(valueAt(shape, measure, at, seed))]), expected: times.filter((_, i) => i % 3 === 0).map((at) => [at, ...expected(measure, at).map(round)]) });
    for (const version of shape.versions ?? []) {
      const points = times.map((at) => [at, round(valueAt(shape, measure, at, seed + 11, version))]);
      if (points.some(([, value]) => value !== null)) all.push({ measure, version: version.version, points, expected: [] });
    }
  }
  return all;
}

// ---- the server -----------------------------------------------------------------------------------------------------------------

class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

export function startDevServer({ port = 0, night: which = 'shop' } = {}) {
  const night = recordedNight(which);
  const began = Date.now();
  const startsAt = ms(night.night.health.engine_time);
  const now = () => startsAt + (Date.now() - began);
  const nowText = () => new Date(now()).toISOString();
  const streams = new Set();
  const timers = new Set();
  let killSwitch = false;

  const tell = (kind, id) => {
    for (const stream of streams) stream.write(`event: changed\ndata: ${JSON.stringify({ kind, id, at: nowText() })}\n\n`);
  };
  const later = (wait, act) => {
    const timer = setTimeout(() => { timers.delete(timer); act(); }, wait);
    timers.add(timer);
  };
  const beat = setInterval(() => { for (const stream of streams) stream.write(': still here\n\n'); }, 15_000);

  const rangeOf = (query) => {
    const to = ms(query.get('to') ?? '') || now();
    const from = ms(query.get('from') ?? '') || to - 86_400_000;
    if (from >= to) throw new Refusal(400, 'invalid_argument', 'from must be before to');
    return { from, to };
  };
  const summary = ({ sentence, hurt, symptoms, findings, ruled_out, actions, ticket, alerts, timeline, ...fields }) => fields;
  // A source was heard so long ago, whenever the night is looked at.
  const before = (seconds) => new Date(now() - seconds * 1000).toISOString();
  const sourcesNow = () =>
    night.sources.map(({ first_heard_ago_s, last_heard_ago_s, sample, ...rest }) => ({
      ...rest,
      first_heard: before(first_heard_ago_s),
      last_heard: before(last_heard_ago_s),
      sample: sample && { at: before(sample.ago_s), why: sample.why, text: sample.text, beginning: sample.beginning },
    }));
  const incidentsIn = (range) => night.incidents.filter((one) => ms(one.onset_at) <= range.to && (one.resolved_at ? ms(one.resolved_at) : Infinity) >= range.from);
  const actionsIn = (range) => night.actions.filter((one) => ms(one.proposed_at) >= range.from && ms(one.proposed_at) <= range.to);
  const changesIn = (range) => night.changes.filter((one) => ms(one.started_at) >= range.from && ms(one.started_at) <= range.to);
  const incident = (id) => {
    const found = night.incidents.find((one) => one.id === id);
    if (!found) throw new Refusal(404, 'not_found', `there is no incident ${id.slice(0, 40)}; /api/v1/incidents lists them`);
    return { ...found, actions: night.actions.filter((action) => action.incident_id === id) };
  };
  const whoIs = (request) => {
    if (request.headers.authorization === `Bearer ${testToken}`) return person;
    throw new Refusal(401, 'unauthenticated', 'this token is nobody’s; ask whoever keeps nightjar.yaml for yours');
  };
  const log = (id, kind, text, ref) => night.incidents.find((one) => one.id === id)?.timeline.push({ at: nowText(), kind, text, ref });

  // The rest of the action's life, quicker than in life.
  const carryOut = (action) => {
    const step = (wait, change, kind, text) => later(wait, () => { Object.assign(action, change()); log(action.incident_id, kind, text, action.id); tell('action', action.id); tell('incident', action.incident_id); });
    step(700, () => ({ state: 'running', started_at: nowText() }), 'action', 'rollback started');
    step(1700, () => ({ state: 'verifying', finished_at: nowText(), outcome_text: 'exit 0' }), 'action', 'rollback done, watching whether it helped');
    step(2900, () => {
      const owner = night.incidents.find((one) => one.id === action.incident_id);
      Object.assign(owner, { state: 'mitigated', updated_at: nowText() });
      return { state: 'succeeded', verified_at: nowText(), verification: { outcome: 'improved', e_improved: 2310, text: 'slow requests fell from 38 % to 0.4 % after the rollback' } };
    }, 'verification', 'slow requests fell from 38 % to 0.4 %, 2,310 : 1');
  };
  const decide = (id, decision, who, via, planHash) => {
    const action = night.actions.find((one) => one.id === id);
    if (!action) throw new Refusal(404, 'not_found', `there is no action ${id.slice(0, 40)}`);
    if (action.state !== 'awaiting_approval') throw new Refusal(409, 'state_changed', `${id} is ${action.state.replaceAll('_', ' ')}: there is nothing to ${decision} any more`);
    if (planHash !== undefined && planHash !== action.plan_hash) throw new Refusal(409, 'plan_changed', 'the plan changed since you read it: read the new one and decide again');
    action.decided_at = nowText();
    if (decision === 'approve') {
      action.approvals.push({ person: who, at: nowText(), via });
      action.state = 'approved';
      log(action.incident_id, 'person', `${who} approved it`, id);
      carryOut(action);
    } else {
      action.state = 'rejected';
      action.rejected_by = who;
      log(action.incident_id, 'person', `${who} rejected it`, id);
    }
    tell('action', id);
    tell('incident', action.incident_id);
    return action;
  };
  const signed = (action, who, expires) => createHmac('sha256', linkSecret).update(`${action}\n${who}\n${expires}`).digest('hex');

  const answer = (request, url, body) => {
    const query = url.searchParams;
    const parts = url.pathname.split('/').slice(3).map(decodeURIComponent);
    const post = request.method === 'POST';
    if (url.pathname === '/healthz') return [200, { ...night.night.health, engine_time: nowText(), kill_switch: killSwitch }];
    if (post) {
      if (parts[0] === 'actions' && parts[2]) return [202, decide(parts[1], parts[2], whoIs(request).name, 'console', body.plan_hash)];
      if (parts[0] === 'links') {
        if (signed(body.action, body.person, body.expires) !== body.signature) throw new Refusal(403, 'permission_denied', 'this link’s signature does not fit: open it from the message again');
        if (body.expires * 1000 < now()) throw new Refusal(403, 'expired', 'this link has expired: sign in and approve in the console');
        return [202, decide(body.action, body.decision, body.person, 'link')];
      }
      if (parts[0] === 'incidents' && parts[2] === 'acknowledge') {
        const { name } = whoIs(request);
        const found = night.incidents.find((one) => one.id === parts[1]);
        if (!found) throw new Refusal(404, 'not_found', 'there is no such incident');
        found.acknowledged_by = name;
        log(found.id, 'person', `${name} acknowledged it`, null);
        tell('incident', found.id);
        return [202, {}];
      }
      if (parts[0] === 'kill-switch') {
        whoIs(request);
        killSwitch = body.on === true;
        tell('action', 'kill-switch');
        return [202, {}];
      }
      throw new Refusal(404, 'not_found', 'there is no such door here');
    }
    const range = rangeOf(query);
    switch (parts[0]) {
      case 'whoami': return [200, whoIs(request)];
      case 'night': {
        const { health: _, ...rest } = night.night;
        const incidents = incidentsIn(range);
        const waiting = night.actions.filter((action) => action.state === 'awaiting_approval');
        return [200, { ...rest, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString(), services: night.services.length, last_signal_at: new Date(now() - 2000).toISOString(), waiting, incidents: incidents.map(summary) }];
      }
      case 'incidents': return parts[1] ? [200, incident(parts[1])] : [200, { incidents: incidentsIn(range).map(summary) }];
      case 'actions': return [200, { actions: actionsIn(range) }];
      case 'changes': return [200, { changes: changesIn(range) }];
      case 'notifications': return [200, { notifications: night.notifications }];
      case 'sources': return [200, { sources: sourcesNow(), forgotten: 0 }];
      case 'map': return [200, night.map];
      case 'services': {
        if (!parts[1]) return [200, { services: night.services.map(({ operations, statements, log_patterns, forecasts, slos, instances, ...fields }) => ({ ...fields, instances: instances.length })) }];
        const name = parts.slice(1).join('/');
        const found = night.services.find((one) => one.name === name);
        if (!found) throw new Refusal(404, 'not_found', 'there is no service of that name; /api/v1/services lists them');
        return [200, { ...found, series: seriesOf(name, night.series[name], range), dependencies: night.map.dependencies.filter((one) => one.caller === name || one.callee === name), changes: changesIn(range).filter((one) => one.service === name), incidents: incidentsIn(range).filter((one) => one.service === name).map(summary) }];
      }
      default: throw new Refusal(404, 'not_found', 'there is no such route; docs/api/openapi.yaml lists them');
    }
  };

  const file = (response, path) => {
    const wanted = normalize(join(dist, path));
    const inside = wanted.startsWith(dist + sep) && extname(wanted) && existsSync(wanted);
    const chosen = inside ? wanted : join(dist, 'index.html');
    if (!existsSync(chosen)) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('dist/ is missing: run `npm run build` in console/\n');
      return;
    }
    response.writeHead(200, { 'content-type': types[extname(chosen)] ?? 'application/octet-stream', 'cache-control': inside ? 'public, max-age=31536000, immutable' : 'no-cache', 'content-security-policy': contentSecurityPolicy, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    response.end(readFileSync(chosen));
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname === '/api/v1/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': hello\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    if (!url.pathname.startsWith('/api/') && url.pathname !== '/healthz') return file(response, url.pathname);
    try {
      let text = '';
      for await (const piece of request) text += piece;
      const [status, body] = answer(request, url, text ? JSON.parse(text) : {});
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
    } catch (error) {
      const status = error.status ?? 500;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code: error.code ?? 'internal', message: error.message } }));
    }
  });
  // Service names of 4 KiB travel in the address.
  server.maxHeadersCount = 100;

  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const url = `http://127.0.0.1:${server.address().port}`;
      resolve({
        url,
        approvalLink: (action, who = person.name) => {
          const expires = Math.floor(now() / 1000) + 900;
          return `${url}/approve?action=${action}&person=${who}&expires=${expires}&signature=${signed(action, who, expires)}`;
        },
        dropStreams: () => { for (const stream of streams) stream.destroy(); },
        tell,
        night,
        close: () => new Promise((done) => {
          clearInterval(beat);
          for (const timer of timers) clearTimeout(timer);
          for (const stream of streams) stream.destroy();
          server.closeAllConnections();
          server.close(done);
        }),
      });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`);
    return at > 0 ? process.argv[at + 1] : otherwise;
  };
  const running = await startDevServer({ port: Number(option('port', '8088')), night: option('night', 'shop') });
  console.log(`console   ${running.url}\ntoken     ${testToken}\nlink      ${running.approvalLink('act-2')}`);
}
