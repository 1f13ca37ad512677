/**
 * The words of the ledger: every event of the trade, in the books of each organisation that it touches.
 *
 * An entry is one event in one organisation's books. Its postings are debits above zero and credits
 * below; in every currency they sum to nothing. What is booked never changes: a correction is an entry
 * of its own. Amounts are minor units of the posting's currency.
 */
import type { BusinessDate } from '../kernel/time.ts';

/**
 * INVOICE_CONFIRMED          the buyer has promised; it owes, and its supplier is owed
 * CERTIFICATE_ISSUED         the promise entered the programme's arrangement as a certificate
 * CERTIFICATE_DECLINED       the supplier did not take it; the invoice stays owed outside
 * CERTIFICATE_ACCEPTED       the supplier took it, or let it fall due
 * CERTIFICATE_PASSED         a supplier paid another one with it
 * FUNDED                     a bank bought it; who sold it answers for no default of the buyer
 * FUNDED_WITH_RECOURSE       a bank bought it, and whoever sold it answers for the buyer in full
 * CERTIFICATE_PAID           the buyer paid the holder of record
 * FINANCING_PAID             the buyer paid the bank that had bought it
 * RECOURSE_LAPSED            what the bank received can no longer be claimed from who sold it
 * DISCOUNT_EARNED            time has passed, or the bank was paid: discount becomes income
 * RESERVE_PAID               the bank paid out what it had kept back
 * LATE_INTEREST              interest for late payment, taken out of what is kept back
 * CLAIM_PAID                 who sold it paid what the bank claimed
 * OVERPAID                   somebody was paid more than was owed
 * OVERPAYMENT_RETURNED       and paid it back
 * CREDITED                   a credit note took off what its seller held as a certificate
 * CREDITED_UNTAKEN           … what was offered to the seller and not taken yet
 * CREDITED_OUTSIDE           … what was owed without a certificate
 * CREDITED_SOLD              … what a bank had bought, which takes it from what it kept back
 * CREDITED_BACK              … what others hold: the buyer pays it, and the seller owes it back
 */
export const ledgerEvents = [
  'INVOICE_CONFIRMED',
  'CERTIFICATE_ISSUED',
  'CERTIFICATE_DECLINED',
  'CERTIFICATE_ACCEPTED',
  'CERTIFICATE_PASSED',
  'FUNDED',
  'FUNDED_WITH_RECOURSE',
  'CERTIFICATE_PAID',
  'FINANCING_PAID',
  'RECOURSE_LAPSED',
  'DISCOUNT_EARNED',
  'RESERVE_PAID',
  'LATE_INTEREST',
  'CLAIM_PAID',
  'OVERPAID',
  'OVERPAYMENT_RETURNED',
  'CREDITED',
  'CREDITED_UNTAKEN',
  'CREDITED_OUTSIDE',
  'CREDITED_SOLD',
  'CREDITED_BACK',
] as const;
export type LedgerEvent = (typeof ledgerEvents)[number];

export type EntryRow = {
  readonly id: string;
  readonly version: number;
  /** Whose books. */
  readonly party: string;
  readonly programme: string;
  readonly event: LedgerEvent;
  /** The act that it follows from. */
  readonly act: Uint8Array;
  readonly occurredDate: BusinessDate;
  /** What it is about: an invoice, a certificate or a payment, as far as the party may know it. */
  readonly subject: string;
  readonly invoice: string;
  readonly createdMs: bigint;
};

export type PostingRow = {
  readonly id: string;
  readonly version: number;
  readonly entry: string;
  readonly party: string;
  readonly programme: string;
  readonly event: LedgerEvent;
  /** As in accounts.ts. */
  readonly account: string;
  readonly currency: string;
  /** A debit above zero, a credit below. */
  readonly amountMinor: bigint;
  readonly occurredDate: BusinessDate;
  /** When what stands on the account is to be paid; `never` where nothing is. */
  readonly dueDate: BusinessDate;
  /** With whom, as far as the party may know. */
  readonly counterparty: string;
  readonly invoice: string;
  /** The certificate, as far as the party may know it. */
  readonly certificate: string | null;
  readonly createdMs: bigint;
};

/** The due date of what is not to be paid on any day, as PostgreSQL writes it. */
export const never = 'infinity';

/** Who takes part in an event; whose books it is in is one of them. */
export type Part = 'buyer' | 'supplier' | 'seller' | 'bank' | 'payer' | 'payee' | 'from' | 'to';

/** The amounts of an event; most have one, the `whole`. */
export type AmountName = 'whole' | 'net' | 'reserve' | 'discount' | 'fee';

/** An event that has happened, with all that its postings say. */
export type Occurrence = {
  readonly event: LedgerEvent;
  readonly programme: string;
  readonly currency: string;
  readonly invoice: string;
  /** The object that it is about. */
  readonly subject: string;
  readonly certificate: string | null;
  /** The first certificate of the promise: what the buyer knows, whoever holds its parts. */
  readonly root: string | null;
  /** The buyer's day, and the business day on which its money moves; null while there is no certificate. */
  readonly maturityDate: BusinessDate;
  readonly payableDate: BusinessDate | null;
  readonly parties: Readonly<Partial<Record<Part, string>>>;
  readonly amounts: Readonly<Partial<Record<AmountName, bigint>>>;
};
