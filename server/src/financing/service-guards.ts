/**
 * The guards between a request and the money, looked at with the rows of this instant.
 *
 * The same functions refuse an act and fill the list that a screen shows.
 */
import { isDisputed } from '../invoice/service.ts';
import type { Reader } from '../kernel/act.ts';
import type { Refusal } from '../kernel/decision.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { deliveredInFull } from '../logistics/service.ts';
import { requireProgramme } from '../party/service.ts';
import type { CertificateRow } from '../receivable/model.ts';
import { certificateOf } from '../receivable/service.ts';
import type { Guard } from './checks.ts';
import type { RequestRow } from './model.ts';
import { heldBarrier, roomBarrier } from './service-limits.ts';
import { quoteOf } from './service-rows.ts';
import { texts } from './texts.ts';
import { certificateBarrier, firmBarrier } from './transitions.ts';

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
  // What became of the certificate after the close is not the business of a bank that was not chosen.
  const isBidder = asked.invited.includes(viewer);
  const isOpen = asked.state === 'OPEN' || (asked.state === 'CLOSED' && !isBidder);
  if (!isOpen) return [{ rule: 'PROMISE', refusal: null }];
  const certificate = await certificateOf(reader, asked.certificate);
  const guards: Guard[] = [
    { rule: 'PROMISE', refusal: null },
    { rule: 'CERTIFICATE', refusal: freeBarrier(certificate, today) },
    { rule: 'DISPUTE', refusal: await disputeBarrier(reader, certificate) },
    { rule: 'DELIVERY', refusal: await deliveryBarrier(reader, certificate) },
  ];
  if (isBidder) {
    guards.push({ rule: 'BUYER_LIMIT', refusal: await roomBarrier(reader, viewer, asked, today) });
  }
  return guards;
}

/** The guards of the payment, as they stand at this instant. */
export async function fundingGuards(
  reader: Reader,
  asked: RequestRow,
  today: BusinessDate,
): Promise<readonly Guard[]> {
  const certificate = await certificateOf(reader, asked.certificate);
  const quote = await quoteOf(reader, asked.chosen ?? '', asked);
  return [
    { rule: 'PROMISE', refusal: null },
    { rule: 'CERTIFICATE', refusal: certificateBarrier(certificate, 'RESERVED', today) },
    { rule: 'DISPUTE', refusal: await disputeBarrier(reader, certificate) },
    { rule: 'DELIVERY', refusal: await deliveryBarrier(reader, certificate) },
    { rule: 'QUOTE', refusal: firmBarrier(quote, today) },
    { rule: 'BUYER_LIMIT', refusal: await heldBarrier(reader, asked, today) },
  ];
}

export function freeBarrier(certificate: CertificateRow, today: BusinessDate): Refusal | null {
  if (certificate.pendingAct !== null) return texts.pendingReservation();
  return certificateBarrier(certificate, 'ACTIVE', today);
}

/** In dynamic discounting the buyer pays early from its own cash; a bank has nothing to buy there. */
export async function techniqueBarrier(
  reader: Reader,
  { programme }: CertificateRow,
): Promise<Refusal | null> {
  const { technique } = await requireProgramme(reader, programme);
  return technique === 'DYNAMIC_DISCOUNTING' ? texts.techniqueDiffers(technique) : null;
}

/** Whoever is to pay learns that there is a dispute, and no more of it. */
export async function disputeBarrier(
  reader: Reader,
  { invoice }: CertificateRow,
): Promise<Refusal | null> {
  return (await isDisputed(reader, invoice)) ? texts.invoiceDisputed() : null;
}

export async function deliveryBarrier(
  reader: Reader,
  { programme, invoice }: CertificateRow,
): Promise<Refusal | null> {
  const { requireDelivery } = await requireProgramme(reader, programme);
  if (!requireDelivery || (await deliveredInFull(reader, invoice))) return null;
  return texts.deliveryRequired();
}
