// The smallest observable value: enough for a session, a clock and the state of the stream.
import { useEffect, useState } from 'preact/hooks';

export type Store<T> = { readonly value: T; set(next: T): void; subscribe(listener: (value: T) => void): () => void };

export function makeStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  const [value, set] = useState(store.value);
  useEffect(() => {
    set(store.value);
    return store.subscribe(set);
  }, [store]);
  return value;
}
