/** One list, one detail: side by side on a wide screen, the detail alone on a narrow one. */
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconX } from '@tabler/icons-react';
import { type ReactNode, Suspense } from 'react';
import { Link, useOutlet, useParams } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { Waiting } from './Empty.tsx';
import { useTitle } from './Screen.tsx';
import { uiTexts } from './texts.ts';
import './ListDetail.css';

export type ListState = { readonly selectedId: string | undefined; readonly narrow: boolean };

export function ListDetail({ children }: { readonly children: (state: ListState) => ReactNode }) {
  const say = useTexts(uiTexts);
  const wide = useMediaQuery('(min-width: 1200px)', undefined, { getInitialValueInEffect: false });
  const detail = useOutlet();
  const { id } = useParams();

  if (detail === null) {
    return children({ selectedId: undefined, narrow: false });
  }
  const shown = <Suspense fallback={<Waiting label={say('loading')} />}>{detail}</Suspense>;
  if (wide !== true) {
    return shown;
  }
  return (
    <div className="list-detail">
      <div className="list-detail-list">{children({ selectedId: id, narrow: true })}</div>
      <aside className="list-detail-panel" key={id}>
        {shown}
      </aside>
    </div>
  );
}

/** The detail itself: title, way back, actions, parts. */
export function Detail({
  title,
  back,
  state,
  actions,
  children,
}: {
  readonly title: string;
  /** The list it belongs to. */
  readonly back: string;
  readonly state?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const say = useTexts(uiTexts);
  const heading = useTitle(title);
  const wide = useMediaQuery('(min-width: 1200px)', undefined, { getInitialValueInEffect: false });

  return (
    <article className="detail">
      <header className="detail-head">
        <div className="detail-title">
          {wide !== true && (
            <Link to={back} className="back">
              <IconArrowLeft size={16} aria-hidden="true" /> {say('back')}
            </Link>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {state !== undefined && <div className="row">{state}</div>}
        </div>
        {wide === true && (
          <Link to={back} className="detail-close" aria-label={say('close')}>
            <IconX size={20} aria-hidden="true" />
          </Link>
        )}
      </header>
      {actions !== undefined && <div className="row detail-actions">{actions}</div>}
      {children}
    </article>
  );
}
