// Sign in: paste your token once per tab. Asked for only when something needs a person.
import { useEffect, useRef, useState } from 'preact/hooks';
import { whoami } from '../answers.ts';
import { keepSession, session, signInAsked } from '../session.ts';
import { useStore } from '../store.ts';

export function SignInDialog() {
  const asked = useStore(signInAsked);
  const dialog = useRef<HTMLDialogElement>(null);
  const [value, setValue] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (!asked) return;
    setValue('');
    setRefusal(null);
    dialog.current?.showModal();
  }, [asked]);

  const done = (signedIn: boolean) => {
    dialog.current?.close();
    signInAsked.set(null);
    asked?.answer(signedIn);
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    const candidate = value.trim();
    if (!candidate) return setRefusal('Paste the token first.');
    setBusy(true);
    try {
      const person = await whoami(candidate);
      keepSession({ token: candidate, name: person.name, roles: person.roles });
      done(true);
    } catch (error) {
      setRefusal((error as Error).message);
    } finally {
      setBusy(false);
    }
  };

  if (!asked) return null;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="sign-in-title" onCancel={() => done(false)}>
      <form onSubmit={submit}>
        <h2 id="sign-in-title">Sign in</h2>
        <p>{asked.why}</p>
        <label for="token">Your token</label>
        <input id="token" type="password" autocomplete="off" spellcheck={false} value={value} onInput={(event) => setValue(event.currentTarget.value)} aria-describedby="token-note" autofocus />
        <p class="quiet" id="token-note">It stays in this tab and goes when the tab closes. nightjar keeps only its SHA-256.</p>
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
        <div class="decide-buttons">
          <button type="submit" class="button primary" disabled={busy}>{busy ? 'Checking…' : 'Sign in'}</button>
          <button type="button" class="button" onClick={() => done(false)}>Cancel</button>
        </div>
      </form>
    </dialog>
  );
}

export function WhoIsThis() {
  const held = useStore(session);
  if (held) {
    return (
      <button type="button" class="who" title={`Signed in as ${held.name} (${held.roles.join(', ')}). Press to sign out.`} onClick={() => keepSession(null)}>
        {held.name}<span class="who-out"> · sign out</span>
      </button>
    );
  }
  return (
    <button type="button" class="who" onClick={() => signInAsked.set({ why: 'Reading needs no token. Approving, rejecting and acknowledging do.', answer: () => undefined })}>
      Sign in
    </button>
  );
}
