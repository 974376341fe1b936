// Text that came from telemetry: bounded, its direction isolated, its invisible characters made visible. Never markup.

// Controls and bidirectional marks could reorder or hide what a person reads, so they are shown by their code point.
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

export function plain(text: string): string {
  return text.replace(invisible, (c) => `\u27e8U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}\u27e9`);
}

export function cutTo(text: string, characters: number): string {
  // By code points, so that no emoji is cut in half.
  const points = Array.from(text.length > characters * 3 ? text.slice(0, characters * 3) : text);
  return points.length > characters ? `${points.slice(0, characters - 1).join('')}…` : text;
}

// The middle goes, so that "roll … back from 2.4.1 to 2.4.0" keeps both its verb and its version.
export function cutMiddle(text: string, characters: number): string {
  const points = Array.from(text);
  if (points.length <= characters) return text;
  const tail = Math.floor(characters * 0.45);
  return `${points.slice(0, characters - tail - 1).join('')}…${points.slice(-tail).join('')}`;
}

export const brief = (text: string, characters = 48) => cutTo(plain(text), characters);
