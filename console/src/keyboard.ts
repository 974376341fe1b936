// The keyboard: what people already have in their fingers. Keys are ignored while typing.
import { leaveZoom, navigate, to } from './router.ts';

export const keys: { press: string; does: string }[] = [
  { press: '/', does: 'search services' },
  { press: 'g n', does: 'go to the night' },
  { press: 'g s', does: 'go to services' },
  { press: 'g m', does: 'go to the map' },
  { press: 'g c', does: 'go to changes' },
  { press: 'g a', does: 'go to actions' },
  { press: 'g d', does: 'go to the data' },
  { press: 'j  k', does: 'next, previous row' },
  { press: 'Enter', does: 'open the row' },
  { press: 'a', does: 'acknowledge the incident' },
  { press: 'Esc', does: 'leave the zoom' },
  { press: '?', does: 'this help' },
];
const places: Record<string, string> = { n: '/', s: '/services', m: '/map', c: '/changes', a: '/actions', d: '/data' };

const isTyping = (element: Element | null) => !!element && (element.matches('input, textarea, select') || (element as HTMLElement).isContentEditable);

export function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  if (field) {
    field.focus();
    field.select();
    return;
  }
  navigate(to('/services'));
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<HTMLInputElement>('[data-search]')?.focus()));
}

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter((row) => row.offsetParent !== null);
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]!;
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

export function listenToKeys(help: () => void): () => void {
  let afterG = 0;
  const listener = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === 'Escape') {
      if (isTyping(document.activeElement)) (document.activeElement as HTMLElement).blur();
      else if (!document.querySelector('dialog[open]')) leaveZoom();
      return;
    }
    if (isTyping(document.activeElement) || document.querySelector('dialog[open]')) return;
    if (Date.now() - afterG < 1200 && places[event.key]) {
      afterG = 0;
      event.preventDefault();
      return navigate(to(places[event.key]!));
    }
    if (event.key === 'g') afterG = Date.now();
    else if (event.key === '/') { event.preventDefault(); focusSearch(); }
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === 'a') document.querySelector<HTMLButtonElement>('[data-acknowledge]:not(:disabled)')?.click();
    else if (event.key === '?') help();
  };
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}
