/** Facts, name and value, in the order in which one asks for them. */
import { Fragment, type ReactNode } from 'react';
import './Facts.css';

export type Fact = {
  readonly name: string;
  readonly value: ReactNode;
  /** A sentence behind a question mark: what the term means. */
  readonly strong?: boolean;
};

export function Facts({ facts }: { readonly facts: readonly (Fact | undefined)[] }) {
  return (
    <dl className="facts">
      {facts.map(
        (fact) =>
          fact !== undefined && (
            <Fragment key={fact.name}>
              <dt>{fact.name}</dt>
              <dd className={fact.strong === true ? 'facts-strong' : undefined}>{fact.value}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}
