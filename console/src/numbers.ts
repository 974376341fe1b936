// Numbers and times as people read them: units always, at most three significant digits, times in the reader's zone.

const group = (text: string) => text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

// Three significant digits without exponent for the everyday range: 0.0123, 2.92, 41.2, 1,230.
export function three(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  if (magnitude >= 3) return group(String(Math.round(rounded)));
  const text = rounded.toFixed(Math.min(Math.max(0, 2 - magnitude), 12));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const superscript = (power: number) => String(power).replace(/[0-9-]/g, (c) => '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'['0123456789-'.indexOf(c)] ?? c);

// Counts: exact while they fit in three digits, then 1.28 k, 4.31 M.
export function count(value: number): string {
  const steps: [number, string][] = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e4, 'k']];
  if (value < 1000) return three(value);
  for (const [size, letter] of steps) if (value >= size * 0.9995) return `${three(value / (letter === 'k' ? 1e3 : size))}\u202f${letter}`;
  return `${three(value)}`;
}

export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

export function percent(ratio: number | null | undefined): string {
  if (ratio == null) return 'no data';
  const value = ratio * 100;
  if (value !== 0 && Math.abs(value) < 0.001) return '< 0.001\u202f%';
  // Below ten percent the third digit is noise: 2.9 %, 0.062 %.
  return `${three(Math.abs(value) < 10 ? Number(value.toPrecision(2)) : value)}\u202f%`;
}

export function perSecond(value: number | null | undefined): string {
  return value == null ? 'no data' : `${value >= 1e4 ? count(value) : three(value)}/s`;
}

export function milliseconds(value: number | null | undefined): string {
  if (value == null) return 'no data';
  return value >= 1000 ? `${three(value / 1000)}\u202fs` : `${three(value)}\u202fms`;
}

// How many to one against "nothing changed".
export function odds(value: number): string {
  if (value >= 1e15) return 'over 10¹⁵ : 1';
  if (value >= 1e6) {
    const power = Math.floor(Math.log10(value));
    return `${three(value / 10 ** power)} × 10${superscript(power)} : 1`;
  }
  return `${three(value)} : 1`;
}

export function confidence(value: number): string {
  if (value > 0.99 && value < 1) return 'over 99\u202f%';
  return `${Math.round(value * 100)}\u202f%`;
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds}\u202fs`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}\u202fmin`;
  const hours = ms / 3_600_000;
  if (hours < 36) return `${hours < 10 ? three(Math.round(hours * 10) / 10) : Math.round(hours)}\u202fh`;
  return `${Math.round(hours / 24)}\u202fdays`;
}

export function ago(ms: number): string {
  // Two clocks are never quite alike: a moment of the near future is now.
  if (ms < -30_000) return `in ${duration(-ms)}`;
  if (ms < 10_000) return 'just now';
  return `${duration(ms)} ago`;
}

const dayAndTime = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' });
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const timeWithSeconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });

export const absolute = (ms: number) => dayAndTime.format(ms);
export const clock = (ms: number) => time.format(ms);
export const clockSeconds = (ms: number) => timeWithSeconds.format(ms);
export const date = (ms: number) => day.format(ms);

export function rangeInWords(from: number, to: number): string {
  return date(from) === date(to) ? `${date(from)}, ${clock(from)} to ${clock(to)}` : `${date(from)} ${clock(from)} to ${date(to)} ${clock(to)}`;
}
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
