// One chart: lines, the band of what is expected, deploys as vertical lines with their version, incidents as shaded spans.
// Drag to zoom (the range goes into the URL), Esc to come back. uPlot draws on a canvas, so colours are read from the tokens at draw
// time, and what the picture says is also said in words for those who cannot see it.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { TimeRange } from '../answers.ts';
import { clock, clockSeconds, count, milliseconds, percent, perSecond, rangeInWords, three } from '../numbers.ts';
import { zoomTo } from '../router.ts';
import { brief } from '../told.ts';

export type Unit = 'per_second' | 'ratio' | 'ms' | 'count';
export type LineTone = 'main' | 'bad' | 'old' | 'new';
export type ChartLine = { label: string; tone: LineTone; points: [number, number | null][] };
export type Deploy = { at: number; version: string; tone: 'quiet' | 'critical' };
export type Span = { from: number; to: number };
export type ChartProps = {
  title: string;
  unit: Unit;
  range: TimeRange;
  lines: ChartLine[];
  expected?: [number, number | null, number | null][];
  deploys?: Deploy[];
  spans?: Span[];
  height?: number;
  curl?: string;
  note?: string;
};

const inUnit: Record<Unit, (value: number | null | undefined) => string> = {
  per_second: perSecond,
  ratio: percent,
  ms: milliseconds,
  count: (value) => (value == null ? 'no data' : count(value)),
};
const tick: Record<Unit, (value: number) => string> = {
  per_second: (value) => (value >= 1000 ? count(value) : three(value)),
  ratio: (value) => `${three(value * 100)}%`,
  ms: (value) => (value >= 1000 ? `${three(value / 1000)}s` : `${three(value)}ms`),
  count: (value) => count(value),
};

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const scheme = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;

function describe(props: ChartProps): string {
  const say = inUnit[props.unit];
  const parts = props.lines.map((line) => {
    let top: [number, number | null] | null = null;
    let last: number | null = null;
    for (const point of line.points) {
      if (point[1] === null || point[0] < props.range.from || point[0] > props.range.to) continue;
      if (!top || point[1] > top[1]!) top = point;
      last = point[1];
    }
    return top ? `${line.label}: highest ${say(top[1])} at ${clock(top[0])}, last ${say(last)}` : `${line.label}: no data`;
  });
  let ceiling = 0;
  for (const [at, , high] of props.expected ?? []) if (at >= props.range.from && at <= props.range.to) ceiling = Math.max(ceiling, high ?? 0);
  if (ceiling > 0) parts.push(`expected at most ${say(ceiling)}`);
  for (const deploy of props.deploys ?? []) if (deploy.at >= props.range.from && deploy.at <= props.range.to) parts.push(`${brief(deploy.version, 20)} deployed at ${clock(deploy.at)}`);
  return `${props.title}, ${rangeInWords(props.range.from, props.range.to)}. ${parts.join('; ')}.`;
}

function overlays(latest: { current: ChartProps }): uPlot.Plugin {
  const under = (plot: uPlot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour('--span');
    for (const span of latest.current.spans ?? []) {
      const left = plot.valToPos(span.from / 1000, 'x', true);
      const right = plot.valToPos(span.to / 1000, 'x', true);
      ctx.fillRect(left, bbox.top, Math.max(right - left, 1), bbox.height);
    }
    ctx.restore();
  };
  const over = (plot: uPlot) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio || 1;
    ctx.save();
    ctx.font = `${11 * ratio}px ${colour('--sans')}`;
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    ctx.lineWidth = ratio;
    const ends: number[] = [];
    const deploys = [...(latest.current.deploys ?? [])].sort((a, b) => a.at - b.at);
    for (const deploy of deploys) {
      const x = Math.round(plot.valToPos(deploy.at / 1000, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      const ink = colour(deploy.tone === 'critical' ? '--critical' : '--ink-2');
      ctx.strokeStyle = ink;
      ctx.setLineDash(deploy.tone === 'critical' ? [] : [3 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x + 0.5, bbox.top);
      ctx.lineTo(x + 0.5, bbox.top + bbox.height);
      ctx.stroke();
      const label = brief(deploy.version, 18);
      const width = ctx.measureText(label).width;
      const fits = x + width + 6 * ratio < bbox.left + bbox.width;
      const left = fits ? x + 4 * ratio : x - 4 * ratio - width;
      // Labels of near deploys go one below the other.
      let row = 0;
      while (row < 3 && (ends[row] ?? -Infinity) > left - 4 * ratio) row += 1;
      ends[row] = left + width;
      const top = bbox.top + (2 + row * 14) * ratio;
      ctx.fillStyle = colour('--surface');
      ctx.globalAlpha = 0.85;
      ctx.fillRect(left - 2 * ratio, top - ratio, width + 4 * ratio, 14 * ratio);
      ctx.globalAlpha = 1;
      ctx.fillStyle = ink;
      ctx.fillText(label, left, top);
    }
    ctx.restore();
  };
  return { hooks: { drawClear: [under], draw: [over] } };
}

const lineColour: Record<LineTone, string> = { main: '--line-main', bad: '--critical', old: '--line-old', new: '--critical' };

function dataOf(props: ChartProps): uPlot.AlignedData {
  const tables: uPlot.AlignedData[] = props.lines.map((line) => {
    const xs = new Float64Array(line.points.length);
    const ys: (number | null)[] = new Array(line.points.length);
    line.points.forEach((point, i) => { xs[i] = point[0] / 1000; ys[i] = point[1]; });
    return [xs, ys] as uPlot.AlignedData;
  });
  const expected = props.expected ?? [];
  tables.push([Float64Array.from(expected, (p) => p[0] / 1000), expected.map((p) => p[2]), expected.map((p) => p[1])] as uPlot.AlignedData);
  const joined = uPlot.join(tables);
  return joined;
}

function optionsOf(props: ChartProps, latest: { current: ChartProps }, width: number, hover: (index: number | null) => void): uPlot.Options {
  const height = props.height ?? 150;
  const grid = { stroke: () => colour('--grid'), width: 1 };
  const axis = { stroke: () => colour('--ink-3'), font: `11px ${colour('--sans')}`, grid, ticks: { show: false } };
  return {
    width,
    height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: false }, focus: { prox: -1 } },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: { time: true, range: () => [latest.current.range.from / 1000, latest.current.range.to / 1000] },
      y: {
        range: (_plot, _low, high) => {
          const floor = { per_second: 0.1, ratio: 0.002, ms: 1, count: 1 }[latest.current.unit];
          return [0, Math.max((Number.isFinite(high) ? high : 0) * 1.12, floor)];
        },
      },
    },
    axes: [
      { ...axis, size: 26, gap: 4, space: 72, values: (_plot, splits, _i, _space, step) => splits.map((at) => (step < 60 ? clockSeconds(at * 1000) : step < 86_400 ? clock(at * 1000) : new Date(at * 1000).toLocaleDateString(undefined, { day: 'numeric', month: 'short' }))) },
      { ...axis, size: 52, gap: 6, space: 34, values: (_plot, splits) => splits.map((value) => tick[latest.current.unit](value)) },
    ],
    series: [
      {},
      ...props.lines.map((line) => ({
        label: line.label,
        width: line.tone === 'old' ? 1.5 : 1.8,
        stroke: () => colour(lineColour[line.tone]),
        points: { show: false },
        spanGaps: false,
      })),
      { label: 'expected high', stroke: () => 'transparent', points: { show: false } },
      { label: 'expected low', stroke: () => 'transparent', points: { show: false } },
    ],
    bands: [{ series: [props.lines.length + 1, props.lines.length + 2], fill: () => colour('--band') }],
    plugins: [overlays(latest)],
    hooks: {
      setCursor: [(plot) => hover(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          if (plot.select.width < 6) return;
          const from = plot.posToVal(plot.select.left, 'x') * 1000;
          const to = plot.posToVal(plot.select.left + plot.select.width, 'x') * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          zoomTo({ from, to });
        },
      ],
    },
  };
}

// The value next to the cursor; the band's value is the nearest one known before it.
function Readout({ props, data, index }: { props: ChartProps; data: uPlot.AlignedData; index: number | null }) {
  const say = inUnit[props.unit];
  const at = index === null ? undefined : data[0][index];
  const near = (column: number) => {
    if (index === null) return null;
    for (let i = index; i >= Math.max(0, index - 12); i -= 1) {
      const value = data[column]?.[i];
      if (value != null) return value;
    }
    return null;
  };
  const high = near(props.lines.length + 1);
  return (
    <span class="chart-readout numeric" aria-hidden="true">
      {at === undefined ? (
        props.lines.length > 1 || props.expected?.length ? (
          <>
            {props.lines.length > 1 && props.lines.map((line) => <span class="key"><i class={`swatch line-${line.tone}`} />{brief(line.label, 22)}</span>)}
            {!!props.expected?.length && <span class="key"><i class="swatch swatch-band" />expected</span>}
          </>
        ) : null
      ) : (
        <>
          <b>{clockSeconds(at * 1000)}</b>
          {props.lines.map((line, i) => <span class="key">{props.lines.length > 1 && <i class={`swatch line-${line.tone}`} />}{say(near(i + 1))}</span>)}
          {high !== null && <span class="key"><i class="swatch swatch-band" />up to {say(high)}</span>}
        </>
      )}
    </span>
  );
}

export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [index, setIndex] = useState<number | null>(null);
  const [copied, setCopied] = useState(false);
  const data = useMemo(() => dataOf(props), [props.lines, props.expected]);
  const figure = props.lines.map((line) => `${line.label}:${line.tone}`).join('|') + props.unit + (props.height ?? '');

  // A new uPlot only when the set of lines is another one; new points go into the same one, so nothing flickers.
  useEffect(() => {
    const element = box.current!;
    const made = new uPlot(optionsOf(latest.current, latest, Math.max(element.clientWidth, 120), setIndex), data, element);
    plot.current = made;
    const watch = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== made.width) made.setSize({ width, height: made.height });
    });
    watch.observe(element);
    const repaint = () => made.redraw(false, true);
    scheme?.addEventListener('change', repaint);
    return () => {
      scheme?.removeEventListener('change', repaint);
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [figure]);

  useEffect(() => {
    plot.current?.setData(data, true);
  }, [data, props.range.from, props.range.to, props.deploys, props.spans]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(`curl -s '${location.origin}${props.curl}'`);
      setCopied(true);
      setTimeout(() => setCopied(false), 1600);
    } catch {
      // No clipboard without a secure origin: the address is the button's title.
    }
  };

  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{brief(props.title, 60)}</span>
        <Readout props={props} data={data} index={index} />
        {props.curl && (
          <button type="button" class="inline-button chart-copy" title={`curl -s '${brief(location.origin + props.curl, 300)}'`} onClick={copy}>
            {copied ? 'copied' : 'copy as curl'}
          </button>
        )}
      </figcaption>
      <div class="chart-canvas" ref={box} role="img" aria-label={describe(props)} />
      {props.note && <p class="chart-note">{props.note}</p>}
    </figure>
  );
}
