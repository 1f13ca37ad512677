/** The views of one place, each with an address of its own. */
import { NavLink } from 'react-router';
import './Tabs.css';

export type Tab = {
  readonly to: string;
  readonly label: string;
  /** Chosen at this very address only, not below it. */
  readonly end?: boolean;
};

export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ to, label: words, end }) => (
        <NavLink key={to} to={to} end={end ?? false} className="tab">
          {words}
        </NavLink>
      ))}
    </nav>
  );
}
