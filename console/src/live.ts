// New facts by server-sent events. Read with fetch instead of EventSource because the 15 s comment lines, which EventSource hides,
// are what tells a quiet night from a dead connection.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, type Changed, type Health } from './answers.ts';
import { setEngineTime } from './clock.ts';
import { makeStore } from './store.ts';

const silenceMs = 40_000;   // two comment lines missed and a bit
const retryMs = [500, 1_000, 2_000, 5_000, 10_000];

export type Line = { state: 'connecting' | 'live' | 'stale'; since: number };
export const line = makeStore<Line>({ state: 'connecting', since: Date.now() });
export const health = makeStore<Health | null>(null);

const listeners = new Set<(changes: Changed[]) => void>();
let waiting: Changed[] = [];
let flush: ReturnType<typeof setTimeout> | undefined;

// A storm of events becomes one refresh every quarter of a second.
function tell(changed: Changed): void {
  waiting.push(changed);
  flush ??= setTimeout(() => {
    const batch = waiting;
    waiting = [];
    flush = undefined;
    for (const listener of [...listeners]) listener(batch);
  }, 250);
}

export async function askHealth(): Promise<void> {
  const asked = performance.now();
  try {
    const answer = await get<Health>('/healthz');
    setEngineTime(answer.engine_time, performance.now() - asked);
    health.set(answer);
  } catch {
    // The stream says stale; a second voice would only repeat it.
  }
}

function goStale(): void {
  if (line.value.state !== 'stale') line.set({ state: 'stale', since: line.value.state === 'live' ? lastHeard : Date.now() });
}

let lastHeard = Date.now();

async function follow(): Promise<void> {
  const stop = new AbortController();
  const watchdog = setInterval(() => {
    if (Date.now() - lastHeard > silenceMs) stop.abort();
  }, 2_000);
  try {
    lastHeard = Date.now();
    const reply = await fetch('/api/v1/stream', { headers: { accept: 'text/event-stream' }, signal: stop.signal, cache: 'no-store' });
    if (!reply.ok || !reply.body) throw new ApiError(reply.status, 'stream', 'no stream');
    const wasStale = line.value.state === 'stale';
    line.set({ state: 'live', since: Date.now() });
    // Whatever happened while nobody listened is not repeated by the stream: ask everything again.
    if (wasStale) for (const listener of [...listeners]) listener([]);
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      lastHeard = Date.now();
      rest += value.replace(/\r\n?/g, '\n');
      let end: number;
      while ((end = rest.indexOf('\n\n')) >= 0) {
        const event = rest.slice(0, end).split('\n');
        rest = rest.slice(end + 2);
        const data = event.filter((text) => text.startsWith('data:')).map((text) => text.slice(5).trimStart()).join('\n');
        if (data && event.some((text) => /^event:\s*changed$/.test(text))) {
          try {
            tell(JSON.parse(data) as Changed);
          } catch {
            // One unreadable event must not end the stream; the next refresh brings the facts anyway.
          }
        }
      }
    }
  } finally {
    clearInterval(watchdog);
    stop.abort();
  }
}

export async function connect(): Promise<never> {
  for (let tries = 0; ; ) {
    const began = Date.now();
    try {
      await follow();
    } catch {
      // Any failure reads the same to a person: not connected.
    }
    if (Date.now() - began > 30_000) tries = 0;
    // A server that restarts closes the stream for a moment: say "stale" only when the second try fails too.
    if (tries > 0) goStale();
    await new Promise((resolve) => setTimeout(resolve, retryMs[Math.min(tries, retryMs.length - 1)]));
    tries += 1;
  }
}

// ---- answers that stay fresh ---------------------------------------------------------------------------------------------------

export type Kind = Changed['kind'];
export type Answer<T> = { data: T | null; error: Error | null; held: boolean; show(): void; again(): Promise<void>; put(next: T): void };

// Is somebody in the middle of something here? Then nothing may move: no new row, no other order.
let lastTouch = 0;
for (const name of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove']) addEventListener(name, () => { lastTouch = Date.now(); }, { passive: true });
const inHand = () => Date.now() - lastTouch < 4_000 && (scrollY > 40 || document.activeElement !== document.body);

const remembered = new Map<string, unknown>();

// `key` names the question; `load` asks it; `kinds` are the events that may change the answer; `shape` is what must not move while
// somebody is in the page (the ids in order). New values in the same shape are shown at once.
export function useAnswer<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>, kinds: Kind[], shape?: (data: T) => string): Answer<T> {
  const [state, set] = useState<{ key: string | null; data: T | null; error: Error | null; next: T | null }>({ key: null, data: null, error: null, next: null });
  const current = key === state.key ? state : { key, data: key ? ((remembered.get(key) as T | undefined) ?? null) : null, error: null, next: null };
  const latest = useRef({ key, load, shape, current });
  latest.current = { key, load, shape, current };
  const running = useRef<AbortController | null>(null);

  const again = async () => {
    const { key: asked, load: loadNow } = latest.current;
    if (!asked) return;
    running.current?.abort();
    const stop = (running.current = new AbortController());
    try {
      const data = await loadNow(stop.signal);
      if (latest.current.key !== asked || stop.signal.aborted) return;
      remembered.delete(asked);
      remembered.set(asked, data);
      if (remembered.size > 60) remembered.delete(remembered.keys().next().value!);
      const before = latest.current.current.data;
      const moves = before !== null && latest.current.shape && latest.current.shape(before) !== latest.current.shape(data);
      if (moves && inHand()) set({ key: asked, data: before, error: null, next: data });
      else set({ key: asked, data, error: null, next: null });
    } catch (error) {
      if (stop.signal.aborted || latest.current.key !== asked) return;
      set({ key: asked, data: latest.current.current.data, error: error as Error, next: null });
    }
  };

  useEffect(() => {
    if (!key) return;
    void again();
    const listener = (changes: Changed[]) => {
      if (changes.length === 0 || changes.some((changed) => kinds.includes(changed.kind))) void again();
    };
    listeners.add(listener);
    // Rates and ages move without an event.
    const slow = setInterval(() => { if (document.visibilityState === 'visible') void again(); }, 30_000);
    return () => {
      listeners.delete(listener);
      clearInterval(slow);
      running.current?.abort();
    };
  }, [key]);

  return {
    data: current.data,
    error: current.error,
    held: current.next !== null,
    show: () => set({ key, data: current.next ?? current.data, error: null, next: null }),
    again,
    // A question that is still under way was asked before this: its answer is older.
    put: (data: T) => { running.current?.abort(); if (key) { remembered.set(key, data); set({ key, data, error: null, next: null }); } },
  };
}
