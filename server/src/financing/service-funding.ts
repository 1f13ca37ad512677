/**
 * Four eyes at the bank: proposed, returned, approved; and a payment that does not come.
 */
import type { Act, Reader } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import { insert, update } from '../kernel/change.ts';
import type { Accepted, Refusal } from '../kernel/decision.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { calendarOf, requireProgramme } from '../party/service.ts';
import { holdBarrier } from '../party/service-accounts.ts';
import type { Addition } from '../receivable/model.ts';
import { auditorsOf, certificateOf, releasedChange } from '../receivable/service.ts';
import { firstNo } from './checks.ts';
import type { FundingLegs, FundingProposalRow, QuoteRow, RequestRow } from './model.ts';
import { notPaidInTime } from './model.ts';
import { chosenBankOnly, otherPersonOnly } from './policy.ts';
import { fundingGuards } from './service-guards.ts';
import { releasedExposures } from './service-room.ts';
import {
  agreedNet,
  granted,
  netBarrier,
  partsOf,
  quoteOf,
  requestOf,
  requestSeen,
} from './service-rows.ts';
import { snapshotOf } from './snapshot.ts';
import { texts } from './texts.ts';
import { barrier, fundByOf, ranking, reasonBarrier, unpaidBarrier } from './transitions.ts';

/** The bank's analyst proposes the payment; every guard is looked at, so that none is a surprise. */
export const propose = handler({
  kind: 'finance.propose',
  objects: ({ request: id }) => [id],
  mandate: ({ net }) => ({ action: 'finance.propose', amount: net }),
  exposes: (reader, { party, body }) => partsOf(reader, body.request, party),
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
export const returnProposal = handler({
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
 * the amount, and with every guard looked at again at this instant; what each of them saw is kept. The
 * money goes to the account that the holder named, and nowhere else.
 */
export function approve(legs: FundingLegs) {
  return handler({
    kind: 'finance.approve',
    // Whoever disputes the invoice, moves the certificate or changes the account at the same moment is
    // first, or this is.
    objects: ({ request: id, certificate, invoice, payTo }) => [id, certificate, invoice, payTo],
    mandate: ({ net }) => ({ action: 'finance.approve', amount: net }),
    exposes: (reader, { party, body }) => partsOf(reader, body.request, party),
    async decide(reader, act) {
      const { body } = act;
      const { asked, proposal } = await proposalSeen(reader, act);
      if (body.certificate !== asked.certificate || body.invoice !== asked.invoice) {
        throw notFound();
      }
      const refused = barrier(asked, 'approve');
      if (refused !== null) return refused;
      const net = agreedNet(asked);
      const guards = await fundingGuards(reader, asked, act.businessDate);
      const no =
        (proposal.state === 'OPEN' ? null : texts.proposalNotOpen(proposal.state)) ??
        otherPersonOnly(proposal, act.person) ??
        netBarrier(body.net, net, asked.currency) ??
        (body.payTo === asked.payTo ? null : texts.payToMismatch(body.payTo, asked.payTo)) ??
        (await holdBarrier(reader, asked.payTo, act)) ??
        firstNo(guards);
      if (no !== null) return no;

      const auditors = await auditorsOf(reader, asked.programme);
      const programme = await requireProgramme(reader, asked.programme);
      const isOpen = await calendarOf(reader, programme);
      const snapshot = snapshotOf(act, asked, proposal, programme.policyPacks, guards);
      const shown = [act.party, ...auditors].map((party) =>
        granted(party, 'FundingSnapshot', snapshot),
      );
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
          insert('funding_snapshot', snapshot),
          ...leg.changes,
        ],
        { grants: [...leg.grants, ...shown], readers: [act.party, asked.holder, ...auditors] },
      );
    },
  });
}

/**
 * The bank says that it will not pay what it has instructed, and why. The certificate and the bank's
 * limit are free at once, and the holder may choose among the quotes that are firm still.
 */
export function decline(legs: FundingLegs) {
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
export function fail(legs: FundingLegs) {
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
      ...(await releasedExposures(reader, asked)),
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
