/**
 * What a page keeps in this tab: a half-filled form and the idempotency key of what it will send.
 * It survives a reload and ends with the tab, or when the act is done.
 */
import { useCallback, useState } from 'react';

function read<T>(name: string): T | undefined {
  try {
    const text = sessionStorage.getItem(name);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function write(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A tab without storage keeps it in memory only.
  }
}

export function forget(name: string): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

/** The key of one filled form: made when the form opens, the same after a reload. */
export function idempotencyKeyOf(form: string): string {
  const name = `tallystick.key.${form}`;
  const kept = read<string>(name);
  if (kept !== undefined) {
    return kept;
  }
  const made = crypto.randomUUID();
  write(name, made);
  return made;
}

export function forgetIdempotencyKey(form: string): void {
  forget(`tallystick.key.${form}`);
}

export type KeptForm<V extends Readonly<Record<string, unknown>>> = {
  readonly values: V;
  readonly set: <K extends keyof V>(name: K, value: V[K]) => void;
  /** What was typed is no longer kept; the page still shows it. */
  readonly done: () => void;
};

/** The values of a form, kept under its name. A later version of the form ignores values it does not know. */
export function useKeptForm<V extends Readonly<Record<string, unknown>>>(
  form: string,
  initial: V,
): KeptForm<V> {
  const name = `tallystick.form.${form}`;
  const [values, setValues] = useState<V>(() => {
    const kept = read<Record<string, unknown>>(name) ?? {};
    const known = Object.entries(kept).filter(([key]) => key in initial);
    return { ...initial, ...Object.fromEntries(known) };
  });

  const set = useCallback(
    <K extends keyof V>(key: K, value: V[K]) => {
      setValues((before) => {
        const after = { ...before, [key]: value };
        write(name, after);
        return after;
      });
    },
    [name],
  );
  const done = useCallback(() => forget(name), [name]);

  return { values, set, done };
}
