// Now, as the engine has it. A phone with a wrong clock, or a recorded night, must still read "4 min ago".
import { makeStore, useStore } from './store.ts';

let offsetMs = 0;
export const engineNow = () => Date.now() + offsetMs;

const beat = makeStore(engineNow());
setInterval(() => beat.set(engineNow()), 10_000);

// `roundTripMs`: half of it is how old the answer already is.
export function setEngineTime(engineTime: string, roundTripMs: number): void {
  const heard = Date.parse(engineTime);
  // An engine that has seen no input yet has no time either.
  if (!(heard > Date.UTC(2000, 0))) return;
  const next = heard + roundTripMs / 2 - Date.now();
  // Engine time moves in ticks, so a second or two either way is no news.
  if (Math.abs(next - offsetMs) < 3_000) return;
  offsetMs = next;
  beat.set(engineNow());
}

export const useNow = () => useStore(beat);
