// Colour is never the only sign: each state has a shape and a word as well.
import type { Mark, Sign, Tone } from '../words.ts';

const shapes: Record<Mark, preact.JSX.Element> = {
  diamond: <path d="M6 .5 11.500 6 6 11.500.5 6z" fill="currentColor" />,
  triangle: <path d="M6 1 11.500 11H.5z" fill="currentColor" />,
  dot: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4.200" fill="none" stroke="currentColor" stroke-width="1.800" />,
  half: <g><circle cx="6" cy="6" r="4.600" fill="none" stroke="currentColor" stroke-width="1.600" /><path d="M6 1.400a4.600 4.600 0 0 1 0 9.200z" fill="currentColor" /></g>,
  check: <path d="M1.500 6.500 4.500 9.500 10.500 2.500" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />,
  cross: <path d="M2.500 2.500l7 7m0-7l-7 7" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" />,
  dash: <path d="M1.500 6h9" fill="none" stroke="currentColor" stroke-width="2.400" stroke-linecap="round" />,
  clock: <g fill="none" stroke="currentColor" stroke-width="1.600" stroke-linecap="round"><circle cx="6" cy="6" r="4.700" /><path d="M6 3.400V6l1.900 1.200" /></g>,
  play: <path d="M2.500 1.200v9.600L10.800 6z" fill="currentColor" />,
  undo: <path d="M4 1.500 1.500 4 4 6.500M1.800 4h5.400a3 3 0 0 1 0 6.200H4" fill="none" stroke="currentColor" stroke-width="1.800" stroke-linecap="round" stroke-linejoin="round" />,
  square: <rect x="1.800" y="1.800" width="8.400" height="8.400" rx="1.500" fill="currentColor" />,
  person: <g fill="currentColor"><circle cx="6" cy="3.300" r="2.600" /><path d="M1 11.500a5 4.600 0 0 1 10 0z" /></g>,
};

export function Glyph({ mark, tone, size = 12 }: { mark: Mark; tone?: Tone; size?: number }) {
  return (
    <svg class={tone ? `glyph tone-${tone}` : 'glyph'} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {shapes[mark]}
    </svg>
  );
}

export function Signed({ sign, children }: { sign: Sign; children?: preact.ComponentChildren }) {
  return (
    <span class={`signed tone-${sign.tone}`}>
      <Glyph mark={sign.mark} />
      <span>{children ?? sign.word}</span>
    </span>
  );
}

export function Badge({ sign, children }: { sign: Sign; children?: preact.ComponentChildren }) {
  return (
    <span class={`badge tone-${sign.tone}`}>
      <Glyph mark={sign.mark} size={11} />
      <span>{children ?? sign.word}</span>
    </span>
  );
}
