// Things that happened on one time axis: bars and marks placed by percentage, so that it works at any width without a canvas.
import type { TimeRange } from '../answers.ts';
import { clock, date } from '../numbers.ts';
import type { Sign } from '../words.ts';
import { Glyph } from './Marks.tsx';

export type AxisMark = { at: number; sign: Sign; label: string; href?: string };
export type AxisBar = { from: number; to: number; tone: Sign['tone']; open: boolean; label: string };
export type AxisRow = { key: string; title: preact.ComponentChildren; bars: AxisBar[]; marks: AxisMark[] };

const steps = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800].map((seconds) => seconds * 1000);

// Round moments in the reader's own zone.
function ticks(range: TimeRange, wanted: number): number[] {
  const width = range.to - range.from;
  const step = steps.find((candidate) => width / candidate <= wanted) ?? steps[steps.length - 1]!;
  const shift = new Date(range.from).getTimezoneOffset() * 60_000;
  const found: number[] = [];
  for (let at = Math.ceil((range.from - shift) / step) * step + shift; at < range.to; at += step) found.push(at);
  return found;
}

// Marks too near to tell apart stand side by side, in order, beginning where the first of them happened.
function clusters(marks: AxisMark[], near: number): { at: number; marks: AxisMark[] }[] {
  const found: { at: number; marks: AxisMark[] }[] = [];
  for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
    const last = found[found.length - 1];
    if (last && mark.at - last.at < near * last.marks.length) last.marks.push(mark);
    else found.push({ at: mark.at, marks: [mark] });
  }
  return found;
}

export function Axis({ range, rows, label, now }: { range: TimeRange; rows: AxisRow[]; label: string; now?: number }) {
  const place = (at: number) => ((Math.min(Math.max(at, range.from), range.to) - range.from) / (range.to - range.from)) * 100;
  const inside = (at: number) => at >= range.from && at <= range.to;
  const days = range.to - range.from > 2 * 86_400_000;
  const lines = ticks(range, 8);
  return (
    <div class="axis" role="group" aria-label={label}>
      <div class="axis-ticks" aria-hidden="true">
        {lines.map((at, i) => (
          <span key={at} class={i % 2 ? 'tick odd' : 'tick'} style={{ left: `${place(at)}%` }}>{days ? date(at) : clock(at)}</span>
        ))}
      </div>
      <ul class="axis-rows">
        {rows.map((row) => (
          <li class="axis-row" key={row.key}>
            <div class="axis-title">{row.title}</div>
            <div class="axis-track">
              {lines.map((at) => <i key={at} class="axis-line" style={{ left: `${place(at)}%` }} />)}
              {row.bars.map((bar, i) => {
                const style = { left: `${place(bar.from)}%`, width: `${Math.max(place(bar.to) - place(bar.from), 0.4)}%` };
                const shape = `axis-bar tone-${bar.tone}${bar.open ? ' open' : ''}`;
                // Not a link: the row's title is one, and a bar of a short incident is too small to press.
                return <span key={i} class={shape} style={style} title={bar.label} role="img" aria-label={bar.label} />;
              })}
              {clusters(row.marks.filter((mark) => inside(mark.at)), (range.to - range.from) * (innerWidth < 760 ? 0.09 : 0.035)).map((cluster) => (
                <span key={cluster.at} class={place(cluster.at) > 70 ? 'axis-cluster at-right' : 'axis-cluster'} style={{ left: `${place(cluster.at)}%` }}>
                  {cluster.marks.map((mark, i) => {
                    const inner = <Glyph mark={mark.sign.mark} size={12} />;
                    const shape = `axis-mark tone-${mark.sign.tone}`;
                    return mark.href ? <a key={i} class={shape} href={mark.href} title={mark.label} aria-label={mark.label}>{inner}</a> : <span key={i} class={shape} title={mark.label} role="img" aria-label={mark.label}>{inner}</span>;
                  })}
                </span>
              ))}
              {now !== undefined && inside(now) && <i class="axis-now" style={{ left: `${place(now)}%` }} />}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
