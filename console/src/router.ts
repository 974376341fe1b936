// Addresses. The URL says everything about a page: which, of what, and over which time. Share it, get the same page.
import { useEffect, useState } from 'preact/hooks';
import { engineNow } from './clock.ts';
import type { TimeRange } from './answers.ts';

export type Place = { path: string; query: URLSearchParams; key: string };

function here(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search), key: location.pathname + location.search };
}

let place = here();
const listeners = new Set<() => void>();
function moved(): void {
  place = here();
  for (const listener of [...listeners]) listener();
}
addEventListener('popstate', moved);

export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === place.key) return;
  if (how === 'push') history.pushState({ inside: true }, '', to);
  else history.replaceState(history.state, '', to);
  moved();
}

export function usePlace(): Place {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return place;
}

// Plain links stay plain: open in a new tab, copy, long-press all work; only an ordinary click is taken over.
addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.('a');
  const href = link?.getAttribute('href');
  if (!link || !href || link.getAttribute('target')) return;
  // `link.href` of an SVG link is an object, so the attribute is resolved instead.
  const url = new URL(href, location.href);
  if (url.origin !== location.origin || url.pathname.startsWith('/api/') || url.pathname === '/metrics') return;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
  event.preventDefault();
  navigate(url.pathname + url.search + url.hash);
});

// ---- time range -----------------------------------------------------------------------------------------------------------------

export const lasts: { word: string; ms: number }[] = [
  { word: '1h', ms: 3_600_000 }, { word: '6h', ms: 21_600_000 }, { word: '24h', ms: 86_400_000 }, { word: '7d', ms: 604_800_000 }, { word: '30d', ms: 2_592_000_000 },
];
const defaultLast = '24h';

// `chosen`: somebody asked for this range; otherwise a page may draw less of it when there is less.
export type Range = { last: string | null; absolute: TimeRange | null; chosen: boolean; now(): TimeRange; key: string };

export function rangeOf(query: URLSearchParams): Range {
  const from = Date.parse(query.get('from') ?? '');
  const to = Date.parse(query.get('to') ?? '');
  if (Number.isFinite(from) && Number.isFinite(to) && from < to) {
    const fixed = { from, to };
    return { last: null, absolute: fixed, chosen: true, now: () => fixed, key: `${from}-${to}` };
  }
  const last = lasts.find((entry) => entry.word === query.get('last')) ?? lasts.find((entry) => entry.word === defaultLast)!;
  return { last: last.word, absolute: null, chosen: query.has('last'), now: () => ({ from: engineNow() - last.ms, to: engineNow() }), key: last.word };
}

function withQuery(change: (query: URLSearchParams) => void): string {
  const query = new URLSearchParams(location.search);
  change(query);
  const text = query.toString();
  return location.pathname + (text ? `?${text}` : '');
}

export function zoomTo(range: TimeRange): void {
  navigate(withQuery((query) => {
    query.delete('last');
    query.set('from', new Date(Math.floor(range.from)).toISOString());
    query.set('to', new Date(Math.ceil(range.to)).toISOString());
  }));
}
export function showLast(word: string): void {
  navigate(withQuery((query) => {
    query.delete('from');
    query.delete('to');
    query.set('last', word);
  }));
}
// Esc: out of the zoom, back to where the drag began if that was in this tab.
export function leaveZoom(): boolean {
  if (!place.query.has('from')) return false;
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else navigate(withQuery((query) => { query.delete('from'); query.delete('to'); }));
  return true;
}

// A link to another page takes the time range along.
export function to(path: string): string {
  const kept = new URLSearchParams();
  for (const name of ['last', 'from', 'to']) {
    const value = place.query.get(name);
    if (value) kept.set(name, value);
  }
  const text = kept.toString();
  return text ? `${path}?${text}` : path;
}
export const toService = (name: string) => to(`/services/${encodeURIComponent(name)}`);
export const toIncident = (id: string) => `/incidents/${encodeURIComponent(id)}`;
