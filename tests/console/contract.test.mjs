// Every answer the console reads fits docs/api/openapi.yaml: of the recorded nights, and of the real binary when NIGHTJAR_URL names one.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { require } from './browser.mjs';
import { startDevServer, testToken } from '../../console/dev-server.mjs';

const { parse } = require('yaml');
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;

const api = parse(readFileSync(new URL('../../docs/api/openapi.yaml', import.meta.url), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'api', components: api.components });

function checkerOf(path, method = 'get', status = '200') {
  const schema = api.paths[path][method].responses[status].content['application/json'].schema;
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components')));
}
function mustFit(check, body, what) {
  const fits = check(body);
  assert.ok(fits, `${what}: ${(check.errors ?? []).slice(0, 6).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`).join('; ')}`);
}

const read = async (url, init) => {
  const reply = await fetch(url, init);
  return { status: reply.status, body: await reply.json() };
};

async function checkAll(url) {
  const get = async (path, route = path.split('?')[0]) => {
    const { status, body } = await read(url + path);
    assert.equal(status, 200, path);
    mustFit(checkerOf(route), body, path.slice(0, 80));
    return body;
  };
  await get('/healthz');
  await get('/api/v1/night');
  const { incidents } = await get('/api/v1/incidents');
  for (const incident of incidents.slice(0, 20)) await get(`/api/v1/incidents/${incident.id}`, '/api/v1/incidents/{id}');
  const { services } = await get('/api/v1/services');
  for (const service of services.slice(0, 20)) await get(`/api/v1/services/${encodeURIComponent(service.name)}`, '/api/v1/services/{name}');
  await get('/api/v1/map');
  await get('/api/v1/changes');
  await get('/api/v1/actions');
  await get('/api/v1/notifications');
  await get('/api/v1/sources');
  const missing = await read(`${url}/api/v1/incidents/inc-999999999`);
  assert.equal(missing.status, 404);
  mustFit(checkerOf('/api/v1/incidents/{id}', 'get', '404'), missing.body, 'an incident that is not there');
  return { incidents, services };
}

// Responses that are references are followed to their component.
for (const path of Object.values(api.paths)) {
  for (const operation of Object.values(path)) {
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      if (response.$ref) operation.responses[status] = api.components.responses[response.$ref.split('/').pop()];
    }
  }
}

if (process.env.NIGHTJAR_URL) {
  test('the real binary answers as the description says', () => checkAll(process.env.NIGHTJAR_URL));
} else {
  for (const night of ['shop', 'quiet', 'hostile']) {
    test(`the recorded night "${night}" answers as the description says`, async () => {
      const server = await startDevServer({ night });
      try {
        const { services } = await checkAll(server.url);
        assert.equal(services.length, 7);
      } finally {
        await server.close();
      }
    });
  }

  describe('decisions', () => {
    let server;
    before(async () => { server = await startDevServer(); });
    after(() => server.close());
    const vote = (path, body, token) => read(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify(body) });

    test('nobody, a wrong plan and a wrong signature are refused, in the shape of an error', async () => {
      for (const [path, body, token, status] of [
        ['/api/v1/actions/act-2/approve', { plan_hash: 'x' }, undefined, 401],
        ['/api/v1/actions/act-2/approve', { plan_hash: 'x' }, testToken, 409],
        ['/api/v1/links/approve', { action: 'act-2', person: 'ada', expires: 4_000_000_000, signature: '0'.repeat(64), decision: 'approve' }, undefined, 403],
      ]) {
        const answer = await vote(path, body, token);
        assert.equal(answer.status, status, path);
        mustFit(ajv.compile({ $ref: 'api#/components/schemas/Error' }), answer.body, path);
      }
    });

    test('the right plan is taken', async () => {
      const plan = server.night.actions.find((action) => action.id === 'act-2').plan_hash;
      const { status, body } = await vote('/api/v1/actions/act-2/approve', { plan_hash: plan }, testToken);
      assert.equal(status, 202);
      mustFit(checkerOf('/api/v1/actions/{id}/approve', 'post', '202'), body, 'the approved action');
      assert.equal(body.state, 'approved');
    });
  });
}

test('a wrong answer does not pass: the check can fail', () => {
  const check = checkerOf('/healthz');
  assert.equal(check({ status: 'ok', version: '0.1.0', engine_time: 'yesterday', journal_sequence: 1, hand: 'connected', kill_switch: false }), false);
  assert.equal(check({ status: 'ok', version: '0.1.0', engine_time: '2026-11-25T05:31:20.000Z', journal_sequence: 1, hand: 'left', kill_switch: false }), false);
  assert.equal(check({ status: 'ok', version: '0.1.0', engine_time: '2026-11-25T05:31:20.000Z', journal_sequence: 1, hand: 'absent', kill_switch: false, more: 1 }), false);
});
