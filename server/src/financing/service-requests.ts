/**
 * The request of a holder for cash: asked, closed at its moment, taken back, lapsed.
 *
 * What it locked is free again when it ends; each bank learns only of the request, never of the others.
 */
import type { InvoiceRow } from '../invoice/model.ts';
import { promisedStates } from '../invoice/model.ts';
import type { Act, Reader } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import type { Change, Grant } from '../kernel/change.ts';
import { insert, update } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { membersOf } from '../party/service.ts';
import type { CertificateRow } from '../receivable/model.ts';
import {
  auditorsOf,
  certificateOf,
  mandateBarrier,
  maySee,
  releasedChange,
} from '../receivable/service.ts';
import { firstNo } from './checks.ts';
import type { FundingProposalRow, QuoteRow, RequestRow } from './model.ts';
import { holderOnly } from './policy.ts';
import { accountGuard, eligibilityGuards } from './service-guards.ts';
import { exposuresOf, releasedExposures } from './service-room.ts';
import { granted, requestOf, requestSeen } from './service-rows.ts';
import { texts } from './texts.ts';
import {
  afterClose,
  barrier,
  invitedBarrier,
  isLapsed,
  ranking,
  reasonBarrier,
  windowBarrier,
} from './transitions.ts';

/** The holder asks for cash and names the banks that may quote; each bank learns only of the request. */
export const request = handler({
  kind: 'finance.request',
  objects: ({ certificate }) => [certificate],
  mandate: () => ({ action: 'finance.request', amount: null }),
  async exposes(reader, { body }) {
    const certificate = await reader.get<CertificateRow>('certificate', body.certificate);
    return certificate === null ? {} : { holder: certificate.holder, buyer: certificate.issuer };
  },
  async decide(reader, act) {
    const { body } = act;
    const unconfirmed = await unconfirmedInvoice(reader, act);
    if (unconfirmed !== null) return unconfirmed;
    const certificate = await certificateOf(reader, body.certificate);
    const { currency, faceMinor } = certificate;
    const face = { minor: faceMinor, currency };
    const no =
      holderOnly(certificate, act.party) ??
      (await mandateBarrier(reader, act, 'finance.request', face)) ??
      firstNo(await eligibilityGuards(reader, certificate, act.businessDate)) ??
      invitedBarrier(body.invited) ??
      windowBarrier(body.closesAtMs, act.at);
    if (no !== null) return no;
    const { programme } = certificate;
    const banks = await membersOf(reader, programme, 'BANK');
    if (!body.invited.every((bank) => banks.includes(bank))) throw notFound();
    const account = await accountGuard(reader, act.party, body.payTo, currency);
    if (account.refusal !== null) return account.refusal;

    const asked: RequestRow = {
      id: act.id('req', 0),
      version: 1,
      state: 'OPEN',
      certificate: certificate.id,
      invoice: certificate.invoice,
      programme,
      holder: certificate.holder,
      issuer: certificate.issuer,
      faceMinor,
      currency,
      payableDate: certificate.payableDate,
      payTo: body.payTo,
      invited: body.invited,
      closesAtMs: body.closesAtMs,
      quoteCount: 0,
      chosen: null,
      bank: null,
      valueDate: null,
      netMinor: null,
      exposure: null,
      proposal: null,
      fundByDate: null,
      failReason: null,
      follows: null,
      pendingAct: null,
      createdMs: act.at,
    };
    const readers = [asked.holder, ...(await auditorsOf(reader, programme))];
    return accept(asked.id, [insert('finance_request', asked)], {
      grants: [
        ...readers.map((party) => granted(party, 'FinanceRequest', asked)),
        ...asked.invited.map((bank) => granted(bank, 'FinanceRequest', asked, 'S' as const)),
      ],
      readers,
    });
  },
});

/** The window has closed: quotes are opened and ranked by net cash; a bank learns its own rank. */
export const close = handler({
  kind: 'finance.close',
  objects: ({ request: id }) => [id],
  async decide(reader, act) {
    const asked = await requestOf(reader, act.body.request);
    const no = barrier(asked, 'close') ?? afterClose(asked, act.at);
    if (no !== null) return no;

    const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
    const sealed = quotes.filter(({ state }) => state === 'COMMITTED');
    const ranked = ranking(sealed, asked, act.businessDate);
    const rankOf = new Map(ranked.map(({ quote, rank }) => [quote.id, rank]));
    const readers = [asked.holder, ...(await auditorsOf(reader, asked.programme))];
    return accept(
      asked.id,
      [
        update('finance_request', asked, {
          state: ranked.length === 0 ? 'CLOSED_NO_BID' : 'CLOSED',
          quoteCount: sealed.length,
        }),
        ...sealed.map((quote) => {
          const rank = rankOf.get(quote.id) ?? null;
          return update('quote', quote, { state: rank === null ? 'EXPIRED' : 'REVEALED', rank });
        }),
      ],
      {
        grants: sealed.flatMap((quote) =>
          readers.flatMap((party) => [granted(party, 'Quote', quote), actGranted(party, quote)]),
        ),
        readers: [...readers, ...asked.invited],
      },
    );
  },
});

/** The holder takes the request back before choosing; sealed quotes stay sealed for ever. */
export const withdraw = handler({
  kind: 'finance.withdraw',
  objects: ({ request: id }) => [id],
  mandate: () => ({ action: 'finance.request', amount: null }),
  async decide(reader, act) {
    const asked = await requestSeen(reader, act);
    const no =
      holderOnly(asked, act.party) ?? barrier(asked, 'withdraw') ?? reasonBarrier(act.body.reason);
    if (no !== null) return no;
    return accept(
      asked.id,
      [
        update('finance_request', asked, { state: 'WITHDRAWN' }),
        ...(await endedQuotes(reader, asked)),
      ],
      { readers: [asked.holder, ...(await auditorsOf(reader, asked.programme))] },
    );
  },
});

/**
 * Nothing can come of the request any more: its quotes are no longer firm, maturity has come, or the
 * certificate went another way. What was locked for it is free again.
 */
export const expire = handler({
  kind: 'finance.expire',
  objects: ({ request: id }) => [id],
  async decide(reader, act) {
    const asked = await requestOf(reader, act.body.request);
    const certificate = await certificateOf(reader, asked.certificate);
    const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
    const no = barrier(asked, 'expire');
    if (no !== null) return no;
    const [taken] = await exposuresOf(reader, asked);
    const blockedTo = taken?.blockedToDate ?? null;
    if (!isLapsed({ ...asked, blockedTo }, quotes, certificate, act.businessDate)) {
      return texts.notLapsed();
    }

    const isLocked = asked.state === 'RESERVED' || asked.state === 'APPROVAL';
    const bank = asked.bank === null ? [] : [asked.bank];
    return accept(
      asked.id,
      [
        update('finance_request', asked, { state: 'EXPIRED' }),
        ...(await endedQuotes(reader, asked)),
        ...(await voidedProposal(reader, asked)),
        ...(await releasedExposures(reader, asked)),
        ...(isLocked ? [releasedChange(certificate)] : []),
      ],
      { readers: [asked.holder, ...bank, ...(await auditorsOf(reader, asked.programme))] },
    );
  },
});

/** Quotes of a request that came to nothing. */
async function endedQuotes(reader: Reader, asked: RequestRow): Promise<readonly Change[]> {
  const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
  return quotes
    .filter(({ state }) => state === 'COMMITTED' || state === 'REVEALED' || state === 'SELECTED')
    .map((quote) => update('quote', quote, { state: 'EXPIRED' }));
}

async function voidedProposal(reader: Reader, asked: RequestRow): Promise<readonly Change[]> {
  if (asked.state !== 'APPROVAL' || asked.proposal === null) return [];
  const proposal = await reader.get<FundingProposalRow>('funding_proposal', asked.proposal);
  invariant(proposal !== null, 'a request in approval has its proposal');
  return [update('funding_proposal', proposal, { state: 'VOID' })];
}

/** An invoice of one's own, asked for too early, is told apart from what is not there. */
async function unconfirmedInvoice(
  reader: Reader,
  act: Act<'finance.request'>,
): Promise<Refusal | null> {
  const id = act.body.certificate;
  if (!(await maySee(reader, act.party, id))) throw notFound();
  const invoice = await reader.get<InvoiceRow>('invoice', id);
  if (invoice === null) return null;
  if (promisedStates.includes(invoice.state)) throw notFound();
  return texts.notConfirmed(invoice.state);
}

/** The act that committed a quote, opened with it: whoever reads it can check what was sealed. */
function actGranted(reader: string, { act, createdMs }: QuoteRow): Grant {
  const hex = Array.from(act, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return { reader, object: `act_${hex}`, type: 'Act', level: 'F', sinceMs: createdMs };
}
