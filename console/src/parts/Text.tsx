// Small pieces of text: told by telemetry, ages, links to things.
import { useState } from 'preact/hooks';
import { useNow } from '../clock.ts';
import { absolute, ago, clock, clockSeconds } from '../numbers.ts';
import { toIncident, toService, to } from '../router.ts';
import { cutTo, plain } from '../told.ts';

// `cut`: characters shown before "show all". The rest stays one press away.
export function Told({ text, cut = 200, mono = false }: { text: string; cut?: number; mono?: boolean }) {
  const [whole, setWhole] = useState(false);
  const clean = plain(text);
  const short = cutTo(clean, cut);
  const isCut = short !== clean;
  return (
    <>
      <bdi class={mono ? 'told mono' : 'told'}>{whole ? clean : short}</bdi>
      {isCut && (
        <button type="button" class="inline-button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'show less' : `show all ${clean.length.toLocaleString()} characters`}
        </button>
      )}
    </>
  );
}

// In places where a button cannot stand (inside links, table cells): cut, the whole in the title.
export function Brief({ text, cut = 48, mono = false }: { text: string; cut?: number; mono?: boolean }) {
  const clean = plain(text);
  const short = cutTo(clean, cut);
  return (
    <bdi class={mono ? 'told mono' : 'told'} title={short === clean ? undefined : cutTo(clean, 1000)}>
      {short}
    </bdi>
  );
}

export function Ago({ at, tail = true }: { at: string | null | undefined; tail?: boolean }) {
  const now = useNow();
  if (!at) return <span class="quiet">never</span>;
  const ms = Date.parse(at);
  const words = ago(now - ms);
  return (
    <time dateTime={at} title={absolute(ms)}>
      {tail ? words : words.replace(' ago', '')}
    </time>
  );
}

export function Clock({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={absolute(ms)} class="numeric">
      {seconds ? clockSeconds(ms) : clock(ms)}
    </time>
  );
}

export const ServiceLink = ({ name, cut = 36 }: { name: string; cut?: number }) =>
  name ? (
    <a href={toService(name)}>
      <Brief text={name} cut={cut} />
    </a>
  ) : (
    <span class="quiet">unknown service</span>
  );

// Ids are links wherever they appear.
export function Ref({ id }: { id: string }) {
  if (id.startsWith('inc-')) return <a class="ref" href={toIncident(id)}>{id}</a>;
  if (id.startsWith('chg-')) return <a class="ref" href={to(`/changes`) + `#${id}`}>{id}</a>;
  if (id.startsWith('act-')) return <a class="ref" href={to(`/actions`) + `#${id}`}>{id}</a>;
  if (id.startsWith('sym-') || id.startsWith('ano-')) return <a class="ref" href={`#${id}`}>{id}</a>;
  return <span class="ref">{id}</span>;
}
