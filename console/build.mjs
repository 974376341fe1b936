// Bundles src/ into dist/: index.html, app-<hash>.js, app-<hash>.css, favicon.svg and files.txt, the list the server embeds.
// Hashed names may be cached for ever; index.html may not. Nothing inline, so that the strict content security policy holds.
import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const limitBytes = 150 * 1024;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: { app: 'src/main.tsx' },
  outdir: 'dist',
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  metafile: true,
  logLevel: 'warning',
});

const outputs = Object.keys(result.metafile.outputs).map((file) => basename(file));
const script = outputs.find((file) => file.endsWith('.js'));
const style = outputs.find((file) => file.endsWith('.css'));
if (!script || !style) throw new Error('the bundle lacks its script or its style sheet: see src/main.tsx');

const page = readFileSync(join(here, 'src/index.html'), 'utf8').replace('%SCRIPT%', `/${script}`).replace('%STYLE%', `/${style}`);
writeFileSync(join(dist, 'index.html'), page);
copyFileSync(join(here, 'src/favicon.svg'), join(dist, 'favicon.svg'));

const files = readdirSync(dist).sort();
writeFileSync(join(dist, 'files.txt'), files.join('\n') + '\n');

let total = 0;
for (const file of files) {
  const bytes = gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  total += bytes;
  console.log(`${file.padEnd(24)} ${(bytes / 1024).toFixed(1).padStart(7)} KiB gzip`);
}
if (total > limitBytes) {
  console.error(`the bundle is ${total} bytes gzip, over its limit of ${limitBytes}: look for the largest input in the metafile`);
  process.exit(1);
}
