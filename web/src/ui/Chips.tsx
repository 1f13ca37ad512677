/** A filter that lives in the address bar: one of a few, each a link. */
import { Link, useSearchParams } from 'react-router';
import './Chips.css';

export type Chip = { readonly value: string; readonly label: string };

export function Chips({
  label,
  name,
  chips,
}: {
  readonly label: string;
  /** Its name in the address. The first chip is the one without it. */
  readonly name: string;
  readonly chips: readonly Chip[];
}) {
  const [search] = useSearchParams();
  const chosen = search.get(name) ?? chips[0]?.value;
  return (
    <nav className="chips" aria-label={label}>
      {chips.map((chip, order) => {
        const next = new URLSearchParams(search);
        if (order === 0) {
          next.delete(name);
        } else {
          next.set(name, chip.value);
        }
        return (
          <Link
            key={chip.value}
            to={{ search: next.toString() }}
            className="chip"
            aria-current={chip.value === chosen ? 'true' : undefined}
            replace
          >
            {chip.label}
          </Link>
        );
      })}
    </nav>
  );
}
