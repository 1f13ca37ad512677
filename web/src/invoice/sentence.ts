/** Where an invoice stands, as a sentence: who did what, how much, when. */
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { InvoicePartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { invoiceTexts } from './texts.ts';

/** The names and figures of an invoice, ready to stand in a sentence. */
export function useInvoiceWords(invoice: InvoicePartsFragment) {
  const language = useLanguage();
  const { proposal } = invoice;
  const open = proposal?.state === 'OPEN' ? proposal : undefined;
  const approved = open?.approved ?? invoice.approved;
  const due = open?.dueDate ?? invoice.dueDate;
  return {
    number: invoice.number,
    seller: invoice.seller.name,
    buyer: invoice.buyer.name,
    payable: formatMoney(invoice.payable),
    approved: approved === null || approved === undefined ? '' : formatMoney(approved),
    due: due === null || due === undefined ? '' : formatDay(due, language),
    confirmBy: formatDay(invoice.confirmBy, language),
    by: proposal?.proposedBy ?? '',
    reason: open?.reason ?? invoice.approvedReason ?? invoice.refusalReason ?? '',
    question: invoice.question ?? '',
  };
}

export function useInvoiceSentence(invoice: InvoicePartsFragment): string {
  const say = useTexts(invoiceTexts);
  const words = useInvoiceWords(invoice);
  switch (invoice.state) {
    case 'SUBMITTED':
      return say('saySubmitted', words);
    case 'RECEIVED':
      return say(invoice.proposal?.state === 'OPEN' ? 'sayProposed' : 'sayReceived', words);
    case 'QUERIED':
      return say('sayQueried', words);
    case 'CONFIRMED':
      return say('sayConfirmed', words);
    case 'PARTLY_CONFIRMED':
      return say('sayPartly', words);
    case 'CERTIFIED':
      return say(
        invoice.approved?.amount === invoice.payable.amount ? 'sayConfirmed' : 'sayPartly',
        words,
      );
    case 'PART_PAID':
      return say('sayPartPaid', words);
    case 'PAID':
    case 'CLOSED':
      return say('sayPaid', words);
    case 'REFUSED':
      return say('sayRefused', words);
    case 'EXPIRED':
      return say('sayExpired', words);
    case 'WITHDRAWN':
      return say('sayWithdrawn', words);
    case 'INVALID':
      return say('sayInvalid', words);
  }
}
