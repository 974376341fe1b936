// Each page in a real Chromium: its first sentence, no error, nothing wider than the screen, axe finds nothing, screenshots at 360 and
// 1440 px kept in output/. With NIGHTJAR_URL the same against the real binary, whose sentences are compared with its own answers.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { hostileName, startDevServer, testToken } from '../../console/dev-server.mjs';
import { axe, firstSentence, keepScreenshot, launch, noOverflow, openPage } from './browser.mjs';

const real = process.env.NIGHTJAR_URL;
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

// [name of the screenshot, path, what the first sentence must say]
const shopPages = [
  ['night', '/', /^Two incidents tonight: payment 2\.4\.1 was rolled back at 03:14 and verified; .* waits for your approval\.$/],
  ['incident-open', '/incidents/inc-2', /^catalog answers GET \/products\/\{id\} in 640 ms instead of 90 ms since 05:19:20; /],
  ['incident-resolved', '/incidents/inc-1', /^payment failed 2\.9 % of requests from 03:12:40 to 03:14:41; 31 customers’ requests/],
  ['incidents', '/incidents', /^2 incidents: 1 not resolved yet\.$/],
  ['alerts', '/alerts', /^4 alerts from other tools became 2 incidents\.$/],
  ['notifications', '/notifications', /^2 messages went out and 5 follow-ups kept them up to date\.$/],
  ['services', '/services', /^catalog is ill; gateway is degraded; 5 of 7 services are ok\.$/],
  ['service', '/services/payment', /^payment is ok: 3\.6 requests\/s, 0\.04 % of them fail, p95 84 ms, all inside what is normal\.$/],
  ['service-ill', '/services/catalog', /^catalog is ill: errors are above the 0\.2 % that is normal and p95 is above the 120 ms that is normal; /],
  ['map', '/map', /^The open incident runs gateway → catalog → postgresql shop; 7 services and 3 stores in all\.$/],
  ['changes', '/changes', /^6 changes: catalog 2\.1\.0 and payment 2\.4\.1 did harm, 3 did no harm, 1 without enough data\.$/],
  ['actions', '/actions', /^1 action waits for a person, 1 done and verified, 1 not done\.$/],
  ['data', '/data', /^1 of 5 sources is silent; of 3 something was refused\.$/],
  ['no-such-page', '/no-such-page', /^There is no such page\.$/],
];

// Between two questions to a living server the counts move on; the words stay.
const words = (text) => text.replace(/\s+/g, ' ').trim().replace(/\d[\d.,:]*/g, '#').slice(0, 200);

async function realPages() {
  const get = async (path) => (await fetch(real + path)).json();
  const [{ sentence }, { incidents }, { services }] = await Promise.all([get('/api/v1/night'), get('/api/v1/incidents'), get('/api/v1/services')]);
  const pages = [['night', '/', (text) => words(text) === words(sentence)]];
  if (incidents[0]) {
    const incident = await get(`/api/v1/incidents/${incidents[0].id}`);
    pages.push(['incident', `/incidents/${incident.id}`, (text) => words(text) === words(incident.sentence)]);
  }
  if (services[0]) pages.push(['service', `/services/${encodeURIComponent(services[0].name)}`, (text) => text.includes(services[0].name.slice(0, 40))]);
  for (const path of ['/incidents', '/alerts', '/notifications', '/services', '/map', '/changes', '/actions', '/data']) pages.push([path.slice(1), path, (text) => text.length > 10 && !/could not be read/.test(text)]);
  return pages;
}

// A failed test must not leave its server behind, or the run would wait for it.
async function startNight(t, options) {
  const server = await startDevServer(options);
  t.after(() => server.close());
  return server;
}

const says = (wanted, text) => (wanted instanceof RegExp ? wanted.test(text) : wanted(text));

describe('pages', () => {
  let server;
  before(async () => { server = real ? { url: real, close: async () => undefined } : await startDevServer(); });
  after(() => server.close());

  for (const [width, scheme] of [[1440, 'light'], [360, 'dark']]) {
    test(`each page at ${width} px, ${scheme}: its sentence, no error, no overflow, axe finds nothing`, async (t) => {
      const { page, errors } = await openPage(t, browser, { width, scheme });
      const pages = real ? await realPages() : [...shopPages, ['approve', server.approvalLink('act-2').slice(server.url.length), /^ada, shall nightjar roll catalog back from 2\.1\.0 to 2\.0\.9\?$/]];
      for (const [name, path, wanted] of pages) {
        await page.goto(server.url + path);
        const text = await firstSentence(page);
        assert.ok(says(wanted, text), `${path} says: ${text}`);
        if (/^incident-/.test(name) && !real) await page.locator('.evidence canvas').first().waitFor();
        await axe(page, `${path} at ${width} px`);
        await noOverflow(page, `${path} at ${width} px`);
        await keepScreenshot(page, `${real ? 'real-' : ''}${name}-${width}-${scheme}`);
        assert.deepEqual(errors, [], path);
      }
    });
  }
});

if (!real) {
  describe('journeys', () => {
    let server;
    before(async () => { server = await startDevServer(); });
    after(() => server.close());

    test('open the incident, read the cause, acknowledge, approve, see it verified', async (t) => {
      const { page, errors } = await openPage(t, browser, { width: 360, scheme: 'light' });
      await page.goto(server.url);
      await firstSentence(page);
      await page.locator('.incident-line a.row-link', { hasText: 'catalog 2.1.0' }).click();
      await page.waitForURL('**/incidents/inc-2');

      assert.match(await page.locator('.cause').innerText(), /new in catalog 2\.1\.0 takes 412\sms[\s\S]*92\s%[\s\S]*SELECT \* FROM reviews WHERE product_id = \?[\s\S]*First seen in 2\.1\.0/);
      // Five pieces of evidence in words, the three that name a series with their chart; and the order of the page.
      assert.equal(await page.locator('.evidence').count(), 5);
      await page.locator('.evidence canvas').nth(2).waitFor();
      assert.deepEqual(await page.locator('main h2').allInnerTexts(), ['Cause', 'Evidence', 'Ruled out', 'Action', 'Timeline', 'Symptoms', 'Alerts folded in']);
      assert.match(await page.locator('.evidence [role=img]').first().getAttribute('aria-label'), /p95 duration: highest .* expected at most .* 2\.1\.0 deployed at 05:16/);

      // Acknowledging asks who is there, once; then it is visible at once.
      await page.getByRole('button', { name: 'Acknowledge' }).click();
      await page.getByLabel('Your token').fill('wrong');
      await page.locator('dialog').getByRole('button', { name: 'Sign in' }).click();
      await page.locator('dialog [role=alert]', { hasText: 'nobody’s' }).waitFor();
      errors.splice(0, errors.length, ...errors.filter((error) => !/401/.test(error)));
      await page.getByLabel('Your token').fill(testToken);
      await page.locator('dialog').getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('ada is on it').first().waitFor();

      // The thumb bar leads to the action; the button says what it will do; nothing but the outcome takes its place.
      await page.locator('.thumb-bar').click();
      const card = page.locator('#act-2');
      assert.match(await card.innerText(), /Undo\s+deploy the newer version 2\.1\.0 again[\s\S]*Will be checked[\s\S]*Blast radius 31\.8 of 100/);
      await card.getByRole('button', { name: 'Approve: roll catalog back from 2.1.0 to 2.0.9' }).click();
      await card.getByText('approved by ada (console)').waitFor();
      assert.equal(await card.getByRole('button', { name: /^Approve/ }).count(), 0);
      await card.locator(".outcome-word", { hasText: "Done and verified" }).waitFor();
      assert.match(await card.innerText(), /slow requests fell from 38 % to 0\.4 % after the rollback/);
      await page.locator('.timeline', { hasText: 'ada approved it' }).waitFor();
      await page.locator('.kicker', { hasText: 'mitigated' }).waitFor();
      await keepScreenshot(page, 'journey-verified-360-light');
      assert.deepEqual(errors, []);
    });

    test('the token is in sessionStorage only, and never in the address', async (t) => {
      const { page, errors } = await openPage(t, browser);
      await page.goto(`${server.url}/actions`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByLabel('Your token').fill(testToken);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /^ada/ }).waitFor();
      assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
      assert.ok(!page.url().includes(testToken));
      assert.deepEqual(errors, []);
    });
  });

  test('a signed link shows the plan, and only the button acts', async (t) => {
    const server = await startNight(t);
    const { page, errors } = await openPage(t, browser, { width: 360 });
    await page.goto(server.approvalLink('act-2'));
    assert.match(await firstSentence(page), /^ada, shall nightjar roll catalog back/);
    assert.equal(server.night.actions.find((action) => action.id === 'act-2').state, 'awaiting_approval');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.waitForFunction(() => document.querySelector('main h1').textContent.endsWith('rejected.'));
    assert.equal(server.night.actions.find((action) => action.id === 'act-2').rejected_by, 'ada');
    assert.deepEqual(errors, []);
  });

  test('a link that was tampered with is refused, and the page says why', async (t) => {
    const server = await startNight(t);
    const { page, errors } = await openPage(t, browser, { expected: (text) => /403/.test(text) });
    await page.goto(server.approvalLink('act-2').replace(/person=ada/, 'person=eve'));
    await page.getByRole('button', { name: /^Approve/ }).click();
    await page.locator('[role=alert]', { hasText: 'signature does not fit' }).waitFor();
    assert.equal(server.night.actions.find((action) => action.id === 'act-2').state, 'awaiting_approval');
    assert.deepEqual(errors, []);
  });

  test('a plan that changes under the finger cannot be approved before it was read', async (t) => {
    const server = await startNight(t);
    const { page, errors } = await openPage(t, browser);
    await page.goto(`${server.url}/incidents/inc-2`);
    const approve = page.getByRole('button', { name: /^Approve/ });
    await approve.waitFor();
    // Only once the stream is up does the server know whom to tell.
    await page.locator('.live.live').waitFor();
    Object.assign(server.night.actions.find((action) => action.id === 'act-2'), { plan_hash: 'f'.repeat(64), text: 'roll catalog back from 2.1.0 to 2.0.8' });
    server.tell('action', 'act-2');
    await page.getByText('The plan changed while you were reading').waitFor();
    assert.equal(await approve.isDisabled(), true);
    await page.getByRole('button', { name: 'I have read the new one' }).click();
    assert.equal(await approve.isDisabled(), false);
    assert.match(await approve.innerText(), /2\.0\.8/);
    assert.deepEqual(errors, []);
  });

  test('live: values change in place, new rows wait while somebody is in the page, a dead stream is called stale', async (t) => {
    const server = await startNight(t);
    const { page, errors } = await openPage(t, browser, { expected: (text) => /ERR_|Failed to load/.test(text) });
    await page.goto(`${server.url}/changes`);
    await firstSentence(page);
    await page.locator('.live.live').waitFor();
    // In the hand: scrolled and moving.
    await page.mouse.move(400, 500);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => scrollY > 40);
    const before = await page.locator('.change').count();
    server.night.changes[0].watch.verdict = 'watching';
    server.night.changes.unshift({ ...server.night.changes[5], id: 'chg-7', version: '3.0.3', started_at: '2026-11-25T05:31:10.000Z' });
    await page.mouse.move(420, 500);
    server.tell('change', 'chg-7');
    await page.getByRole('button', { name: 'New changes arrived. Show' }).waitFor();
    assert.equal(await page.locator('.change').count(), before);
    await page.getByRole('button', { name: 'New changes arrived. Show' }).click();
    await page.locator('#chg-7').waitFor();
    await server.close();
    await page.getByText('This page is stale.').waitFor();
    assert.deepEqual(errors, []);
  });

  test('keyboard only: search, walk the rows, open, go elsewhere, help', async (t) => {
    const server = await startNight(t);
    const { page, errors } = await openPage(t, browser);
    await page.goto(server.url);
    await firstSentence(page);
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL('**/services');
    await page.locator('[data-search]').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('pay');
    await page.waitForURL('**/services?q=pay');
    assert.equal(await page.locator('.service-row').count(), 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/services/payment');
    assert.match(await firstSentence(page), /^payment is ok/);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.waitForFunction(() => location.pathname === '/');
    assert.deepEqual(errors, []);
  });

  test('dragging on a chart zooms, the address says so, Esc goes back, a shared address gives the same page', async (t) => {
    const server = await startNight(t);
    const { page, errors } = await openPage(t, browser);
    await page.goto(`${server.url}/services/payment`);
    await page.locator('.chart canvas').nth(2).waitFor();
    const box = await page.locator('.chart .u-over').first().boundingBox();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 42, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    const zoomed = page.url();
    const label = () => page.locator('.chart [role=img]').nth(1).getAttribute('aria-label');
    await page.waitForFunction(() => /Tue 24 Nov|Tue, 24 Nov/.test(document.querySelector('.range .chip')?.textContent ?? ''));
    await page.waitForTimeout(400);
    const shared = await label();
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/services\/payment$/);
    await page.goto(zoomed);
    await page.locator('.chart canvas').nth(2).waitFor();
    assert.equal(await label(), shared);
    assert.deepEqual(errors, []);
  });

  test('a hostile service name changes nothing on any page', async (t) => {
    const server = await startNight(t, { night: 'hostile' });
    for (const width of [1440, 360]) {
      const { page, errors } = await openPage(t, browser, { width });
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      const own = `/services/${encodeURIComponent(hostileName)}`;
      const all = ['/', '/incidents/inc-2', '/incidents', '/alerts', '/notifications', '/services', own, '/services/gateway', '/map', '/changes', '/actions', server.approvalLink('act-2').slice(server.url.length)];
      // On the wide screen the pages whose layout differs most from the narrow one.
      for (const path of width === 360 ? all : ['/', '/incidents/inc-2', '/services', own, '/map']) {
        await page.goto(server.url + path);
        await firstSentence(page);
        await page.waitForTimeout(150);
        const where = path.slice(0, 40);
        assert.equal(await page.locator('main img, main iframe, main script, main [onerror], main [onload]').count(), 0, `${where}: markup from a name`);
        assert.ok(!/owned/.test((await page.title()).replace(/document\.title='owned'/g, '')), where);
        // No mark that turns the direction of what follows reaches the page, and what is shown is isolated.
        assert.equal(await page.evaluate(() => /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u0000]/.test(document.body.innerText)), false, `${where}: a direction mark`);
        await noOverflow(page, `${where} at ${width} px`);
      }
      assert.deepEqual(asked.filter((url) => !url.startsWith(server.url)), []);
      assert.ok(!asked.some((url) => new URL(url).pathname === '/x' || /\/x$/.test(new URL(url).pathname)), 'the picture was asked for');
      await page.goto(server.url + '/services');
      await firstSentence(page);
      if (width === 1440) await keepScreenshot(page, 'hostile-services-1440-light');
      assert.deepEqual(errors, []);
    }
  });

  test('an empty night says so and shows that data is flowing', async (t) => {
    const server = await startNight(t, { night: 'quiet' });
    const { page, errors } = await openPage(t, browser, { width: 360, scheme: 'dark' });
    await page.goto(server.url);
    assert.match(await firstSentence(page), /^A quiet night/);
    assert.match(await page.locator('main').innerText(), /2\.91\sM requests seen from 7 services, the last signal just now[\s\S]*Data is flowing/);
    await axe(page, 'the quiet night');
    await keepScreenshot(page, 'night-quiet-360-dark');
    await page.goto(`${server.url}/actions`);
    assert.match(await firstSentence(page), /^nightjar did nothing in this time/);
    assert.deepEqual(errors, []);
  });

  test('two thousand services: the table holds only what is in sight, the map groups', async (t) => {
    const server = await startNight(t, { night: 'large' });
    const { page, errors } = await openPage(t, browser);
    await page.goto(`${server.url}/services?sort=name`);
    assert.match(await firstSentence(page), /of 2,010 services are ok\.$/);
    assert.ok((await page.locator('.service-row').count()) < 120);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.locator('.service-row', { hasText: 'stock-1994' }).waitFor();
    await page.goto(`${server.url}/map`);
    await firstSentence(page);
    assert.ok((await page.locator('.map-node').count()) <= 60, 'the map is grouped');
    await page.locator('.map-node', { hasText: 'stock… (' }).click();
    await page.locator('.map-node', { hasText: 'stock-0064' }).waitFor();
    await keepScreenshot(page, 'map-large-1440-light');
    assert.deepEqual(errors, []);
  });
}
