/**
 * The books follow the trade: whatever an act changes is looked at, and booked with it.
 *
 * No handler knows of the ledger. `withBookings` stands around each: it decides as before, then adds
 * the entries to what the act changes, or, where the chain decides, to what changes when it is final.
 * The audit replays the same handlers, and so derives every entry again.
 */
import { price } from '../../../chain/src/calc/price.ts';
import type { QuoteRow, RequestRow } from '../financing/model.ts';
import { fundedRequest } from '../financing/service.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { Act, AnyHandler, Reader } from '../kernel/act.ts';
import type { Change } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { CertificateRow } from '../receivable/model.ts';
import type { AllocationRow } from '../recovery/model.ts';
import type { LegRow, PaymentRow } from '../settlement/model.ts';
import { bookings } from './booking.ts';
import { applicationIn, creditedOccurrences } from './crediting.ts';
import { booksNothing } from './events.ts';
import type { Occurrence } from './model.ts';

/** The same handler; what it accepts is booked. */
export function withBookings(handler: AnyHandler): AnyHandler {
  if (booksNothing.has(handler.kind)) return handler;
  return {
    ...handler,
    async decide(reader, act) {
      const decision = await handler.decide(reader, act);
      if (decision.kind === 'refusal') return decision;
      const { changes, whenFinal } = decision;
      if (whenFinal.length > 0) {
        const entries = await entriesOf(reader, act, whenFinal);
        return { ...decision, whenFinal: [...whenFinal, ...entries] };
      }
      return { ...decision, changes: [...changes, ...(await entriesOf(reader, act, changes))] };
    },
  };
}

/** The entries of what an act changes; `reader` shows the rows as they were before it. */
export async function entriesOf(
  reader: Reader,
  act: Act,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  const application = applicationIn(changes);
  if (application !== null) {
    const needs = { aboutOf, supplierOf, financingOf };
    return bookings(await creditedOccurrences(reader, application, changes, needs), act);
  }
  const found = await Promise.all(changes.map((change) => occurrencesOf(reader, change, changes)));
  return bookings(found.flat(), act);
}

async function occurrencesOf(
  reader: Reader,
  { table, op, row }: Change,
  changes: readonly Change[],
): Promise<readonly Occurrence[]> {
  const isNew = op === 'insert';
  if (table === 'invoice' && !isNew) return confirmedInvoice(reader, row as InvoiceRow);
  if (table === 'certificate') {
    const certificate = row as CertificateRow;
    return isNew ? newCertificate(reader, certificate) : moved(reader, certificate, changes);
  }
  if (table === 'payment' && isNew) return paid(reader, row as PaymentRow);
  if (table === 'leg' && isNew) return owedBack(reader, row as LegRow);
  if (table === 'allocation' && isNew) return lateInterest(reader, row as AllocationRow);
  return [];
}

// Promises and certificates.

async function confirmedInvoice(
  reader: Reader,
  invoice: InvoiceRow,
): Promise<readonly Occurrence[]> {
  const before = await reader.get<InvoiceRow>('invoice', invoice.id);
  if (invoice.approvedMinor === null || before?.approvedMinor !== null) return [];
  const { dueDate: maturityDate } = invoice;
  invariant(maturityDate !== null, 'a promise has its day');
  const { id, programme, currency, buyer, seller: supplier, approvedMinor: whole } = invoice;
  return [
    {
      ...{ event: 'INVOICE_CONFIRMED', programme, currency, invoice: id, subject: id },
      ...{ certificate: null, root: null, parties: { buyer, supplier }, amounts: { whole } },
      ...{ maturityDate, payableDate: null },
    },
  ];
}

async function newCertificate(
  reader: Reader,
  certificate: CertificateRow,
): Promise<readonly Occurrence[]> {
  const { issuer: buyer, holder, parent, faceMinor: whole } = certificate;
  const about = aboutOf(certificate);
  if (parent === null) {
    const supplier = await supplierOf(reader, certificate);
    const parties = { buyer, supplier };
    return [{ ...about, event: 'CERTIFICATE_ISSUED', parties, amounts: { whole } }];
  }
  const above = await reader.get<CertificateRow>('certificate', parent);
  if (above === null || above.holder === holder) return [];
  const parties = { buyer, from: above.holder, to: holder };
  return [{ ...about, event: 'CERTIFICATE_PASSED', parties, amounts: { whole } }];
}

/** A certificate that was there before: taken, declined, or bought by a bank. */
async function moved(
  reader: Reader,
  certificate: CertificateRow,
  changes: readonly Change[],
): Promise<readonly Occurrence[]> {
  const before = await reader.get<CertificateRow>('certificate', certificate.id);
  if (before === null) return [];
  const { issuer: buyer, faceMinor: whole, holder: supplier } = before;
  const about = aboutOf(certificate);
  if (before.state === 'OFFERED' && certificate.state !== 'OFFERED') {
    const event = certificate.state === 'VOID' ? 'CERTIFICATE_DECLINED' : 'CERTIFICATE_ACCEPTED';
    return [{ ...about, event, parties: { buyer, supplier }, amounts: { whole } }];
  }
  if (before.state !== 'RESERVED' || certificate.state !== 'ASSIGNED') return [];
  const asked = changes
    .filter(({ table }) => table === 'finance_request')
    .map(({ row }) => row as unknown as RequestRow)
    .find((each) => each.certificate === certificate.id);
  invariant(asked !== undefined, 'what is bought was asked for');
  return [await fundedOccurrence(reader, certificate, asked)];
}

async function fundedOccurrence(
  reader: Reader,
  certificate: CertificateRow,
  asked: RequestRow,
): Promise<Occurrence> {
  const { bank, holder: seller, faceMinor: whole, netMinor: net, valueDate } = asked;
  const quote = await reader.get<QuoteRow>('quote', asked.chosen ?? '');
  invariant(
    quote !== null && bank !== null && net !== null && valueDate !== null,
    'a bought certificate has its bank, its price and its day',
  );
  const { advanceMinor, discountMinor, reserveMinor } = price(
    whole,
    quote,
    valueDate,
    asked.payableDate,
  );
  const supplier = await supplierOf(reader, certificate);
  const [discount, reserve] = [discountMinor, reserveMinor];
  return {
    ...aboutOf(certificate),
    event: quote.recourse === 'FULL' ? 'FUNDED_WITH_RECOURSE' : 'FUNDED',
    parties: { buyer: certificate.issuer, supplier, seller, bank },
    amounts: { whole, net, reserve, discount, fee: advanceMinor - discountMinor - net },
  };
}

// Payments.

async function paid(
  reader: Reader,
  { leg: id, appliedMinor: whole }: PaymentRow,
): Promise<readonly Occurrence[]> {
  const leg = await reader.get<LegRow>('leg', id);
  invariant(leg !== null, 'a payment pays a leg');
  const certificate = await reader.get<CertificateRow>('certificate', leg.certificate);
  invariant(certificate !== null, 'a leg belongs to a certificate');
  const { payer, payee } = leg;
  const about = { ...aboutOf(certificate), subject: leg.id };
  const parties = { payer, payee };
  switch (leg.kind) {
    // The bank's money is booked with what it buys.
    case 'FUNDING':
      return [];
    case 'RESERVE':
      return [{ ...about, event: 'RESERVE_PAID', parties, amounts: { whole } }];
    case 'REFUND':
      return [{ ...about, event: 'OVERPAYMENT_RETURNED', parties, amounts: { whole } }];
    case 'RECOURSE':
      return [{ ...about, event: 'CLAIM_PAID', parties, amounts: { whole } }];
    case 'REPAYMENT':
      return repaid(reader, leg, certificate, whole);
  }
}

async function repaid(
  reader: Reader,
  leg: LegRow,
  certificate: CertificateRow,
  whole: bigint,
): Promise<readonly Occurrence[]> {
  const about = { ...aboutOf(certificate), subject: leg.id };
  const { payer: buyer, payee } = leg;
  const supplier = await supplierOf(reader, certificate);
  const asked = await financingOf(reader, certificate);
  if (asked?.bank !== payee || asked.chosen === null) {
    const parties = { buyer, supplier, payee };
    return [{ ...about, event: 'CERTIFICATE_PAID', parties, amounts: { whole } }];
  }
  const parties = { buyer, supplier, bank: payee, seller: asked.holder };
  const quote = await reader.get<QuoteRow>('quote', asked.chosen);
  const discount = await unearned(reader, certificate, payee);
  const isAll = whole === certificate.openMinor;
  return [
    { ...about, event: 'FINANCING_PAID', parties, amounts: { whole } },
    ...(quote?.recourse === 'FULL'
      ? [{ ...about, event: 'RECOURSE_LAPSED' as const, parties, amounts: { whole } }]
      : []),
    ...(isAll
      ? [{ ...about, event: 'DISCOUNT_EARNED' as const, parties, amounts: { discount } }]
      : []),
  ];
}

/** The discount of a financing that is not income yet. */
async function unearned(
  reader: Reader,
  certificate: CertificateRow,
  party: string,
): Promise<bigint> {
  const by = { certificate: certificate.id, account: 'UNEARNED_DISCOUNT', party };
  return -(await reader.total('ledger_posting', by, 'amountMinor'));
}

/** The financing by which a bank holds the certificate, or held it to the end. */
async function financingOf(
  reader: Reader,
  certificate: CertificateRow,
): Promise<RequestRow | undefined> {
  return (await fundedRequest(reader, certificate.id)) ?? undefined;
}

/** What of a receipt was interest for late payment: what is kept back is less by it. */
async function lateInterest(
  reader: Reader,
  { request, leg: id, overdueMinor: whole }: AllocationRow,
): Promise<readonly Occurrence[]> {
  if (whole === 0n) return [];
  const asked = await reader.get<RequestRow>('finance_request', request);
  const certificate = await reader.get<CertificateRow>('certificate', asked?.certificate ?? '');
  invariant(asked?.bank != null && certificate !== null, 'what is paid back was paid out');
  const parties = { bank: asked.bank, seller: asked.holder };
  return [
    { ...aboutOf(certificate), subject: id, event: 'LATE_INTEREST', parties, amounts: { whole } },
  ];
}

/** More was paid than is owed: it is owed back from now on. */
async function owedBack(reader: Reader, leg: LegRow): Promise<readonly Occurrence[]> {
  if (leg.kind !== 'REFUND') return [];
  const certificate = await reader.get<CertificateRow>('certificate', leg.certificate);
  invariant(certificate !== null, 'a leg belongs to a certificate');
  const parties = { from: leg.payee, to: leg.payer };
  const amounts = { whole: leg.amountMinor };
  return [{ ...aboutOf(certificate), subject: leg.id, event: 'OVERPAID', parties, amounts }];
}

function aboutOf(certificate: CertificateRow) {
  const { id, root, invoice, programme, currency, maturityDate, payableDate } = certificate;
  const days = { maturityDate, payableDate };
  return { programme, currency, invoice, subject: id, certificate: id, root, ...days };
}

async function supplierOf(reader: Reader, { invoice }: CertificateRow): Promise<string> {
  const row = await reader.get<InvoiceRow>('invoice', invoice);
  invariant(row !== null, 'a certificate stands on an invoice');
  return row.seller;
}
