/**
 * V7 through acts: 100,000.00 is financed at 90 %, then credited. In notified factoring the buyer pays the bank so
 * much less, and the bank takes it from what it kept back; where the promise is irrevocable the bank is paid in full.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  FundingProposalRow,
  QuoteRow,
  RequestRow,
} from '../../../server/src/financing/model.ts';
import { priceOf } from '../../../server/src/financing/transitions.ts';
import type { ProgrammeRow } from '../../../server/src/party/model.ts';
import type { CertificateRow } from '../../../server/src/receivable/model.ts';
import { lineText } from '../../../server/src/settlement/line-text.ts';
import type { LegKind, LegRow } from '../../../server/src/settlement/model.ts';
import {
  certified,
  limited,
  newTrade,
  programmeId,
  type Trade,
  type Who,
  who,
} from '../../support/trade.ts';

const eur = (minor: bigint) => [minor, 'EUR'] as const;

let trade: Trade;
let certificate: CertificateRow;

describe('a credit note on what was financed in notified factoring', () => {
  beforeEach(() => financed({ technique: 'FACTORING' }));

  it('B.9.55, J9.2: V7: 4,000.00 leaves 96,000.00 to be paid, and 6,000.00 of the reserve is released', async () => {
    await credited(4_000_00n);
    expect(now()).toMatchObject({
      ...{ state: 'ASSIGNED', faceMinor: 100_000_00n, openMinor: 96_000_00n },
      creditedMinor: 4_000_00n,
    });

    await mature();
    expect(leg('REPAYMENT')).toMatchObject({ amountMinor: 96_000_00n, payee: who.bankA.party });
    await paid('REPAYMENT', who.bankA);

    expect(now()).toMatchObject({ state: 'REDEEMED', openMinor: 0n });
    expect(trade.row('invoice', 'inv_1')).toMatchObject({ state: 'PAID', paidMinor: 96_000_00n });
    expect(leg('RESERVE')).toMatchObject({
      ...{ payer: who.bankA.party, payee: who.bolt.party, amountMinor: 6_000_00n },
    });
  });

  it('of all that was sold is paid to the bank all the same, and owed back', async () => {
    await credited(100_000_00n);

    expect(now()).toMatchObject({ openMinor: 100_000_00n, creditedMinor: 0n });
    expect(leg('REFUND')).toMatchObject({ payer: who.bolt.party, amountMinor: 100_000_00n });
  });
});

describe('a credit note on what was financed on an irrevocable promise', () => {
  it('B.9.57: changes nothing of what the bank is paid; the seller owes it back to the buyer', async () => {
    await financed({});
    await credited(4_000_00n);

    expect(now()).toMatchObject({ openMinor: 100_000_00n, creditedMinor: 0n });
    expect(leg('REFUND')).toMatchObject({
      ...{ payer: who.bolt.party, payee: who.aurora.party, amountMinor: 4_000_00n },
    });
    await mature();
    await paid('REPAYMENT', who.bankA);
    expect(leg('RESERVE')).toMatchObject({ amountMinor: 10_000_00n });
  });
});

/** The certificate is bought by bank A, which keeps 10 % back. */
async function financed(programme: Partial<ProgrammeRow>): Promise<void> {
  trade = newTrade({ programme });
  certificate = await certified(trade);
  await limited(trade, who.bankA);
  const asking = { certificate: certificate.id, payTo: 'acc_pty_bolt', invited: [who.bankA.party] };
  const closesAtMs = trade.clock.ms + 60_000n;
  const request = await trade.must('finance.request', { ...asking, closesAtMs }, who.bolt);
  const quote = await trade.must(
    'quote.submit',
    {
      ...{ request, rateMicros: 68_500n, method: 'STRAIGHT', dayCount: 'ACT_365F' },
      ...{ advanceMicros: 900_000n, feeFlat: eur(0n), feeMicros: 0n, feeMin: eur(0n) },
      ...{ recourse: 'DILUTION_ONLY', validTo: '2026-03-31' },
      ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
    },
    who.bankA,
  );
  trade.clock.ms += 70_000n;
  await trade.must('finance.close', { request }, who.automation);
  const terms = trade.row<QuoteRow>('quote', quote);
  const asked = trade.row<RequestRow>('finance_request', request);
  const net = eur(priceOf(terms, asked, trade.clock.today).netMinor);
  await trade.must('quote.choose', { request, quote, net }, who.bolt);
  await trade.must('finance.propose', { request, quote, net }, who.bankA);
  const proposal = trade.all<FundingProposalRow>('funding_proposal').at(-1)?.id ?? '';
  const objects = { certificate: certificate.id, invoice: certificate.invoice };
  await trade.must(
    'finance.approve',
    { request, proposal, net, payTo: 'acc_pty_bolt', ...objects },
    who.bankAApprover,
  );
  await paid('FUNDING', who.bolt);
  expect(now()).toMatchObject({ state: 'ASSIGNED', holder: who.bankA.party });
}

async function credited(minor: bigint): Promise<void> {
  const creditNote = await trade.must(
    'credit.issue',
    {
      ...{ programme: programmeId, seller: who.bolt.party, buyer: who.aurora.party },
      ...{ invoice: 'inv_1', dispute: null, number: 'CN-2001', issueDate: trade.clock.today },
      ...{ amount: eur(minor), reason: 'Bent.', documentDigest: null },
    },
    who.bolt,
  );
  await trade.must('credit.acknowledge', { creditNote, amount: eur(minor) }, who.aurora);
  const applying = { creditNote, invoice: 'inv_1', amount: eur(minor) };
  await trade.must('credit.apply', applying, who.automation);
}

async function mature(): Promise<void> {
  trade.clock.today = certificate.payableDate;
  await trade.must('certificate.due', { certificate: certificate.id }, who.automation);
}

/** The payee's own statement shows that the leg was paid, to the cent. */
async function paid(kind: LegKind, payee: Who): Promise<void> {
  const { reference, amountMinor } = leg(kind);
  const line = lineText({
    ...{ bookingDate: trade.clock.today, credit: true, amountMinor, currency: 'EUR' },
    ...{ remittance: reference, counterparty: 'x', endToEndId: null, bankReference: `B-${kind}` },
  });
  const account = `acc_${payee.party}`;
  const input = { account, format: 'CSV', documentDigest: new Uint8Array(32), lines: [line] };
  const decision = await trade.act('statement.import', input, payee);
  if (decision === 'NOT_FOUND' || decision.kind === 'refusal') throw new Error('not imported');
  for (const next of decision.next) {
    await trade.must(next.kind, next.input as never, who.automation);
  }
}

function leg(kind: LegKind): LegRow {
  const found = trade.all<LegRow>('leg').find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`there is a payment ${kind}`);
  return found;
}

function now(): CertificateRow {
  return trade.row<CertificateRow>('certificate', certificate.id);
}
