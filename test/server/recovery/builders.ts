/**
 * A financing that was paid out, and what comes back of it: played by the real handlers, from the
 * quote to the last bank line. The buyer owes 100,000.00 on 2026-06-01; the bank has paid out 90 %.
 */
import type { InputOf } from '@tallystick/chain/src/act/kinds.ts';
import type { RequestRow } from '@tallystick/server/src/financing/model.ts';
import { fundedChanges } from '@tallystick/server/src/financing/service.ts';
import { insert } from '@tallystick/server/src/kernel/change.ts';
import type { ProgrammeRow } from '@tallystick/server/src/party/model.ts';
import type { AdvanceRow, AllocationRow, ClaimRow } from '@tallystick/server/src/recovery/model.ts';
import { advancePaidOut } from '@tallystick/server/src/recovery/service.ts';
import { lineText } from '@tallystick/server/src/settlement/line-text.ts';
import type { LegRow } from '@tallystick/server/src/settlement/model.ts';
import { certified, limited, newTrade, type Trade, type Who, who } from '../../support/trade.ts';

export type Financed = {
  readonly trade: Trade;
  readonly certificate: string;
  readonly request: string;
  advance(): AdvanceRow;
  asked(): RequestRow;
  claims(): readonly ClaimRow[];
  receipts(): readonly AllocationRow[];
  /** The newest payment of that kind. */
  leg(kind: LegRow['kind']): LegRow;
};

export const usualQuote = {
  rateMicros: 68_500n,
  method: 'STRAIGHT',
  dayCount: 'ACT_365F',
  advanceMicros: 900_000n,
  feeFlat: [0n, 'EUR'],
  feeMicros: 1_500n,
  feeMin: [50_00n, 'EUR'],
  recourse: 'DILUTION_ONLY',
  validTo: '2026-03-10',
  penaltyMicros: 20_000n,
  graceRule: 'DEFER',
  recourseDays: null,
  recourseMicros: null,
} as const satisfies Omit<InputOf<'quote.submit'>, 'request'>;

export type QuoteChange = Partial<Omit<InputOf<'quote.submit'>, 'request'>>;

/** Paid out on 2026-03-02; due on 2026-06-01, with five days of grace. */
export async function financed(
  change: QuoteChange = {},
  programme: Partial<ProgrammeRow> = { graceDays: 5 },
): Promise<Financed> {
  const trade = newTrade({ programme });
  const certificate = (await certified(trade)).id;
  await limited(trade, who.bankA, { sanctioned: [1_000_000_00n, 'EUR'] });
  const request = await trade.must(
    'finance.request',
    {
      ...{ certificate, invited: [who.bankA.party], closesAtMs: trade.clock.ms + 60_000n },
      payTo: 'acc_pty_bolt',
    },
    who.bolt,
  );
  const quote = await trade.must('quote.submit', { request, ...usualQuote, ...change }, who.bankA);
  trade.clock.ms += 60_000n;
  await trade.must('finance.close', { request }, who.automation);
  const asked = () => trade.row<RequestRow>('finance_request', request);
  const net = await netOf(trade, request, quote);
  await trade.must('quote.choose', { request, quote, net }, who.bolt);
  await trade.must('finance.propose', { request, quote, net }, who.bankA);
  const approval = {
    ...{ request, proposal: asked().proposal ?? '', net, payTo: 'acc_pty_bolt' },
    ...{ certificate, invoice: asked().invoice },
  };
  await trade.must('finance.approve', approval, who.bankAApprover);
  await trade.settle(async (act) => {
    const funded = await fundedChanges(trade.rows, act, request);
    const advance = await advancePaidOut(trade.rows, act, request);
    return { ...funded, whenFinal: [...funded.whenFinal, insert('advance', advance)] };
  });
  const all = <R extends { readonly request: string | null }>(table: string) =>
    (trade.all(table) as unknown as readonly R[]).filter((each) => each.request === request);
  return {
    ...{ trade, certificate, request, asked },
    advance: () => all<AdvanceRow>('advance')[0] as AdvanceRow,
    claims: () => all<ClaimRow>('claim'),
    receipts: () => all<AllocationRow>('allocation'),
    leg(kind) {
      const found = trade
        .all<LegRow & { readonly id: string }>('leg')
        .filter((l) => l.kind === kind);
      const leg = found.at(-1);
      if (leg === undefined) throw new RangeError(`no ${kind}`);
      return leg;
    },
  };
}

/** What the refusal of a wrong net says the net is. */
async function netOf(trade: Trade, request: string, quote: string) {
  const wrong = { request, quote, net: [1n, 'EUR'] as const };
  const decision = await trade.act('quote.choose', wrong, who.bolt);
  const said = decision !== 'NOT_FOUND' && decision.kind === 'refusal' ? decision.expected : '';
  return [BigInt(said.replace(/\D/g, '')), 'EUR'] as const;
}

/** The day comes, and the clock's acts with it: due, overdue, default. */
export async function onDay({ trade, certificate }: Financed, day: string): Promise<void> {
  trade.clock.today = day;
  const row = () =>
    trade.row<{
      readonly id: string;
      readonly state: string;
      readonly openMinor: bigint;
      readonly version: number;
    }>('certificate', certificate);
  const owed = () => [row().openMinor, 'EUR'] as const;
  if (row().state === 'ASSIGNED')
    await trade.act('certificate.due', { certificate }, who.automation);
  for (const kind of ['certificate.overdue', 'certificate.default'] as const) {
    await trade.act(kind, { certificate, owed: owed() }, who.automation);
  }
}

let lines = 0;

/** The payee's bank shows so much of a leg, on a day; what follows is done as the automation would. */
export async function paidBy(
  { trade }: Financed,
  leg: LegRow,
  amountMinor: bigint,
  bookingDate: string = trade.clock.today,
): Promise<void> {
  lines += 1;
  const payee: Who = leg.payee === who.bolt.party ? who.bolt : who.bankA;
  const line = lineText({
    ...{ bookingDate, credit: true, amountMinor, currency: 'EUR', remittance: leg.reference },
    ...{ counterparty: 'x', bankReference: `R-${lines}`, endToEndId: null },
  });
  const statement = { account: `acc_${payee.party}`, format: 'CSV', lines: [line] };
  const input = { ...statement, documentDigest: new Uint8Array(32).fill(lines % 256) };
  const decision = await trade.act('statement.import', input, payee);
  if (decision === 'NOT_FOUND' || decision.kind === 'refusal') throw new Error('no statement');
  for (const next of decision.next) {
    await trade.must(next.kind, next.input as never, who.automation);
  }
}
