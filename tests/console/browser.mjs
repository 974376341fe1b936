// One Chromium for a test file, and a page that fails its test on any error of the page or the console.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';

export const require = createRequire(new URL('../../console/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axeSource = require.resolve('axe-core/axe.min.js');
const output = join(dirname(fileURLToPath(import.meta.url)), 'output');

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });

export async function openPage(t, browser, { width = 1440, scheme = 'light', expected = () => false } = {}) {
  const context = await browser.newContext({ viewport: { width, height: width < 500 ? 780 : 900 }, colorScheme: scheme, timezoneId: 'UTC', locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const errors = [];
  page.on('console', (message) => { if (message.type() === 'error' && !expected(message.text())) errors.push(`console: ${message.text()} ${message.location().url ?? ''}`); });
  page.on('pageerror', (error) => errors.push(`page: ${error.stack}`));
  page.on('dialog', (dialog) => { errors.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  t.after(() => context.close());
  return { page, errors };
}

// The first line of text, once the page has its answer.
export async function firstSentence(page) {
  await page.waitForFunction(() => { const heading = document.querySelector('main h1'); return heading && !heading.textContent.startsWith('Reading '); });
  return (await page.locator('main h1').first().innerText()).replace(/\s+/g, ' ').trim();
}

export async function keepScreenshot(page, name) {
  mkdirSync(output, { recursive: true });
  await page.screenshot({ path: join(output, `${name}.png`), fullPage: true });
}

export async function axe(page, where) {
  // The page's own policy forbids injected script, as it should; the checker comes in by the debugger instead.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate((await import('node:fs')).readFileSync(axeSource, 'utf8'));
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary}`).slice(0, 4) })), [], `axe on ${where}`);
}

export async function noOverflow(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, `${where} is ${wide} px wider than the screen`);
}
