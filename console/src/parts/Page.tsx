// What all pages share: a heading that answers the page's question in words, and honest waiting and failing.
import { useEffect } from 'preact/hooks';
import type { Answer } from '../live.ts';
import { brief } from '../told.ts';
import { Told } from './Text.tsx';

export function useTitle(text: string): void {
  useEffect(() => {
    document.title = `${brief(text, 70)} · nightjar`;
  }, [text]);
}

// The first line of text of every page.
export function Sentence({ text, kicker, children }: { text: string; kicker?: preact.ComponentChildren; children?: preact.ComponentChildren }) {
  return (
    <header class={text.length > 150 ? 'sentence long' : 'sentence'}>
      {kicker && <div class="kicker">{kicker}</div>}
      <h1 tabIndex={-1}>
        <Told text={text} cut={320} />
      </h1>
      {children}
    </header>
  );
}

export function Section({ title, note, id, children, tail }: { title: string; note?: preact.ComponentChildren; id?: string; children: preact.ComponentChildren; tail?: preact.ComponentChildren }) {
  const heading = id ? `${id}-h` : undefined;
  return (
    <section class="section" id={id} aria-labelledby={heading}>
      <div class="section-head">
        <h2 id={heading}>{title}</h2>
        {note && <span class="quiet">{note}</span>}
        {tail && <span class="section-tail">{tail}</span>}
      </div>
      {children}
    </section>
  );
}

export function Waiting({ what }: { what: string }) {
  return (
    <div class="waiting-page">
      <header class="sentence"><h1 tabIndex={-1}>{`Reading ${what}…`}</h1></header>
      <div class="skeleton" aria-hidden="true"><span /><span /><span /></div>
    </div>
  );
}

export function Failed({ what, error, again }: { what: string; error: Error; again: () => void }) {
  return (
    <div>
      <header class="sentence"><h1 tabIndex={-1}>{`${what} could not be read.`}</h1></header>
      <p class="refusal" role="alert">{error.message}</p>
      <button type="button" class="button" onClick={again}>Try again</button>
    </div>
  );
}

// Facts that would move what is under the reader's hand wait here until asked for.
export function Held({ answer, what }: { answer: Answer<unknown>; what: string }) {
  return (
    <div class="held" aria-live="polite">
      {answer.held && (
        <button type="button" class="button held-button" onClick={answer.show}>
          {`New ${what} arrived. Show`}
        </button>
      )}
    </div>
  );
}

export const Nothing = ({ children }: { children: preact.ComponentChildren }) => <p class="nothing">{children}</p>;
