// The frame around every page: where you are, over which time, is it live, who are you, and is the hand stopped.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useNow } from '../clock.ts';
import { keys, listenToKeys } from '../keyboard.ts';
import { health, line } from '../live.ts';
import { clockSeconds, duration, rangeInWords } from '../numbers.ts';
import { lasts, leaveZoom, rangeOf, showLast, to, usePlace } from '../router.ts';
import { useStore } from '../store.ts';
import { SignInDialog, WhoIsThis } from './SignIn.tsx';

const tabs = [
  { path: '/', word: 'Night' },
  { path: '/services', word: 'Services' },
  { path: '/map', word: 'Map' },
  { path: '/changes', word: 'Changes' },
  { path: '/actions', word: 'Actions' },
  { path: '/data', word: 'Data' },
];
const isHere = (tab: string, path: string) => (tab === '/' ? path === '/' || path.startsWith('/incidents') || path === '/alerts' || path === '/notifications' : path.startsWith(tab));

function Tabs({ path }: { path: string }) {
  return (
    <ul class="tabs">
      {tabs.map((tab) => (
        <li key={tab.path}>
          <a href={to(tab.path)} aria-current={isHere(tab.path, path) ? 'page' : undefined}>{tab.word}</a>
        </li>
      ))}
    </ul>
  );
}

function RangePicker() {
  const range = rangeOf(usePlace().query);
  const zoomed = range.absolute;
  return (
    <div class="range">
      {zoomed && (
        <button type="button" class="chip numeric" onClick={() => leaveZoom()} title="Leave the zoom (Esc)">
          {rangeInWords(zoomed.from, zoomed.to)} <span aria-hidden="true">×</span><span class="visually-hidden">, leave this range</span>
        </button>
      )}
      <label class="visually-hidden" for="range">Time range</label>
      <select id="range" value={range.last ?? ''} onChange={(event) => showLast(event.currentTarget.value)}>
        {zoomed && <option value="">this range</option>}
        {lasts.map((last) => <option key={last.word} value={last.word}>last {last.word.replace(/([hd])$/, '\u202f$1')}</option>)}
      </select>
    </div>
  );
}

function LiveSign() {
  const now = useStore(line);
  const word = now.state === 'live' ? 'live' : now.state === 'stale' ? 'stale' : 'connecting';
  return <span class={`live ${now.state}`} title={now.state === 'live' ? 'New facts arrive as they happen' : 'Not connected to nightjar'}><i aria-hidden="true" />{word}</span>;
}

function Banners() {
  useNow();
  const connection = useStore(line);
  const answer = useStore(health);
  return (
    <div class="banners" aria-live="polite">
      {connection.state === 'stale' && (
        <p class="banner stale">
          <b>This page is stale.</b> Nothing has been heard since {clockSeconds(connection.since)}, {duration(Date.now() - connection.since)} ago. It reconnects by itself.
        </p>
      )}
      {answer?.kill_switch && <p class="banner stopped"><b>The kill switch is on.</b> nightjar watches and tells, and does nothing by itself. <a href={to('/actions')}>Actions</a></p>}
      {answer?.hand === 'absent' && !answer.kill_switch && <p class="banner absent"><b>No hand is connected.</b> nightjar proposes and cannot act: start <code>nightjar hand</code>.</p>}
    </div>
  );
}

function Help({ open, close }: { open: boolean; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="help-title" onClose={close} onClick={(event) => { if (event.target === dialog.current) close(); }}>
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {keys.map((key) => <div key={key.press}><dt>{key.press.split(/\s+/).map((part) => <kbd key={part}>{part}</kbd>)}</dt><dd>{key.does}</dd></div>)}
      </dl>
      <button type="button" class="button" onClick={close}>Close</button>
    </dialog>
  );
}

export function Shell({ children }: { children: preact.ComponentChildren }) {
  const { path, key } = usePlace();
  const [help, setHelp] = useState(false);
  const first = useRef(true);
  useEffect(() => listenToKeys(() => setHelp(true)), []);
  // A new page starts at its top, with the focus on its first sentence, so that a screen reader reads the answer.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    if (location.hash) return;
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [path]);
  useEffect(() => {
    if (!location.hash) return;
    const id = decodeURIComponent(location.hash.slice(1));
    const seek = setInterval(() => {
      const target = document.getElementById(id);
      if (!target) return;
      clearInterval(seek);
      target.scrollIntoView({ block: 'start' });
      target.querySelector('details')?.setAttribute('open', '');
    }, 60);
    const enough = setTimeout(() => clearInterval(seek), 3000);
    return () => { clearInterval(seek); clearTimeout(enough); };
  }, [key]);
  return (
    <>
      <a class="skip" href="#main">Skip to the answer</a>
      <header class="top">
        <a class="brand" href={to('/')} aria-label="nightjar, the night">
          <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true"><path d="M24 20.500A9.500 9.500 0 1 1 14.600 7a7.600 7.600 0 0 0 9.400 13.500z" fill="currentColor" /><circle cx="22" cy="11" r="2.200" fill="currentColor" /></svg>
          <span>nightjar</span>
        </a>
        <nav class="nav-top" aria-label="Pages"><Tabs path={path} /></nav>
        <div class="top-right">
          <RangePicker />
          <LiveSign />
          <WhoIsThis />
          <button type="button" class="who help-button" onClick={() => setHelp(true)} aria-label="Keys and help">?</button>
        </div>
      </header>
      <Banners />
      <main id="main" tabIndex={-1}>{children}</main>
      <nav class="nav-bottom" aria-label="Pages, at the thumb"><Tabs path={path} /></nav>
      <SignInDialog />
      <Help open={help} close={() => setHelp(false)} />
    </>
  );
}
