/** Nothing here yet: what will stand here, and how it comes. */
import type { ReactNode } from 'react';
import './Empty.css';

export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children !== undefined && <p className="dim prose">{children}</p>}
      {action}
    </div>
  );
}

/** The shape of what loads; shown only when it takes longer than a blink. */
export function Waiting({ label }: { readonly label: string }) {
  return (
    <div className="waiting" role="status">
      <span className="hidden-but-read">{label}</span>
      <span className="waiting-line waiting-title" />
      <span className="waiting-line" />
      <span className="waiting-line" />
      <span className="waiting-line" />
      <span className="waiting-line waiting-short" />
    </div>
  );
}
