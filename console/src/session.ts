// Who is looking. The token lives in sessionStorage: it goes when the tab goes, and is never put into a URL.
import { makeStore } from './store.ts';

type Session = { token: string; name: string; roles: string[] };
const slot = 'nightjar.session';

function read(): Session | null {
  try {
    return JSON.parse(sessionStorage.getItem(slot) ?? 'null') as Session | null;
  } catch {
    return null;
  }
}

export const session = makeStore<Session | null>(read());
export const token = () => session.value?.token ?? null;

export function keepSession(next: Session | null): void {
  try {
    if (next) sessionStorage.setItem(slot, JSON.stringify(next));
    else sessionStorage.removeItem(slot);
  } catch {
    // Storage can be off in a private window: the token then lasts until the page is reloaded.
  }
  session.set(next);
}

// The dialog that asks for a token is part of the shell; whoever needs a person waits here for its answer.
export const signInAsked = makeStore<{ why: string; answer: (signedIn: boolean) => void } | null>(null);

export function askForPerson(why: string): Promise<boolean> {
  if (session.value) return Promise.resolve(true);
  return new Promise((resolve) => signInAsked.set({ why, answer: resolve }));
}
