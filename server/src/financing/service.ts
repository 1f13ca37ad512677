/**
 * Competing finance: load, permit, decide. Each handler decides one kind of act.
 *
 * Quotes are sealed: until the window closes a quote and its act are seen by its bank alone, and
 * afterwards by the holder and the auditors; a bank never sees another bank's. Acts on quotes do not
 * refer to the request's other acts, for these would betray how many there are. A bank's limits are
 * seen by the bank and the auditors. Settlement's rows come in through `legs`.
 */
import { resultOf } from '../../../chain/src/calc/run.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { promisedStates } from '../invoice/model.ts';
import { isDisputed } from '../invoice/service.ts';
import type { Act, Reader } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import { kept } from '../kernel/calculation.ts';
import type { Change, Grant } from '../kernel/change.ts';
import { insert, update } from '../kernel/change.ts';
import type { Accepted, Refusal } from '../kernel/decision.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { deliveredInFull, shipmentGrants } from '../logistics/service.ts';
import { calendarOf, membersOf, requireProgramme } from '../party/service.ts';
import type { Addition, CertificateRow, Recourse } from '../receivable/model.ts';
import { recourses } from '../receivable/model.ts';
import {
  auditorsOf,
  certificateOf,
  fundedChange,
  lock,
  mandateBarrier,
  maySee,
  noteOf,
  pathGrants,
  releasedChange,
  reservedChange,
  unlock,
} from '../receivable/service.ts';
import { priceCalculation } from './calculation.ts';
import type { Guard } from './checks.ts';
import { firstNo } from './checks.ts';
import { limitBarrier, limitFor, usageOf } from './exposure.ts';
import type {
  ExposureRow,
  FundingLegs,
  FundingProposalRow,
  LimitRow,
  QuoteRow,
  RequestRow,
} from './model.ts';
import { liveRequestStates, notPaidInTime } from './model.ts';
import { chosenBankOnly, holderOnly, otherPersonOnly } from './policy.ts';
import { texts } from './texts.ts';
import {
  afterClose,
  barrier,
  beforeClose,
  certificateBarrier,
  firmBarrier,
  fundByOf,
  hoursBarrier,
  invitedBarrier,
  isLapsed,
  ranking,
  reasonBarrier,
  termsBarrier,
  typedTerms,
  unpaidBarrier,
  windowBarrier,
} from './transitions.ts';

export function makeFinancingHandlers({ legs }: { readonly legs: FundingLegs }) {
  return [
    setLimit,
    request,
    submitQuote,
    withdrawQuote,
    close,
    withdraw,
    expire,
    choose,
    propose,
    returnProposal,
    approve(legs),
    decline(legs),
    fail(legs),
  ] as const;
}

/**
 * What a bank is willing to owe on one buyer, in one currency. Setting it again replaces it; a lower
 * one takes nothing back, it only stops new business. Refuses a party that is no bank of the buyer's
 * programmes; a buyer that the bank has nothing to do with is not found.
 */
const setLimit = handler({
  kind: 'limit.set',
  objects: ({ buyer }) => [buyer],
  mandate: ({ sanctioned }) => ({ action: 'limit.set', amount: sanctioned }),
  async decide(reader, act) {
    const { buyer, sanctioned, validTo } = act.body;
    const [sanctionedMinor, currency] = sanctioned;
    const shared = await sharedProgrammes(reader, act.party, buyer);
    if (shared.length === 0) throw notFound();
    const asBank = shared.filter(({ role }) => role === 'BANK');
    if (asBank.length === 0) return texts.notABank();
    if (sanctionedMinor < 0n) return texts.limitNegative({ minor: sanctionedMinor, currency });
    if (validTo < act.businessDate) return texts.validToInPast(validTo, act.businessDate);

    const limits = await reader.where<LimitRow>('buyer_limit', 'bank', act.party);
    const before = limits.find((each) => each.buyer === buyer && each.currency === currency);
    const auditors = await Promise.all(
      asBank.map(({ programme }) => auditorsOf(reader, programme)),
    );
    const readers = [...new Set([act.party, ...auditors.flat()])];
    if (before !== undefined) {
      const change = update('buyer_limit', before, { sanctionedMinor, validToDate: validTo });
      return accept(before.id, [change], { readers });
    }
    const limit: LimitRow = {
      id: act.id('lim', 0),
      version: 1,
      bank: act.party,
      buyer,
      currency,
      sanctionedMinor,
      validToDate: validTo,
      createdMs: act.at,
    };
    return accept(limit.id, [insert('buyer_limit', limit)], {
      grants: readers.map((party) => granted(party, 'BuyerLimit', limit)),
      readers,
    });
  },
});

/** The holder asks for cash and names the banks that may quote; each bank learns only of the request. */
const request = handler({
  kind: 'finance.request',
  objects: ({ certificate }) => [certificate],
  mandate: () => ({ action: 'finance.request', amount: null }),
  async decide(reader, act) {
    const { body } = act;
    const unconfirmed = await unconfirmedInvoice(reader, act);
    if (unconfirmed !== null) return unconfirmed;
    const certificate = await certificateOf(reader, body.certificate);
    const { currency, faceMinor } = certificate;
    const face = { minor: faceMinor, currency };
    const known = await reader.where<RequestRow>('finance_request', 'certificate', certificate.id);
    const live = known.find(({ state }) => liveRequestStates.has(state));
    const no =
      holderOnly(certificate, act.party) ??
      (await mandateBarrier(reader, act, 'finance.request', face)) ??
      freeBarrier(certificate, act.businessDate) ??
      (live === undefined ? null : texts.requestExists(live.state)) ??
      (await techniqueBarrier(reader, certificate)) ??
      (await disputeBarrier(reader, certificate)) ??
      (await deliveryBarrier(reader, certificate)) ??
      invitedBarrier(body.invited) ??
      windowBarrier(body.closesAtMs, act.at);
    if (no !== null) return no;
    const { programme } = certificate;
    const banks = await membersOf(reader, programme, 'BANK');
    if (!body.invited.every((bank) => banks.includes(bank))) throw notFound();
    const wrongAccount = await accountBarrier(reader, act.party, body.payTo, currency);
    if (wrongAccount !== null) return wrongAccount;

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

/**
 * A bank's firm and sealed price. Refused after the close, beside another live quote of the bank,
 * with terms that no quote may have, and without room in the bank's limit on the buyer.
 */
const submitQuote = handler({
  kind: 'quote.submit',
  objects: () => [],
  sees: ({ request }) => [request],
  mandate: () => ({ action: 'quote.submit', amount: null }),
  async decide(reader, act) {
    const { body } = act;
    const asked = await requestSeen(reader, act);
    const { currency, faceMinor } = asked;
    if (!asked.invited.includes(act.party)) return texts.notABank();
    const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
    const own = quotes.find(({ bank, state }) => bank === act.party && state === 'COMMITTED');
    const no =
      closedBarrier(asked, act) ??
      barrier(asked, 'quote') ??
      hoursBarrier(await requireProgramme(reader, asked.programme), act.at) ??
      (own === undefined ? null : texts.quoteExists()) ??
      termsBarrier(body, asked, act.businessDate) ??
      (await mandateBarrier(reader, act, 'quote.submit', { minor: faceMinor, currency })) ??
      (await roomBarrier(reader, act.party, asked, act.businessDate));
    if (no !== null) return no;

    const quote: QuoteRow = {
      id: act.id('quo', 0),
      version: 1,
      state: 'COMMITTED',
      request: asked.id,
      bank: act.party,
      currency,
      ...typedTerms(body),
      recourse: recourseNamed(body.recourse),
      validToDate: body.validTo,
      rank: null,
      act: act.hash,
      createdMs: act.at,
    };
    const counted = { quoteCount: asked.quoteCount + 1 };
    return accept(quote.id, [insert('quote', quote), update('finance_request', asked, counted)], {
      grants: [granted(act.party, 'Quote', quote)],
    });
  },
});

/** A bank takes its quote back while it is sealed; afterwards a quote is firm. */
const withdrawQuote = handler({
  kind: 'quote.withdraw',
  objects: ({ quote }) => [quote],
  mandate: () => ({ action: 'quote.submit', amount: null }),
  async decide(reader, act) {
    const quote = await reader.get<QuoteRow>('quote', act.body.quote);
    if (quote === null || quote.bank !== act.party) throw notFound();
    const asked = await requestOf(reader, quote.request);
    if (quote.state !== 'COMMITTED') return texts.quoteNotLive(quote.state);
    const no = closedBarrier(asked, act) ?? barrier(asked, 'quote');
    if (no !== null) return no;
    return accept(quote.id, [
      update('quote', quote, { state: 'WITHDRAWN' }),
      update('finance_request', asked, { quoteCount: asked.quoteCount - 1 }),
    ]);
  },
});

/** The window has closed: quotes are opened and ranked by net cash; a bank learns its own rank. */
const close = handler({
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
const withdraw = handler({
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
const expire = handler({
  kind: 'finance.expire',
  objects: ({ request: id }) => [id],
  async decide(reader, act) {
    const asked = await requestOf(reader, act.body.request);
    const certificate = await certificateOf(reader, asked.certificate);
    const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
    const no = barrier(asked, 'expire');
    if (no !== null) return no;
    if (!isLapsed(asked, quotes, certificate, act.businessDate)) return texts.notLapsed();

    const isLocked = asked.state === 'RESERVED' || asked.state === 'APPROVAL';
    const bank = asked.bank === null ? [] : [asked.bank];
    return accept(
      asked.id,
      [
        update('finance_request', asked, { state: 'EXPIRED' }),
        ...(await endedQuotes(reader, asked)),
        ...(await voidedProposal(reader, asked)),
        ...(await releasedExposure(reader, asked)),
        ...(isLocked ? [releasedChange(certificate)] : []),
      ],
      { readers: [asked.holder, ...bank, ...(await auditorsOf(reader, asked.programme))] },
    );
  },
});

/**
 * The holder chooses a quote at its price of this business day. The certificate is locked for that
 * bank and the bank's limit is blocked; whether the certificate is still free the chain decides.
 * From then on the bank sees what it buys: the path, the invoice, the delivery, the account.
 */
const choose = handler({
  kind: 'quote.choose',
  objects: ({ request: id }) => [id],
  mandate: ({ net }) => ({ action: 'finance.request', amount: net }),
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
      freeBarrier(certificate, act.businessDate) ??
      (await disputeBarrier(reader, certificate)) ??
      (await deliveryBarrier(reader, certificate)) ??
      netBarrier(act.body.net, netMinor, asked.currency);
    if (no !== null) return no;
    const limit = await limitOf(reader, quote.bank, asked);
    const takenMinor = await takenOf(reader, limit);
    if (
      limit === null ||
      limitBarrier(limit, takenMinor, asked.faceMinor, act.businessDate) !== null
    ) {
      return texts.bankCannotFund();
    }

    const exposure: ExposureRow = {
      id: act.id('exp', 0),
      version: 1,
      state: 'BLOCKED',
      buyerLimit: limit.id,
      openLimit: limit.id,
      request: asked.id,
      bank: quote.bank,
      amountMinor: asked.faceMinor,
      createdMs: act.at,
    };
    const selected = { state: 'SELECTED', pendingAct: act.hash } as const;
    const waiting: RequestRow = { ...asked, ...selected, version: asked.version + 1 };
    const { change, locked } = lock(certificate, act.hash);
    const auditors = await auditorsOf(reader, asked.programme);
    return accept(
      asked.id,
      [
        update('finance_request', asked, selected),
        change,
        insert('exposure', exposure),
        // Raises the limit's version, so that of two choices at once only one sees the room.
        update('buyer_limit', limit, {}),
      ],
      {
        whenFinal: [
          update('finance_request', waiting, {
            state: 'RESERVED',
            chosen: quote.id,
            bank: quote.bank,
            valueDate: act.businessDate,
            netMinor,
            exposure: exposure.id,
            pendingAct: null,
          }),
          reservedChange(locked, act.note(0)),
          ...(await decidedQuotes(reader, asked, quote.id)),
          kept(act, 0, quote.id, price),
        ],
        whenRefused: [
          update('finance_request', waiting, { state: 'CLOSED', pendingAct: null }),
          unlock(locked),
          update('exposure', exposure, { state: 'RELEASED', openLimit: null }),
        ],
        grants: await boughtGrants(reader, asked, certificate, quote.bank),
        readers: [asked.holder, quote.bank, ...auditors],
      },
    );
  },
});

/** The bank's analyst proposes the payment; every guard is looked at, so that none is a surprise. */
const propose = handler({
  kind: 'finance.propose',
  objects: ({ request: id }) => [id],
  mandate: ({ net }) => ({ action: 'finance.propose', amount: net }),
  async decide(reader, act) {
    const { body } = act;
    const asked = await requestSeen(reader, act);
    const no =
      chosenBankOnly(asked, act.party) ??
      barrier(asked, 'propose') ??
      netBarrier(body.net, agreedNet(asked), asked.currency) ??
      firstNo(await fundingGuards(reader, asked, act.businessDate));
    if (no !== null) return no;
    if (body.quote !== asked.chosen) throw notFound();
    invariant(act.person !== null, 'a person proposes');

    const proposal: FundingProposalRow = {
      id: act.id('fnd', 0),
      version: 1,
      state: 'OPEN',
      request: asked.id,
      quote: body.quote,
      bank: act.party,
      netMinor: body.net[0],
      currency: asked.currency,
      proposedBy: act.person,
      reason: null,
      createdMs: act.at,
    };
    const readers = [act.party, ...(await auditorsOf(reader, asked.programme))];
    return accept(
      asked.id,
      [
        insert('funding_proposal', proposal),
        update('finance_request', asked, { state: 'APPROVAL', proposal: proposal.id }),
      ],
      { grants: readers.map((party) => granted(party, 'FundingProposal', proposal)), readers },
    );
  },
});

/** The bank's approver sends a proposal back, with the reason. */
const returnProposal = handler({
  kind: 'finance.return',
  objects: ({ request: id }) => [id],
  mandate: () => ({ action: 'finance.approve', amount: null }),
  async decide(reader, act) {
    const { asked, proposal } = await proposalSeen(reader, act);
    const no =
      barrier(asked, 'return') ??
      (proposal.state === 'OPEN' ? null : texts.proposalNotOpen(proposal.state)) ??
      reasonBarrier(act.body.reason);
    if (no !== null) return no;
    return accept(
      asked.id,
      [
        update('funding_proposal', proposal, {
          state: 'RETURNED',
          reason: act.body.reason.trim(),
        }),
        update('finance_request', asked, { state: 'RESERVED' }),
      ],
      { readers: [act.party, ...(await auditorsOf(reader, asked.programme))] },
    );
  },
});

/**
 * The bank's approver instructs the payment. Another person than the proposer, under a mandate for
 * the amount, and with every guard looked at again at this instant; the money goes to the account
 * that the holder named, and nowhere else.
 */
function approve(legs: FundingLegs) {
  return handler({
    kind: 'finance.approve',
    objects: ({ request: id }) => [id],
    mandate: ({ net }) => ({ action: 'finance.approve', amount: net }),
    async decide(reader, act) {
      const { body } = act;
      const { asked, proposal } = await proposalSeen(reader, act);
      const net = agreedNet(asked);
      const no =
        barrier(asked, 'approve') ??
        (proposal.state === 'OPEN' ? null : texts.proposalNotOpen(proposal.state)) ??
        otherPersonOnly(proposal, act.person) ??
        netBarrier(body.net, net, asked.currency) ??
        (body.payTo === asked.payTo ? null : texts.payToMismatch(body.payTo, asked.payTo)) ??
        firstNo(await fundingGuards(reader, asked, act.businessDate));
      if (no !== null) return no;

      const auditors = await auditorsOf(reader, asked.programme);
      const programme = await requireProgramme(reader, asked.programme);
      const isOpen = await calendarOf(reader, programme);
      const fundByDate = fundByOf(asked, act.businessDate, isOpen);
      const leg = legs.funding({
        act,
        request: { ...asked, state: 'INSTRUCTED', fundByDate, version: asked.version + 1 },
        quote: await quoteOf(reader, proposal.quote, asked),
        certificate: await certificateOf(reader, asked.certificate),
        payer: act.party,
        payee: asked.holder,
        payTo: asked.payTo,
        netMinor: net,
        dueDate: act.businessDate,
        auditors,
      });
      return accept(
        asked.id,
        [
          update('funding_proposal', proposal, { state: 'CONFIRMED' }),
          update('finance_request', asked, { state: 'INSTRUCTED', fundByDate }),
          ...leg.changes,
        ],
        { grants: leg.grants, readers: [act.party, asked.holder, ...auditors] },
      );
    },
  });
}

/**
 * The bank says that it will not pay what it has instructed, and why. The certificate and the bank's
 * limit are free at once, and the holder may choose among the quotes that are firm still.
 */
function decline(legs: FundingLegs) {
  return handler({
    kind: 'finance.decline',
    objects: ({ request: id }) => [id],
    mandate: () => ({ action: 'finance.approve', amount: null }),
    async decide(reader, act) {
      const { reason } = act.body;
      const asked = await requestSeen(reader, act);
      const no =
        chosenBankOnly(asked, act.party) ?? barrier(asked, 'fail') ?? reasonBarrier(reason);
      return no ?? unfunded(reader, act, asked, reason.trim(), legs);
    },
  });
}

/** The bank has not paid by its last day: nothing stays locked for a payment that does not come. */
function fail(legs: FundingLegs) {
  return handler({
    kind: 'finance.fail',
    objects: ({ request: id }) => [id],
    async decide(reader, act) {
      const asked = await requestOf(reader, act.body.request);
      const no = barrier(asked, 'fail') ?? unpaidBarrier(asked, act.businessDate);
      return no ?? unfunded(reader, act, asked, notPaidInTime, legs);
    },
  });
}

// What settlement, to the right, asks.

/** The note that `payment.fund` spends: the reservation of the request's certificate. */
export async function fundingNote(reader: Reader, requestId: string) {
  const asked = await reader.get<RequestRow>('finance_request', requestId);
  return asked === null ? {} : noteOf(reader, asked.certificate);
}

/** Why the request cannot be paid out, or null: instructed, and no other act under way. */
export async function fundBarrier(reader: Reader, requestId: string): Promise<Refusal | null> {
  const asked = await requestOf(reader, requestId);
  const certificate = await certificateOf(reader, asked.certificate);
  if (certificate.pendingAct !== null) return texts.pendingReservation();
  return barrier(asked, 'fund');
}

/**
 * The bank has paid exactly what was agreed: the certificate passes to the bank and its limit is
 * utilised, when the chain has taken the act. Only after fundBarrier; the caller adds its own rows.
 */
export async function fundedChanges(
  reader: Reader,
  act: Pick<Act, 'hash' | 'note'>,
  requestId: string,
): Promise<Pick<Accepted, 'changes' | 'whenFinal' | 'whenRefused' | 'readers'>> {
  const asked = await requestOf(reader, requestId);
  const certificate = await certificateOf(reader, asked.certificate);
  const exposure = await exposureOf(reader, asked);
  const { bank } = asked;
  invariant(bank !== null && exposure !== null, 'an instructed request has its bank and limit');
  const waiting: RequestRow = { ...asked, pendingAct: act.hash, version: asked.version + 1 };
  const { change, locked } = lock(certificate, act.hash);
  return {
    changes: [update('finance_request', asked, { pendingAct: act.hash }), change],
    whenFinal: [
      update('finance_request', waiting, { state: 'FUNDED', pendingAct: null }),
      fundedChange(locked, bank, act.note(0)),
      update('exposure', exposure, { state: 'UTILISED' }),
    ],
    whenRefused: [update('finance_request', waiting, { pendingAct: null }), unlock(locked)],
    readers: [asked.holder, bank, ...(await auditorsOf(reader, asked.programme))],
  };
}

/**
 * The buyer has paid `appliedMinor` on a certificate that a bank holds: the request is being paid
 * back, and the bank's limit has that much more room. Nothing for a certificate that was not financed.
 */
export async function repaidChanges(
  reader: Reader,
  certificate: CertificateRow,
  appliedMinor: bigint,
): Promise<readonly Change[]> {
  const requests = await reader.where<RequestRow>('finance_request', 'certificate', certificate.id);
  const asked = requests.find(({ state }) => state === 'FUNDED' || state === 'REPAYING');
  if (asked === undefined) return [];
  const exposure = await exposureOf(reader, asked);
  invariant(exposure !== null, 'a funded request stands in a limit');
  const isRepaid = appliedMinor === certificate.openMinor;
  const amountMinor = exposure.amountMinor - appliedMinor;
  return [
    update('finance_request', asked, { state: isRepaid ? 'REPAID' : 'REPAYING' }),
    amountMinor > 0n
      ? update('exposure', exposure, { amountMinor })
      : update('exposure', exposure, { amountMinor: 0n, state: 'RELEASED', openLimit: null }),
  ];
}

// What the screens ask.

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

/** How much of a limit is taken. */
export async function limitUsage(reader: Reader, limit: LimitRow) {
  const taken = (state: string) =>
    reader.total('exposure', { openLimit: limit.id, state }, 'amountMinor');
  return usageOf(limit, await taken('BLOCKED'), await taken('UTILISED'));
}

// Helpers of the handlers above.

/** The guards of the payment, as they stand at this instant. */
async function fundingGuards(
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

function freeBarrier(certificate: CertificateRow, today: BusinessDate): Refusal | null {
  if (certificate.pendingAct !== null) return texts.pendingReservation();
  return certificateBarrier(certificate, 'ACTIVE', today);
}

/** In dynamic discounting the buyer pays early from its own cash; a bank has nothing to buy there. */
async function techniqueBarrier(
  reader: Reader,
  { programme }: CertificateRow,
): Promise<Refusal | null> {
  const { technique } = await requireProgramme(reader, programme);
  return technique === 'DYNAMIC_DISCOUNTING' ? texts.techniqueDiffers(technique) : null;
}

/** Whoever is to pay learns that there is a dispute, and no more of it. */
async function disputeBarrier(
  reader: Reader,
  { invoice }: CertificateRow,
): Promise<Refusal | null> {
  return (await isDisputed(reader, invoice)) ? texts.invoiceDisputed() : null;
}

async function deliveryBarrier(
  reader: Reader,
  { programme, invoice }: CertificateRow,
): Promise<Refusal | null> {
  const { requireDelivery } = await requireProgramme(reader, programme);
  if (!requireDelivery || (await deliveredInFull(reader, invoice))) return null;
  return texts.deliveryRequired();
}

/** Why a bank has no room for the request in its limit on the buyer, or null. */
async function roomBarrier(
  reader: Reader,
  bank: string,
  { issuer, currency, faceMinor }: RequestRow,
  today: BusinessDate,
): Promise<Refusal | null> {
  const limits = await reader.where<LimitRow>('buyer_limit', 'bank', bank);
  const limit = limitFor(limits, issuer, currency);
  if ('kind' in limit) return limit;
  return limitBarrier(limit, await takenOf(reader, limit), faceMinor, today);
}

/** Why the room that was blocked for the request no longer holds, or null: the limit may have been cut. */
async function heldBarrier(
  reader: Reader,
  asked: RequestRow,
  today: BusinessDate,
): Promise<Refusal | null> {
  invariant(asked.bank !== null, 'a reserved request has its bank');
  const limit = await limitOf(reader, asked.bank, asked);
  if (limit === null) return texts.noBuyerLimit();
  const own = await exposureOf(reader, asked);
  const ownMinor = own?.openLimit === limit.id ? own.amountMinor : 0n;
  const othersMinor = (await takenOf(reader, limit)) - ownMinor;
  return limitBarrier(limit, othersMinor, asked.faceMinor, today);
}

async function limitOf(reader: Reader, bank: string, asked: RequestRow): Promise<LimitRow | null> {
  const limits = await reader.where<LimitRow>('buyer_limit', 'bank', bank);
  const limit = limitFor(limits, asked.issuer, asked.currency);
  return 'kind' in limit ? null : limit;
}

/** What all open financings take of a limit, however many they are. */
async function takenOf(reader: Reader, limit: LimitRow | null): Promise<bigint> {
  return limit === null ? 0n : reader.total('exposure', { openLimit: limit.id }, 'amountMinor');
}

async function exposureOf(reader: Reader, asked: RequestRow): Promise<ExposureRow | null> {
  return asked.exposure === null ? null : reader.get<ExposureRow>('exposure', asked.exposure);
}

/** After the window's moment a quote is refused as late, even if nobody has closed it yet. */
function closedBarrier(asked: RequestRow, act: Act): Refusal | null {
  return asked.state === 'OPEN' ? beforeClose(asked, act.at) : texts.windowClosed(asked.closesAtMs);
}

function netBarrier(
  [minor, seen]: readonly [bigint, string],
  expectedMinor: bigint,
  currency: string,
): Refusal | null {
  if (seen !== currency) return texts.currencyMismatch('net', seen, currency);
  if (minor === expectedMinor) return null;
  return texts.netMismatch({ minor, currency }, { minor: expectedMinor, currency });
}

function agreedNet({ netMinor }: RequestRow): bigint {
  invariant(netMinor !== null, 'a chosen quote has its net');
  return netMinor;
}

async function accountBarrier(
  reader: Reader,
  owner: string,
  id: string,
  currency: string,
): Promise<Refusal | null> {
  const account = await reader.get<{
    readonly id: string;
    readonly owner: string;
    readonly currency: string | null;
  }>('account', id);
  if (account === null || account.owner !== owner) throw notFound();
  if (account.currency === null || account.currency === currency) return null;
  return texts.accountCurrency(account.currency, currency);
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

/** A summary is enough to be asked; what it does not show the rules do not tell. */
async function requestSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly request: string } },
): Promise<RequestRow> {
  const id = act.body.request;
  if (!(await maySee(reader, act.party, id))) throw notFound();
  return requestOf(reader, id);
}

async function requestOf(reader: Reader, id: string): Promise<RequestRow> {
  const asked = await reader.get<RequestRow>('finance_request', id);
  if (asked === null) throw notFound();
  return asked;
}

async function quoteOf(reader: Reader, id: string, asked: RequestRow): Promise<QuoteRow> {
  const quote = await reader.get<QuoteRow>('quote', id);
  if (quote === null || quote.request !== asked.id) throw notFound();
  return quote;
}

async function proposalSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly request: string; readonly proposal: string } },
) {
  const asked = await requestSeen(reader, act);
  const proposal = await reader.get<FundingProposalRow>('funding_proposal', act.body.proposal);
  const isOwn = proposal !== null && proposal.request === asked.id && proposal.bank === act.party;
  if (!isOwn) throw notFound();
  return { asked, proposal };
}

/** The programmes of the buyer in which the party stands, with its role. */
async function sharedProgrammes(reader: Reader, party: string, buyer: string) {
  const own = await reader.where<{
    readonly id: string;
    readonly programme: string;
    readonly role: string;
  }>('membership', 'member', party);
  const shared: { readonly programme: string; readonly role: string }[] = [];
  for (const { programme, role } of own) {
    const { core } = await requireProgramme(reader, programme);
    if (core === buyer && party !== buyer) shared.push({ programme, role });
  }
  return shared;
}

/** A payment that does not come: what was held for it is free, and the next quotes are offered. */
async function unfunded(
  reader: Reader,
  act: Act,
  asked: RequestRow,
  failReason: string,
  legs: FundingLegs,
): Promise<Accepted | Refusal> {
  const certificate = await certificateOf(reader, asked.certificate);
  if (certificate.pendingAct !== null) return texts.pendingReservation();
  const { bank } = asked;
  invariant(bank !== null && certificate.state === 'RESERVED', 'an instructed request is reserved');
  const readers = [asked.holder, ...(await auditorsOf(reader, asked.programme))];
  const next = await followingRequest(reader, act, asked, readers);
  return accept(
    asked.id,
    [
      update('finance_request', asked, { state: 'FUNDING_FAILED', failReason }),
      ...(await releasedExposure(reader, asked)),
      releasedChange(certificate),
      ...(await legs.failed(reader, asked.id)),
      ...next.changes,
    ],
    { grants: next.grants, readers: [...readers, bank] },
  );
}

/**
 * A request of its own over the quotes that lost and are firm still, for the holder to choose again.
 * Nothing when there is none, or when the buyer is about to pay. The bank that failed does not see it.
 */
async function followingRequest(
  reader: Reader,
  act: Act,
  asked: RequestRow,
  readers: readonly string[],
): Promise<Addition> {
  const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
  const offers = ranking(quotes, asked, act.businessDate, 'LOST');
  if (offers.length === 0 || act.businessDate >= asked.payableDate) {
    return { changes: [], grants: [] };
  }
  const next: RequestRow = {
    ...asked,
    id: act.id('req', 0),
    version: 1,
    state: 'CLOSED',
    invited: offers.map(({ quote }) => quote.bank),
    quoteCount: offers.length,
    chosen: null,
    bank: null,
    valueDate: null,
    netMinor: null,
    exposure: null,
    proposal: null,
    fundByDate: null,
    failReason: null,
    follows: asked.id,
    createdMs: act.at,
  };
  const offered = offers.map(({ quote, rank }, order): QuoteRow => {
    const own = { id: act.id('quo', order), version: 1, createdMs: act.at } as const;
    return { ...quote, ...own, state: 'REVEALED', request: next.id, rank };
  });
  return {
    changes: [insert('finance_request', next), ...offered.map((quote) => insert('quote', quote))],
    grants: [
      ...readers.map((party) => granted(party, 'FinanceRequest', next)),
      ...offered.flatMap((quote) => [
        granted(quote.bank, 'FinanceRequest', next, 'S' as const),
        ...[quote.bank, ...readers].map((party) => granted(party, 'Quote', quote)),
      ]),
    ],
  };
}

/** Quotes of a request that came to nothing. */
async function endedQuotes(reader: Reader, asked: RequestRow): Promise<readonly Change[]> {
  const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
  return quotes
    .filter(({ state }) => state === 'COMMITTED' || state === 'REVEALED' || state === 'SELECTED')
    .map((quote) => update('quote', quote, { state: 'EXPIRED' }));
}

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

async function voidedProposal(reader: Reader, asked: RequestRow): Promise<readonly Change[]> {
  if (asked.state !== 'APPROVAL' || asked.proposal === null) return [];
  const proposal = await reader.get<FundingProposalRow>('funding_proposal', asked.proposal);
  invariant(proposal !== null, 'a request in approval has its proposal');
  return [update('funding_proposal', proposal, { state: 'VOID' })];
}

async function releasedExposure(reader: Reader, asked: RequestRow): Promise<readonly Change[]> {
  const exposure = await exposureOf(reader, asked);
  if (exposure === null || exposure.state === 'RELEASED') return [];
  return [update('exposure', exposure, { state: 'RELEASED', openLimit: null })];
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

type Made = { readonly id: string; readonly createdMs: bigint };

function granted(
  reader: string,
  type: string,
  { id, createdMs }: Made,
  level: Grant['level'] = 'F',
): Grant {
  return { reader, object: id, type, level, sinceMs: createdMs };
}

/** The act that committed a quote, opened with it: whoever reads it can check what was sealed. */
function actGranted(reader: string, { act, createdMs }: QuoteRow): Grant {
  const hex = Array.from(act, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return { reader, object: `act_${hex}`, type: 'Act', level: 'F', sinceMs: createdMs };
}

function recourseNamed(text: string): Recourse {
  const named = recourses.find((recourse) => recourse === text);
  invariant(named !== undefined, 'a recourse has one of four names');
  return named;
}
