/**
 * The guards between a certificate and the money, looked at with the rows of this instant.
 *
 *   eligibilityGuards ── before anyone asks ──▶ guardsOf ── while banks quote ──▶ fundingGuards
 *
 * The same functions refuse an act and fill the list that a screen shows; what the last of them saw
 * is kept with the approval, as the state at funding.
 */
import { creditBarrier } from '../dispute/crediting.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { promisedStates } from '../invoice/model.ts';
import { isDisputed } from '../invoice/service.ts';
import type { Parts, Reader } from '../kernel/act.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { deliveredInFull } from '../logistics/service.ts';
import type { AccountRow } from '../party/model.ts';
import { exposureBarrier, requireProgramme } from '../party/service.ts';
import type { CertificateRow } from '../receivable/model.ts';
import { certificateOf } from '../receivable/service.ts';
import { type Guard, guard } from './checks.ts';
import type { RequestRow } from './model.ts';
import { liveRequestStates } from './model.ts';
import { heldGuards, roomGuards } from './service-room.ts';
import { quoteOf } from './service-rows.ts';
import { texts } from './texts.ts';
import { certificateBarrier, firmBarrier } from './transitions.ts';

/** Why cash can or cannot be asked for on a certificate, every rule of it, also those that are in order. */
export async function eligibilityGuards(
  reader: Reader,
  certificate: CertificateRow,
  today: BusinessDate,
): Promise<readonly Guard[]> {
  const known = await reader.where<RequestRow>('finance_request', 'certificate', certificate.id);
  const live = known.find(({ state }) => liveRequestStates.has(state));
  return [
    await promiseGuard(reader, certificate),
    freeGuard(certificate, today),
    guard('REQUEST', live === undefined ? null : texts.requestExists(live.state), {
      seen: 'none',
      expected: 'none under way',
    }),
    await techniqueGuard(reader, certificate),
    await disputeGuard(reader, certificate),
    await creditGuard(reader, certificate),
    await deliveryGuard(reader, certificate),
    await partiesGuard(reader, { holder: certificate.holder, buyer: certificate.issuer }),
  ];
}

/** Every guard that stands between the request and the money, for this viewer, today. */
export async function guardsOf(
  reader: Reader,
  asked: RequestRow,
  viewer: string,
  today: BusinessDate,
): Promise<readonly Guard[]> {
  const isWinner = viewer === asked.bank;
  if (isWinner && (asked.state === 'RESERVED' || asked.state === 'APPROVAL')) {
    return fundingGuards(reader, asked, today);
  }
  const certificate = await certificateOf(reader, asked.certificate);
  // What became of the certificate after the close is not the business of a bank that was not chosen.
  const isBidder = asked.invited.includes(viewer);
  const isOpen = asked.state === 'OPEN' || (asked.state === 'CLOSED' && !isBidder);
  if (!isOpen) return [await promiseGuard(reader, certificate)];
  return [
    await promiseGuard(reader, certificate),
    freeGuard(certificate, today),
    await disputeGuard(reader, certificate),
    await creditGuard(reader, certificate),
    await deliveryGuard(reader, certificate),
    ...(isBidder ? await roomGuards(reader, viewer, asked, today) : []),
  ];
}

/** The guards of the payment, as they stand at this instant. */
export async function fundingGuards(
  reader: Reader,
  asked: RequestRow,
  today: BusinessDate,
): Promise<readonly Guard[]> {
  const { bank, holder, issuer } = asked;
  invariant(bank !== null, 'a reserved request has its bank');
  const certificate = await certificateOf(reader, asked.certificate);
  const quote = await quoteOf(reader, asked.chosen ?? '', asked);
  return [
    await promiseGuard(reader, certificate),
    guard('CERTIFICATE', certificateBarrier(certificate, 'RESERVED', today), {
      seen: `${certificate.state}, due ${certificate.payableDate}`,
      expected: `RESERVED, due after ${today}`,
    }),
    await disputeGuard(reader, certificate),
    await creditGuard(reader, certificate),
    await deliveryGuard(reader, certificate),
    await partiesGuard(reader, { bank, holder, buyer: issuer }),
    await accountGuard(reader, holder, asked.payTo, asked.currency),
    guard('QUOTE', firmBarrier(quote, today), {
      seen: `firm until ${quote.validToDate}`,
      expected: `${today} or later`,
    }),
    ...(await heldGuards(reader, asked, today)),
  ];
}

export function freeGuard(certificate: CertificateRow, today: BusinessDate): Guard {
  const refusal =
    certificate.pendingAct === null
      ? certificateBarrier(certificate, 'ACTIVE', today)
      : texts.pendingReservation();
  return guard('CERTIFICATE', refusal, {
    seen: `${certificate.state}, due ${certificate.payableDate}`,
    expected: `ACTIVE, due after ${today}`,
  });
}

/** Whoever is to pay learns that there is a dispute, and no more of it. */
export async function disputeGuard(
  reader: Reader,
  { invoice }: Pick<CertificateRow, 'invoice'>,
): Promise<Guard> {
  const refusal = (await isDisputed(reader, invoice)) ? texts.invoiceDisputed() : null;
  return guard('DISPUTE', refusal, { seen: 'none', expected: 'no dispute on record' });
}

/** Whoever is to pay learns that a credit note is still to be applied, and no more of it. */
export async function creditGuard(reader: Reader, { invoice }: CertificateRow): Promise<Guard> {
  const refusal = await creditBarrier(reader, invoice);
  return guard('CREDIT_NOTE', refusal, { seen: 'none', expected: 'nothing to be credited' });
}

export async function deliveryGuard(
  reader: Reader,
  { programme, invoice }: Pick<CertificateRow, 'programme' | 'invoice'>,
): Promise<Guard> {
  const { requireDelivery } = await requireProgramme(reader, programme);
  if (!requireDelivery) {
    return guard('DELIVERY', null, { seen: 'not asked for', expected: 'not asked for' });
  }
  const refusal = (await deliveredInFull(reader, invoice)) ? null : texts.deliveryRequired();
  return guard('DELIVERY', refusal, { seen: 'received', expected: 'received' });
}

/** Whether the money can go to that account; an account of somebody else is not found. */
export async function accountGuard(
  reader: Reader,
  owner: string,
  id: string,
  currency: string,
): Promise<Guard> {
  const account = await reader.get<AccountRow>('account', id);
  if (account === null || account.owner !== owner) throw notFound();
  const isOther = account.currency !== null && account.currency !== currency;
  return guard('ACCOUNT', isOther ? texts.accountCurrency(account.currency, currency) : null, {
    seen: account.identifier,
    expected: `an account of the holder in ${currency}`,
  });
}

/** The promise is looked at, not taken for granted: it may have been given for less, or not at all. */
async function promiseGuard(
  reader: Reader,
  { invoice: id }: Pick<CertificateRow, 'invoice'>,
): Promise<Guard> {
  const invoice = await reader.get<InvoiceRow>('invoice', id);
  invariant(invoice !== null, 'a certificate has its invoice');
  const isPromised = promisedStates.includes(invoice.state);
  return guard('PROMISE', isPromised ? null : texts.notConfirmed(invoice.state), {
    seen: invoice.state,
    expected: promisedStates.join(' or '),
  });
}

/** In dynamic discounting the buyer pays early from its own cash; a bank has nothing to buy there. */
async function techniqueGuard(
  reader: Reader,
  { programme }: Pick<CertificateRow, 'programme'>,
): Promise<Guard> {
  const { technique } = await requireProgramme(reader, programme);
  const refusal = technique === 'DYNAMIC_DISCOUNTING' ? texts.techniqueDiffers(technique) : null;
  return guard('TECHNIQUE', refusal, { seen: technique, expected: 'a technique with a bank' });
}

/** Nobody who is suspended takes on something new, nor is anything new taken on for it. */
async function partiesGuard(reader: Reader, parts: Parts): Promise<Guard> {
  return guard('PARTIES', await exposureBarrier(reader, parts), {
    seen: 'ACTIVE',
    expected: 'ACTIVE',
  });
}
