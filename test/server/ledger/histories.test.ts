/**
 * The books of random histories, through the real handlers of certificates, financing and settlement:
 * every entry balances, and what one organisation owes is what the others are owed.
 */
import { breachesOf, noPast } from '@tallystick/server/src/audit/invariants.ts';
import type {
  FundingProposalRow,
  QuoteRow,
  RequestRow,
} from '@tallystick/server/src/financing/model.ts';
import { priceOf } from '@tallystick/server/src/financing/transitions.ts';
import { eventsOf } from '@tallystick/server/src/ledger/events.ts';
import type { EntryRow, PostingRow } from '@tallystick/server/src/ledger/model.ts';
import type { CertificateRow, TransferRow } from '@tallystick/server/src/receivable/model.ts';
import { lineText } from '@tallystick/server/src/settlement/line-text.ts';
import type { LegRow } from '@tallystick/server/src/settlement/model.ts';
import { describe, expect, it } from 'vitest';
import { type Random, seeded } from '../../support/random.ts';
import {
  certified,
  hopTo,
  limited,
  newTrade,
  offerOf,
  type Trade,
  type Who,
  who,
} from '../../support/trade.ts';

const histories = 20;
const steps = 160;
const [dueAt, suppliers] = [110, [who.bolt, who.copper, who.dye]] as const;
const booked = new Set<string>();

describe('the books of a random history', () => {
  it.each(Array.from({ length: histories }, (_, seed) => seed))(
    'balance, and mirror each other (seed %i)',
    async (seed) => {
      const chance = seeded(seed);
      const trade = newTrade();
      await certified(trade);
      const sanctioned = [10n ** 9n, 'EUR'] as const;
      await limited(trade, who.bankA, { sanctioned });

      for (let step = 0; step < steps; step += 1) {
        if (step === dueAt) trade.clock.today = '2026-06-01';
        await chance.pick(moves)(trade, chance);
      }

      const postings = trade.all<PostingRow>('ledger_posting');
      for (const { event } of postings) booked.add(event);
      const breaches = breachesOf(trade.rows, trade.rows, noPast());
      expect(breaches.filter(({ invariant }) => invariant === 'I9')).toEqual([]);
      mirrors(trade, postings);
    },
  );

  it('were of every kind that certificates, banks and payments bring', () => {
    const wanted = new Set(Object.values(eventsOf).flat());
    const credits = [...wanted].filter((event) => event.startsWith('CREDITED'));
    const others = ['INVOICE_CONFIRMED', 'CERTIFICATE_DECLINED', 'LATE_INTEREST', 'CLAIM_PAID'];
    for (const elsewhere of [...others, ...credits]) wanted.delete(elsewhere as never);

    expect([...booked].sort()).toEqual([...wanted].sort());
  });
});

/** What one side says is what the other side says. */
function mirrors(trade: Trade, postings: readonly PostingRow[]): void {
  const sum = (...accounts: readonly string[]) =>
    postings
      .filter(({ account }) => accounts.includes(account))
      .reduce((total, { amountMinor }) => total + amountMinor, 0n);
  // The buyer owes what suppliers hold and what banks have bought.
  expect(sum('PAYABLES_ARRANGED') + sum('PAYABLES_FINANCED')).toBe(
    -sum('CERTIFICATES', 'RECEIVABLES_BOUGHT'),
  );
  expect(sum('PAYABLES_FINANCED')).toBe(-sum('RECEIVABLES_BOUGHT'));
  // Money only changes hands.
  expect(sum('CASH')).toBe(0n);
  expect(sum('RESERVE_DUE')).toBe(-sum('RESERVE_OWED'));
  expect(sum('REFUND_DUE')).toBe(-sum('REFUND_OWED'));
  expect(sum('SETTLED_BY_CERTIFICATE')).toBe(0n);
  expect(sum('CERTIFICATES_SOLD')).toBe(-sum('BORROWINGS'));
  expect(sum('DISCOUNT_COST', 'FEE_COST')).toBe(
    -sum('UNEARNED_DISCOUNT', 'DISCOUNT_INCOME', 'FEE_INCOME'),
  );
  // And they say what the certificates say.
  const live = trade.all<CertificateRow>('certificate');
  const open = live.reduce((total, { openMinor }) => total + openMinor, 0n);
  expect(sum('CERTIFICATES', 'RECEIVABLES_BOUGHT')).toBe(open);
  // Nothing is left of a discount when the buyer has paid.
  const done = live.filter(({ state }) => state === 'REDEEMED').map(({ id }) => id);
  const left = postings.filter(
    ({ account, certificate }) =>
      account === 'UNEARNED_DISCOUNT' && done.includes(certificate ?? ''),
  );
  expect(left.reduce((total, { amountMinor }) => total + amountMinor, 0n)).toBe(0n);
  // Each entry is of an act, in the books of one organisation that took part.
  const entries = trade.all<EntryRow>('ledger_entry');
  expect(new Set(postings.map(({ entry }) => entry)).size).toBe(entries.length);
}

type Move = (trade: Trade, chance: Random) => Promise<unknown>;

const byParty = (party: string): Who =>
  Object.values(who).find((each) => each.party === party) ?? who.outsider;

const one = <R extends { readonly id: string }>(trade: Trade, chance: Random, table: string) => {
  const rows = trade.all<R & Record<string, never>>(table);
  return rows.length === 0
    ? null
    : chance.below(3) === 0
      ? chance.pick(rows)
      : (rows.at(-1) ?? null);
};

const moves: readonly Move[] = [
  async (trade, chance) => {
    const from = chance.pick(trade.all<CertificateRow>('certificate'));
    const half = from.faceMinor / 2n;
    const parts = [half, from.faceMinor - half].map((minor) => [minor, 'EUR'] as const);
    return trade.act('certificate.split', { certificate: from.id, parts }, byParty(from.holder));
  },
  async (trade, chance) => {
    const from = chance.pick(trade.all<CertificateRow>('certificate'));
    const input = hopTo(from.id, chance.pick(suppliers));
    return trade.act('certificate.transfer', input, byParty(from.holder));
  },
  async (trade, chance) => {
    const offer = one<TransferRow>(trade, chance, 'transfer');
    if (offer === null) return;
    const input = offerOf(trade, offer.certificate);
    await trade.act('certificate.receive', input, byParty(offer.transferee));
  },
  finance,
  finance,
  async (trade, chance) => {
    const certificate = chance.pick(trade.all<CertificateRow>('certificate')).id;
    return trade.act('certificate.due', { certificate }, who.automation);
  },
  pay,
  pay,
  pay,
];

/** From the request to the bank's approval, on the terms that chance gives. */
async function finance(trade: Trade, chance: Random): Promise<void> {
  const certificate = chance.pick(trade.all<CertificateRow>('certificate'));
  const by = byParty(certificate.holder);
  const asked = await trade.act(
    'finance.request',
    {
      ...{ certificate: certificate.id, invited: [who.bankA.party] },
      ...{ closesAtMs: trade.clock.ms + 60_000n, payTo: `acc_${by.party}` },
    },
    by,
  );
  if (asked === 'NOT_FOUND' || asked.kind === 'refusal') return;
  const request = asked.subject;
  const quote = await trade.must(
    'quote.submit',
    {
      ...{ request, rateMicros: BigInt(chance.below(200_000)), validTo: '2026-12-31' },
      method: chance.pick(['STRAIGHT', 'YIELD']),
      dayCount: chance.pick(['ACT_365F', 'ACT_360', 'THIRTY_360']),
      advanceMicros: BigInt(800_000 + chance.below(3) * 100_000),
      ...{ feeFlat: [BigInt(chance.below(100)), 'EUR'] as const, feeMicros: 1_000n },
      ...{ feeMin: [0n, 'EUR'] as const, recourse: chance.pick(['NONE', 'FULL']) },
      ...{ penaltyMicros: 20_000n, graceRule: null, recourseDays: null, recourseMicros: null },
    },
    who.bankA,
  );
  trade.clock.ms += 70_000n;
  await trade.must('finance.close', { request }, who.automation);
  const price = priceOf(
    trade.row<QuoteRow>('quote', quote),
    trade.row<RequestRow>('finance_request', request),
    trade.clock.today,
  );
  const net = [price.netMinor, 'EUR'] as const;
  await trade.must('quote.choose', { request, quote, net }, by);
  await trade.must('finance.propose', { request, quote, net }, who.bankA);
  const proposal = trade.all<FundingProposalRow>('funding_proposal').at(-1)?.id ?? '';
  const objects = { certificate: certificate.id, invoice: certificate.invoice };
  const terms = { request, proposal, net, payTo: `acc_${by.party}`, ...objects };
  await trade.must('finance.approve', terms, who.bankAApprover);
}

/** The payee's own statement shows that it was paid: a part, all, or too much. */
async function pay(trade: Trade, chance: Random): Promise<void> {
  const open = trade.all<LegRow>('leg').filter(({ state }) => state !== 'SETTLED');
  if (open.length === 0) return;
  const leg = chance.pick(open);
  const rest = leg.amountMinor - leg.settledMinor;
  const part = leg.kind === 'REPAYMENT' ? chance.pick([rest, rest / 2n + 1n, rest + 7n]) : rest;
  const line = lineText({
    ...{ bookingDate: trade.clock.today, credit: true, amountMinor: part, currency: 'EUR' },
    ...{ remittance: leg.reference, counterparty: 'x', endToEndId: null },
    bankReference: `B-${trade.clock.ms}`,
  });
  const account = `acc_${leg.payee}`;
  const input = { account, format: 'CSV', documentDigest: new Uint8Array(32), lines: [line] };
  const decision = await trade.act('statement.import', input, byParty(leg.payee));
  if (decision === 'NOT_FOUND' || decision.kind === 'refusal') throw new Error('not imported');
  for (const next of decision.next)
    await trade.must(next.kind, next.input as never, who.automation);
}
