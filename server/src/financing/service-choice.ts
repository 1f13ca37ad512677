/**
 * The holder chooses a quote, and the chain decides whether the certificate is still free.
 */
import { resultOf } from '../../../chain/src/calc/run.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { Reader } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import { kept } from '../kernel/calculation.ts';
import type { Change, Grant } from '../kernel/change.ts';
import { update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import { shipmentGrants } from '../logistics/service.ts';
import { calendarOf, requireProgramme } from '../party/service.ts';
import type { CertificateRow } from '../receivable/model.ts';
import {
  auditorsOf,
  certificateOf,
  lock,
  noteOf,
  pathGrants,
  reservedChange,
  unlock,
} from '../receivable/service.ts';
import { priceCalculation } from './calculation.ts';
import { firstNo } from './checks.ts';
import type { QuoteRow, RequestRow } from './model.ts';
import { holderOnly } from './policy.ts';
import { creditGuard, deliveryGuard, disputeGuard, freeGuard } from './service-guards.ts';
import { blocked, freed, roomGuards } from './service-room.ts';
import type { Made } from './service-rows.ts';
import { granted, netBarrier, partsOf, quoteOf, requestSeen } from './service-rows.ts';
import { texts } from './texts.ts';
import { barrier, firmBarrier } from './transitions.ts';

/**
 * The holder chooses a quote at its price of this business day. The certificate is locked for that
 * bank and the bank's limits are blocked; whether the certificate is still free the chain decides.
 * From then on the bank sees what it buys: the path, the invoice, the delivery, the account.
 */
export const choose = handler({
  kind: 'quote.choose',
  objects: ({ request: id }) => [id],
  mandate: ({ net }) => ({ action: 'finance.request', amount: net }),
  async exposes(reader, { body }) {
    const quote = await reader.get<QuoteRow>('quote', body.quote);
    return partsOf(reader, body.request, quote?.bank ?? null);
  },
  async facts(reader, { request: id }) {
    const asked = await reader.get<RequestRow>('finance_request', id);
    return asked === null ? {} : noteOf(reader, asked.certificate);
  },
  async decide(reader, act) {
    const asked = await requestSeen(reader, act);
    const refused = holderOnly(asked, act.party) ?? barrier(asked, 'choose');
    if (refused !== null) return refused;
    const quote = await quoteOf(reader, act.body.quote, asked);
    const certificate = await certificateOf(reader, asked.certificate);
    const price = priceCalculation(quote, asked, act.businessDate);
    const netMinor = resultOf(price, 'netMinor');
    const no =
      (quote.state === 'REVEALED' ? null : texts.quoteNotFirm(quote.state)) ??
      firmBarrier(quote, act.businessDate) ??
      firstNo([
        freeGuard(certificate, act.businessDate),
        await disputeGuard(reader, certificate),
        await creditGuard(reader, certificate),
        await deliveryGuard(reader, certificate),
      ]) ??
      netBarrier(act.body.net, netMinor, asked.currency);
    if (no !== null) return no;
    if (firstNo(await roomGuards(reader, quote.bank, asked, act.businessDate)) !== null) {
      return texts.bankCannotFund();
    }

    const programme = await requireProgramme(reader, asked.programme);
    const isOpen = await calendarOf(reader, programme);
    const taken = await blocked(reader, act, quote.bank, asked, isOpen);
    const selected = { state: 'SELECTED', pendingAct: act.hash } as const;
    const waiting: RequestRow = { ...asked, ...selected, version: asked.version + 1 };
    const { change, locked } = lock(certificate, act.hash);
    const auditors = await auditorsOf(reader, asked.programme);
    return accept(
      asked.id,
      [update('finance_request', asked, selected), change, ...taken.changes],
      {
        whenFinal: [
          update('finance_request', waiting, {
            state: 'RESERVED',
            chosen: quote.id,
            bank: quote.bank,
            valueDate: act.businessDate,
            netMinor,
            exposure: taken.onBuyer,
            pendingAct: null,
          }),
          reservedChange(locked, act.note(0)),
          ...(await decidedQuotes(reader, asked, quote.id)),
          kept(act, 0, quote.id, price),
        ],
        whenRefused: [
          update('finance_request', waiting, { state: 'CLOSED', pendingAct: null }),
          unlock(locked),
          ...taken.rows.map(freed),
        ],
        grants: await boughtGrants(reader, asked, certificate, quote.bank),
        readers: [asked.holder, quote.bank, ...auditors],
      },
    );
  },
});

/** The chosen quote, and the others that lost. */
async function decidedQuotes(
  reader: Reader,
  asked: RequestRow,
  chosen: string,
): Promise<readonly Change[]> {
  const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
  return quotes
    .filter(({ state }) => state === 'REVEALED')
    .map((quote) => update('quote', quote, { state: quote.id === chosen ? 'SELECTED' : 'LOST' }));
}

/** What the chosen bank may read from now on: all that it buys, and where the money goes. */
async function boughtGrants(
  reader: Reader,
  asked: RequestRow,
  certificate: CertificateRow,
  bank: string,
): Promise<readonly Grant[]> {
  const [path, invoice, shipments, account] = await Promise.all([
    pathGrants(reader, certificate, bank),
    reader.get<InvoiceRow>('invoice', asked.invoice),
    shipmentGrants(reader, asked.invoice, [bank]),
    reader.get<Made>('account', asked.payTo),
  ]);
  invariant(invoice !== null && account !== null, 'a request has its invoice and account');
  return [
    granted(bank, 'FinanceRequest', asked),
    ...path,
    granted(bank, 'Invoice', invoice),
    granted(bank, 'Document', { id: invoice.document, createdMs: invoice.createdMs }),
    ...shipments,
    granted(bank, 'Account', account),
  ];
}
