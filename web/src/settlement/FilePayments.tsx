/** The payments of a file, as they stand in it. */
import { Link } from 'react-router';
import type { FileQuery } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { fileTexts } from './file-texts.ts';

type File = FileQuery['instruction'];
type Payment = File['payments'][number] & { readonly id: string };

export function FilePayments({ file }: { readonly file: File }) {
  const say = useTexts(fileTexts);
  const columns: readonly Column<Payment>[] = [
    {
      id: 'payee',
      title: say('payee'),
      cell: (row) => row.payee,
      text: (row) => row.payee,
      card: 'title',
    },
    {
      id: 'account',
      title: say('payeeAccount'),
      extra: true,
      cell: (row) => row.identifier,
      text: (row) => row.identifier ?? '',
      card: 'line',
    },
    {
      id: 'reference',
      title: say('reference'),
      cell: (row) => <Link to={`/payments/${row.legId}`}>{row.reference}</Link>,
      text: (row) => row.reference,
      card: 'line',
    },
    {
      id: 'amount',
      title: say('amount'),
      align: 'right',
      cell: (row) => <MoneyText money={row.amount} />,
      text: (row) => row.amount.amount,
      card: 'amount',
    },
  ];
  return (
    <DataTable
      caption={say('payments')}
      columns={columns}
      rows={file.payments.map((payment) => ({ ...payment, id: payment.reference }))}
    />
  );
}
