/**
 * Rows of one kind: a table on a wide screen, cards on a phone. Numbers stand right, the first column
 * leads to the row's page, what arrives while one reads waits behind “3 new” so that nothing jumps.
 */
import { Button, Checkbox, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowUp, IconDownload } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { csvField, saveFile } from '../lib/files.ts';
import { useTexts } from '../lib/texts.ts';
import { uiTexts } from './texts.ts';
import './DataTable.css';

export type Column<R> = {
  readonly id: string;
  /** Empty for the column of proof marks. */
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** For the export. A column without text is not exported. */
  readonly text?: (row: R) => string;
  readonly align?: 'right';
  /** Left out where there is little room: beside an open detail. */
  readonly extra?: boolean;
  /** Where it stands on a phone's card; a column without a place is left out there. */
  readonly card?: 'title' | 'amount' | 'state' | 'line';
};

/** Rows that one chooses to do something with all of them. */
export type Selection<R> = {
  readonly ids: ReadonlySet<string>;
  readonly set: (ids: readonly string[]) => void;
  /** The others have no box. */
  readonly mayChoose: (row: R) => boolean;
  /** Names a row for who cannot see it. */
  readonly label: (row: R) => string;
};

export type TableProps<R extends { readonly id: string }> = {
  /** Names the table for who cannot see it. */
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly href?: (row: R) => string;
  readonly selectedId?: string | undefined;
  readonly narrow?: boolean;
  readonly totals?: ReactNode;
  readonly onMore?: (() => Promise<unknown>) | undefined;
  readonly exportName?: string;
  /** The list is watched, not worked through: what arrives is shown at once. */
  readonly follows?: boolean;
  readonly selection?: Selection<R> | undefined;
};

export function DataTable<R extends { readonly id: string }>(props: TableProps<R>) {
  const say = useTexts(uiTexts);
  const phone = useMediaQuery('(max-width: 767px)', undefined, { getInitialValueInEffect: false });
  const [loading, setLoading] = useState(false);
  const { shown, heldBack, show } = useHeldBack(props.rows, props.follows ?? false);
  const parts = { ...props, rows: shown };

  return (
    <div className="table-frame">
      {heldBack > 0 && (
        <UnstyledButton className="table-arrived" onClick={show}>
          <IconArrowUp size={14} aria-hidden="true" /> {say('arrived', { count: heldBack })}
        </UnstyledButton>
      )}
      {phone ? <Cards {...parts} /> : <Table {...parts} />}
      {(props.onMore !== undefined || props.exportName !== undefined) && shown.length > 0 && (
        <div className="table-foot">
          {props.onMore !== undefined && (
            <Button
              variant="default"
              size="sm"
              loading={loading}
              onClick={async () => {
                setLoading(true);
                try {
                  await props.onMore?.();
                } finally {
                  setLoading(false);
                }
              }}
            >
              {say('loadMore')}
            </Button>
          )}
          {props.exportName !== undefined && !phone && (
            <Button
              variant="subtle"
              size="compact-sm"
              ml="auto"
              leftSection={<IconDownload size={16} aria-hidden="true" />}
              onClick={() => saveCsv(props.exportName ?? 'rows', props.columns, shown)}
            >
              {say('exportCsv')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Table<R extends { readonly id: string }>({
  caption,
  columns,
  rows,
  href,
  selectedId,
  narrow = false,
  totals,
  selection,
}: TableProps<R>) {
  const say = useTexts(uiTexts);
  const navigate = useNavigate();
  const shown = columns.filter((column) => !narrow || column.extra !== true);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={caption}>
      <table className="table">
        <caption className="hidden-but-read">{caption}</caption>
        <thead>
          <tr>
            {selection !== undefined && (
              <th scope="col" className="table-choice">
                <ChoiceOfAll rows={rows} selection={selection} />
              </th>
            )}
            {shown.map((column) => (
              <th key={column.id} scope="col" className={column.align}>
                {column.title === '' ? (
                  <span className="hidden-but-read">{say('proofTitle')}</span>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.id}
              aria-current={row.id === selectedId ? 'true' : undefined}
              className={href === undefined ? undefined : 'table-link'}
              onClick={
                href === undefined
                  ? undefined
                  : (event) => {
                      if (!isControl(event.target)) {
                        navigate(href(row));
                      }
                    }
              }
            >
              {selection !== undefined && (
                <td className="table-choice">
                  <Choice row={row} selection={selection} />
                </td>
              )}
              {shown.map((column, order) => (
                <td key={column.id} className={column.align}>
                  {order === 0 && href !== undefined ? (
                    <Link to={href(row)}>{column.cell(row)}</Link>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {totals !== undefined && (
          <tfoot>
            <tr>
              <td colSpan={shown.length + (selection === undefined ? 0 : 1)}>{totals}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function Cards<R extends { readonly id: string }>({
  caption,
  columns,
  rows,
  href,
  totals,
  selection,
}: TableProps<R>) {
  const at = (place: Column<R>['card']) => columns.filter((column) => column.card === place);
  return (
    <>
      <ul className="cards" aria-label={caption}>
        {rows.map((row) => {
          const title = at('title').map((column) => (
            <span key={column.id}>{column.cell(row)}</span>
          ));
          return (
            <li key={row.id} className="cards-one">
              <div className="cards-top">
                {selection !== undefined && <Choice row={row} selection={selection} />}
                {href === undefined ? (
                  <span className="cards-title">{title}</span>
                ) : (
                  <Link className="cards-title cards-cover" to={href(row)}>
                    {title}
                  </Link>
                )}
                {at('amount').map((column) => (
                  <span key={column.id}>{column.cell(row)}</span>
                ))}
              </div>
              <div className="cards-lines">
                {at('line').map((column) => {
                  const value = column.cell(row);
                  return value === null ? null : (
                    <span key={column.id} className="cards-line">
                      <span className="dim">{column.title}</span> {value}
                    </span>
                  );
                })}
              </div>
              {at('state').length > 0 && (
                <div className="cards-state">
                  {at('state').map((column) => (
                    <span key={column.id}>{column.cell(row)}</span>
                  ))}
                </div>
              )}
            </li>
          );
        })}
      </ul>
      {totals !== undefined && <div className="cards-totals">{totals}</div>}
    </>
  );
}

/** The box of a row; nothing where the row cannot be chosen. */
function Choice<R extends { readonly id: string }>({
  row,
  selection,
}: {
  readonly row: R;
  readonly selection: Selection<R>;
}) {
  const { ids, set, mayChoose, label } = selection;
  if (!mayChoose(row)) {
    return null;
  }
  const chosen = ids.has(row.id);
  return (
    <Checkbox
      className="choice"
      size="sm"
      aria-label={label(row)}
      checked={chosen}
      onChange={() => set(chosen ? [...ids].filter((id) => id !== row.id) : [...ids, row.id])}
    />
  );
}

/** The box of the whole table: chooses all that can be, or none. */
function ChoiceOfAll<R extends { readonly id: string }>({
  rows,
  selection,
}: {
  readonly rows: readonly R[];
  readonly selection: Selection<R>;
}) {
  const say = useTexts(uiTexts);
  const all = rows.filter(selection.mayChoose).map(({ id }) => id);
  const chosen = all.filter((id) => selection.ids.has(id));
  return (
    <Checkbox
      size="sm"
      aria-label={say('chooseAll')}
      disabled={all.length === 0}
      checked={all.length > 0 && chosen.length === all.length}
      indeterminate={chosen.length > 0 && chosen.length < all.length}
      onChange={() => selection.set(chosen.length === all.length ? [] : all)}
    />
  );
}

/** How long a list that was just opened may still fill. */
const settleMs = 1_500;

/** Rows that came to the top since the list was opened wait until one asks for them. */
function useHeldBack<R extends { readonly id: string }>(rows: readonly R[], follows: boolean) {
  const [openedMs] = useState(() => Date.now());
  const top = rows[0]?.id;
  const [first, setFirst] = useState(top);
  // What the first answer brings is the list; only what comes later is news.
  if (first !== top && (follows || Date.now() - openedMs < settleMs)) {
    setFirst(top);
  }
  const start = first === undefined ? 0 : rows.findIndex((row) => row.id === first);
  const heldBack = Math.max(start, 0);
  return {
    shown: heldBack === 0 ? rows : rows.slice(heldBack),
    heldBack,
    show: () => setFirst(top),
  };
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, [role="dialog"]') !== null;
}

function saveCsv<R>(name: string, columns: readonly Column<R>[], rows: readonly R[]): void {
  const exported = columns.filter((column) => column.text !== undefined);
  const lines = [
    exported.map((column) => csvField(column.title)),
    ...rows.map((row) => exported.map((column) => csvField(column.text?.(row) ?? ''))),
  ];
  saveFile(
    `${name}.csv`,
    `\ufeff${lines.map((line) => line.join(',')).join('\r\n')}\r\n`,
    'text/csv',
  );
}
