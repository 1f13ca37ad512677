/**
 * How what was found is shown in one line: its title, with whom, how much.
 *
 * Pure.
 */

import type { Amount } from '../lib/format-money.ts';
import type { SearchQuery } from '../lib/graphql/graphql.ts';

type Node = SearchQuery['invoices']['edges'][number]['node'];

export type Found = {
  readonly title: string;
  readonly who: string;
  readonly money: Amount | undefined;
};

export function titleOf(node: Node): Found {
  switch (node.__typename) {
    case 'Invoice':
      return {
        title: node.number,
        who: `${node.seller.name} → ${node.buyer.name}`,
        money: node.payable,
      };
    case 'Certificate':
      return {
        title: node.issuer.name,
        who: node.holder.name,
        money: node.face,
      };
    case 'FinanceRequest':
      return {
        title: node.issuer.name,
        who: node.holder.name,
        money: node.face,
      };
    case 'Leg':
      return {
        title: node.reference,
        who: `${node.payer.name} → ${node.payee.name}`,
        money: node.legAmount,
      };
    case 'StatementLine':
      return { title: node.remittance, who: node.counterparty, money: node.lineAmount };
    case 'Party':
      return { title: node.name, who: node.registrationNumber, money: undefined };
    default:
      return { title: node.id, who: '', money: undefined };
  }
}

/** Whether the server takes these words: three letters, or two that are not Latin. */
export function isSearchable(text: string): boolean {
  const letters = [...text.normalize('NFKC').trim()];
  return letters.length >= 3
    ? letters.length <= 100
    : letters.length === 2 && letters.every((each) => each > '\x7f');
}
