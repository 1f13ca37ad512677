/** One screen: its title is the page's title and takes the focus when one arrives. */
import { type ReactNode, useEffect, useRef } from 'react';
import './Screen.css';

export function Screen({
  title,
  lead,
  actions,
  narrow = false,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** For forms and reading: at most 760 px. */
  readonly narrow?: boolean;
  readonly children: ReactNode;
}) {
  const heading = useTitle(title);

  return (
    <div className={narrow ? 'screen screen-narrow' : 'screen'}>
      <header className="screen-head">
        <div className="screen-words">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p className="dim prose">{lead}</p>}
        </div>
        {actions !== undefined && <div className="row screen-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen with its own heading. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {actions !== undefined && <div className="row">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

export function Card({
  children,
  flush = false,
}: {
  readonly children: ReactNode;
  readonly flush?: boolean;
}) {
  return <div className={flush ? 'card card-flush' : 'card'}>{children}</div>;
}

/** Names the page and moves the focus to its heading, so that a reader of the screen hears where she is. */
export function useTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tallystick`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
