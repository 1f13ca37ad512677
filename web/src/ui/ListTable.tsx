/**
 * The rows of a list beside its detail: each opens under the list's own address, with the filters that
 * stand in the address bar; where there are none, what will stand here is said instead.
 */
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { DataTable, type TableProps } from './DataTable.tsx';
import type { ListState } from './ListDetail.tsx';
import { ProofMark, type ProofMarkProps } from './Proof.tsx';

export function ListTable<R extends { readonly id: string }>({
  place,
  empty,
  ...table
}: Omit<TableProps<R>, 'href'> &
  ListState & {
    /** The list's address: '/invoices'. */
    readonly place: string;
    readonly empty: ReactNode;
  }) {
  const [search] = useSearchParams();
  const kept = search.toString();
  if (table.rows.length === 0) {
    return empty;
  }
  return (
    <DataTable {...table} href={(row) => `${place}/${row.id}${kept === '' ? '' : `?${kept}`}`} />
  );
}

/** The column of proof marks, the last of every list. */
export function proofColumn<R extends { readonly id: string } & Pick<ProofMarkProps, 'anchor'>>() {
  return {
    id: 'proof',
    title: '',
    align: 'right',
    cell: (row: R) => <ProofMark anchor={row.anchor} subjectId={row.id} />,
    card: 'state',
  } as const;
}
