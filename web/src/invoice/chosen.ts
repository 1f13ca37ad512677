/** The invoices that are chosen in this tab; the choice survives a reload and the way to the signature. */
import { useKeptForm } from '../lib/kept.ts';

export type Chosen = {
  readonly ids: readonly string[];
  readonly set: (ids: readonly string[]) => void;
  /** Chooses none, and keeps nothing. */
  readonly done: () => void;
};

const none: readonly string[] = [];

export function useChosenInvoices(): Chosen {
  const { values, set, done } = useKeptForm('chosen-invoices', { ids: none });
  return { ids: values.ids, set: (ids) => set('ids', ids), done };
}
