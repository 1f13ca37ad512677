/**
 * What anybody may try in a random history: right and wrong parties, right and wrong amounts, days that
 * pass, bank lines that come twice, acts that wait for the chain and acts that it refuses.
 *
 * A move takes its choices from a number, so that a history is a list of names and numbers, and a
 * failing one can be made shorter and played again.
 */

import { hopTermsDigest } from '../../../chain/src/act/hop-terms.ts';
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import { allocate } from '../../../chain/src/calc/amount.ts';
import { sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import type { DisputeRow } from '../../../server/src/dispute/model.ts';
import type {
  FundingProposalRow,
  LimitProposalRow,
  LimitRow,
  QuoteRow,
  RequestRow,
} from '../../../server/src/financing/model.ts';
import { priceOf } from '../../../server/src/financing/transitions.ts';
import type { InvoiceRow, ProposalRow } from '../../../server/src/invoice/model.ts';
import { confirmationStatement } from '../../../server/src/invoice/model.ts';
import type { Row } from '../../../server/src/kernel/change.ts';
import { addDays } from '../../../server/src/kernel/time.ts';
import type { CertificateRow, TransferRow } from '../../../server/src/receivable/model.ts';
import { hopTermsOf } from '../../../server/src/receivable/terms.ts';
import { lineText } from '../../../server/src/settlement/line-text.ts';
import type { BankLine, LegRow, LineRow } from '../../../server/src/settlement/model.ts';
import type { Random } from '../../support/random.ts';
import { hopTo, limitTerms, type Who, who } from '../../support/trade.ts';
import { addInvoice, automate, banks, suppliers, type World } from './world.ts';

type Move = (world: World, chance: Random) => Promise<void>;

const currency = 'EUR';
const approver: Who = { ...who.aurora, person: 'per_adam' };
const anyone: readonly Who[] = [...suppliers, ...banks, who.aurora, who.outsider];
const lastDay = '2030-12-31';

/** Each by the number of tickets that it has. */
export const moves: Readonly<Record<string, readonly [tickets: number, Move]>> = {
  arrive: [5, arrive],
  propose: [6, propose],
  confirm: [6, confirm],
  accept: [6, accept],
  split: [3, split],
  pass: [3, pass],
  receive: [5, (world, chance) => answer(world, chance, 'receive')],
  reject: [1, (world, chance) => answer(world, chance, 'reject')],
  dispute: [1, dispute],
  undispute: [3, undispute],
  limit: [4, limit],
  ask: [12, ask],
  quote: [26, quote],
  unquote: [1, unquote],
  close: [10, close],
  choose: [16, choose],
  fund: [14, fund],
  approve: [18, approve],
  sendBack: [1, sendBack],
  withdraw: [1, withdraw],
  decline: [1, declineFunding],
  lapse: [2, lapse],
  due: [6, due],
  line: [24, line],
  automate: [14, automate],
  final: [24, async ({ trade }) => trade.decideWaiting('final')],
  refuse: [5, async ({ trade }) => trade.decideWaiting('refused')],
  wait: [5, wait],
};

/** Decides an act as anybody would send it; contested ones wait for the chain. */
async function act<N extends KindName>(
  { trade, counts }: World,
  kind: N,
  input: InputOf<N>,
  by: Who,
): Promise<void> {
  const decision = await trade.act(kind, input, by, 'pending');
  counts.decided += 1;
  if (decision !== 'NOT_FOUND' && decision.kind === 'accepted') counts.accepted += 1;
}

/** Mostly the right party, sometimes a wrong one. */
function someone(chance: Random, party: string): Who {
  const right = [...anyone].find((each) => each.party === party);
  return right === undefined || chance.below(8) === 0 ? chance.pick(anyone) : right;
}

/** A row in one of the states, sometimes in any, mostly one of the newest; null when there is none. */
function some<R extends { readonly id: string }>(
  { trade }: World,
  chance: Random,
  table: string,
  states: readonly string[] = [],
): R | null {
  const all = trade.all<Row>(table);
  const isWild = states.length === 0 || chance.below(12) === 0;
  const from = isWild ? all : all.filter(({ state }) => states.includes(String(state)));
  if (from.length === 0) return null;
  const recent = chance.below(3) > 0 ? from.slice(-6) : from;
  return chance.pick(recent) as unknown as R;
}

/** Once in a while one minor unit too much. */
function nearly(chance: Random, minor: bigint): bigint {
  return chance.below(9) === 0 ? minor + 1n : minor;
}

// The promise.

/** From the least that can be split up to a quarter of a million, due within the tenors of the programme. */
async function arrive(world: World, chance: Random): Promise<void> {
  const { trade } = world;
  if (trade.all('invoice').length >= invoicesMax) return;
  const minor = 1_000_00n + BigInt(chance.below(2 ** chance.below(25)));
  addInvoice(world, { minor, dueDate: addDays(trade.clock.today, 15 + chance.below(90)) });
}
/** So that what is looked at after each act stays small. */
const invoicesMax = 80;

async function propose(world: World, chance: Random): Promise<void> {
  const invoice = some<InvoiceRow>(world, chance, 'invoice', ['RECEIVED', 'QUERIED']);
  if (invoice === null) return;
  const { payableMinor, statedDueDate } = invoice;
  const isLess = chance.below(4) === 0;
  const input = {
    invoice: invoice.id,
    approved: [nearly(chance, isLess ? payableMinor - 1n : payableMinor), currency] as const,
    dueDate: statedDueDate ?? lastDay,
    reason: isLess ? 'less was delivered' : null,
  };
  await act(world, 'invoice.propose', input, someone(chance, invoice.buyer));
}

async function confirm(world: World, chance: Random): Promise<void> {
  const proposal = some<ProposalRow>(world, chance, 'proposal', ['OPEN']);
  if (proposal === null) return;
  const { invoice, approvedMinor, dueDate, reason } = proposal;
  const input = {
    ...{ invoice, proposal: proposal.id, dueDate, reason, statement: confirmationStatement },
    approved: [nearly(chance, approvedMinor), currency] as const,
  };
  await act(world, 'invoice.confirm', input, chance.below(5) === 0 ? who.aurora : approver);
}

async function dispute(world: World, chance: Random): Promise<void> {
  const invoice = some<InvoiceRow>(world, chance, 'invoice');
  if (invoice === null) return;
  const input = {
    ...{ invoice: invoice.id, reasonCode: 'QUALITY', text: 'scratched', documentDigest: null },
    amount: [1n + BigInt(chance.below(1_000_00)), currency] as const,
  };
  await act(world, 'dispute.raise', input, someone(chance, invoice.buyer));
}

async function undispute(world: World, chance: Random): Promise<void> {
  const raised = some<DisputeRow>(world, chance, 'dispute', ['RAISED', 'ANSWERED']);
  if (raised === null) return;
  const input = { dispute: raised.id, reason: 'mended' };
  await act(world, 'dispute.close', input, someone(chance, raised.buyer));
}

// Certificates.

async function accept(world: World, chance: Random): Promise<void> {
  const offered = some<CertificateRow>(world, chance, 'certificate', ['OFFERED']);
  if (offered === null) return;
  const by = someone(chance, offered.holder);
  if (chance.below(12) === 0)
    await act(world, 'certificate.decline', { certificate: offered.id, reason: 'no' }, by);
  else await act(world, 'certificate.accept', { certificate: offered.id }, by);
}

async function split(world: World, chance: Random): Promise<void> {
  const from = some<CertificateRow>(world, chance, 'certificate', ['ACTIVE']);
  if (from === null) return;
  const weights = Array.from({ length: 2 + chance.below(3) }, () => BigInt(1 + chance.below(9)));
  const parts = allocate(from.faceMinor, weights);
  const input = {
    certificate: from.id,
    parts: parts.map((minor) => [nearly(chance, minor), currency] as const),
  };
  await act(world, 'certificate.split', input, someone(chance, from.holder));
}

async function pass(world: World, chance: Random): Promise<void> {
  const from = some<CertificateRow>(world, chance, 'certificate', ['ACTIVE']);
  if (from === null) return;
  const to = chance.pick(chance.below(6) === 0 ? anyone : suppliers);
  const input = {
    ...hopTo(from.id, to),
    ...(chance.below(12) === 0 ? { tradeReference: '' } : {}),
  };
  await act(world, 'certificate.transfer', input, someone(chance, from.holder));
}

async function answer(world: World, chance: Random, how: 'receive' | 'reject'): Promise<void> {
  const offer = some<TransferRow>(world, chance, 'transfer', ['PENDING']);
  if (offer === null) return;
  const by = someone(chance, offer.transferee);
  const { id: transfer, certificate } = offer;
  const input = { certificate, transfer };
  const offered = world.trade.row<CertificateRow>('certificate', certificate);
  const termsDigest = hopTermsDigest(hopTermsOf(offered, offer));
  if (how === 'receive') await act(world, 'certificate.receive', { ...input, termsDigest }, by);
  else await act(world, 'certificate.reject', { ...input, reason: 'not ours' }, by);
}

async function due(world: World, chance: Random): Promise<void> {
  const live =
    chance.below(2) === 0 ? ['ASSIGNED'] : ['OFFERED', 'ACTIVE', 'TRANSFER_PENDING', 'ASSIGNED'];
  const certificate = some<CertificateRow>(world, chance, 'certificate', live);
  if (certificate === null) return;
  await act(world, 'certificate.due', { certificate: certificate.id }, who.automation);
}

// Financing.

/** Limits are raised, and sometimes cut under what is taken; a colleague approves what was proposed. */
async function limit(world: World, chance: Random): Promise<void> {
  const bank = chance.pick(banks);
  const before = world.trade.all<LimitRow>('credit_limit').find((each) => each.bank === bank.party);
  const from = before?.sanctionedMinor ?? 120_000_00n;
  const isCut = chance.below(5) === 0;
  const minor = isCut ? from / 2n : from + BigInt(chance.below(30_000_00));
  const terms = limitTerms({ sanctioned: [minor, currency], validTo: lastDay });
  await act(world, 'limit.propose', terms, chance.below(9) === 0 ? chance.pick(anyone) : bank);
  const proposal = world.trade
    .all<LimitProposalRow>('limit_proposal')
    .findLast((each) => each.bank === bank.party && each.state === 'OPEN');
  if (proposal === undefined) return;
  const { id, sanctionedMinor, adhocMinor } = proposal;
  const amounts = {
    sanctioned: [sanctionedMinor, currency],
    adhoc: [adhocMinor, currency],
  } as const;
  const colleague = { party: bank.party, person: 'per_colleague' };
  await act(world, 'limit.approve', { proposal: id, ...amounts }, colleague);
}

async function ask(world: World, chance: Random): Promise<void> {
  const certificate = some<CertificateRow>(world, chance, 'certificate', ['ACTIVE']);
  if (certificate === null) return;
  const by = someone(chance, certificate.holder);
  const input = {
    ...{ certificate: certificate.id, payTo: `acc_${by.party}` },
    invited: banks.slice(chance.below(2)).map(({ party }) => party),
    closesAtMs: world.trade.clock.ms + 50_000n,
  };
  await act(world, 'finance.request', input, by);
}

async function quote(world: World, chance: Random): Promise<void> {
  const asked = some<RequestRow>(world, chance, 'finance_request', ['OPEN']);
  if (asked === null) return;
  const input = {
    ...{ request: asked.id, rateMicros: BigInt(chance.below(200_000)) - 1_000n },
    method: chance.pick(['STRAIGHT', 'YIELD']),
    dayCount: chance.pick(['ACT_365F', 'ACT_360', 'THIRTY_360']),
    advanceMicros: BigInt(chance.below(2) === 0 ? 1_000_000 : 800_000 + chance.below(200_001)),
    ...{ feeFlat: [BigInt(chance.below(100)), currency] as const, feeMicros: 0n },
    ...{ feeMin: [0n, currency] as const, recourse: 'NONE' },
    validTo: addDays(world.trade.clock.today, chance.below(40)),
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
  };
  await act(world, 'quote.submit', input, chance.pick(banks));
}

async function unquote(world: World, chance: Random): Promise<void> {
  const sealed = some<QuoteRow>(world, chance, 'quote', ['COMMITTED']);
  if (sealed === null) return;
  await act(world, 'quote.withdraw', { quote: sealed.id }, someone(chance, sealed.bank));
}

async function close(world: World, chance: Random): Promise<void> {
  const asked = some<RequestRow>(world, chance, 'finance_request', ['OPEN']);
  if (asked === null) return;
  const { clock } = world.trade;
  const isOver = clock.ms >= asked.closesAtMs;
  if (!isOver && chance.below(3) === 0) clock.ms = asked.closesAtMs;
  await act(world, 'finance.close', { request: asked.id }, who.automation);
}

async function choose(world: World, chance: Random): Promise<void> {
  const offered = some<QuoteRow>(world, chance, 'quote', ['REVEALED']);
  if (offered === null) return;
  const asked = world.trade.row<RequestRow>('finance_request', offered.request);
  const { netMinor } = priceOf(offered, asked, world.trade.clock.today);
  const net = [nearly(chance, netMinor), currency] as const;
  const input = { request: asked.id, quote: offered.id, net };
  await act(world, 'quote.choose', input, someone(chance, asked.holder));
}

async function fund(world: World, chance: Random): Promise<void> {
  const asked = some<RequestRow>(world, chance, 'finance_request', ['RESERVED']);
  if (asked?.chosen == null) return;
  const net = [nearly(chance, asked.netMinor ?? 0n), currency] as const;
  const input = { request: asked.id, quote: asked.chosen, net };
  await act(world, 'finance.propose', input, someone(chance, asked.bank ?? ''));
}

async function approve(world: World, chance: Random): Promise<void> {
  const proposal = some<FundingProposalRow>(world, chance, 'funding_proposal', ['OPEN']);
  if (proposal === null) return;
  const asked = world.trade.row<RequestRow>('finance_request', proposal.request);
  const net = [nearly(chance, proposal.netMinor), currency] as const;
  const { id: request, payTo, certificate, invoice } = asked;
  const input = { request, proposal: proposal.id, net, payTo, certificate, invoice };
  await act(world, 'finance.approve', input, secondOf(chance, proposal));
}

/** Mostly another person of the bank; sometimes the one who proposed, sometimes another bank. */
function secondOf(chance: Random, { bank }: FundingProposalRow): Who {
  const second = { party: bank, person: 'per_second' };
  return chance.below(6) === 0 ? someone(chance, bank) : second;
}

async function sendBack(world: World, chance: Random): Promise<void> {
  const proposal = some<FundingProposalRow>(world, chance, 'funding_proposal', ['OPEN']);
  if (proposal === null) return;
  const input = { request: proposal.request, proposal: proposal.id, reason: 'look again' };
  await act(world, 'finance.return', input, secondOf(chance, proposal));
}

async function withdraw(world: World, chance: Random): Promise<void> {
  const asked = some<RequestRow>(world, chance, 'finance_request', ['OPEN', 'CLOSED']);
  if (asked === null) return;
  const input = { request: asked.id, reason: 'no need' };
  await act(world, 'finance.withdraw', input, someone(chance, asked.holder));
}

async function declineFunding(world: World, chance: Random): Promise<void> {
  const asked = some<RequestRow>(world, chance, 'finance_request', ['INSTRUCTED']);
  if (asked === null) return;
  const input = { request: asked.id, reason: 'no money' };
  await act(world, 'finance.decline', input, someone(chance, asked.bank ?? ''));
}

/** What nobody did in time, on anything that it might be. */
async function lapse(world: World, chance: Random): Promise<void> {
  const asked = some<RequestRow>(world, chance, 'finance_request');
  if (asked === null) return;
  const kind = chance.pick(['finance.expire', 'finance.fail'] as const);
  await act(world, kind, { request: asked.id }, who.automation);
}

// Bank lines and days.

/** A statement of one line, of either side of a leg: exact, short or over, and sometimes a known one. */
async function line(world: World, chance: Random): Promise<void> {
  const leg = some<LegRow>(world, chance, 'leg', ['SCHEDULED', 'INSTRUCTED', 'PART_SETTLED']);
  if (leg === null) return;
  const isCredit = chance.below(2) === 0;
  const owner = isCredit ? leg.payee : leg.payer;
  const known = some<LineRow>(world, chance, 'statement_line');
  const isKnown = known !== null && chance.below(10) === 0;
  const booked: BankLine = isKnown ? known : bookedOf(world, chance, leg, isCredit);
  const text = lineText(booked);
  const input = {
    account: isKnown ? known.account : `acc_${owner}`,
    format: chance.below(3) === 0 ? 'CSV' : 'CAMT054',
    documentDigest: sha256(utf8(text)),
    lines: [text],
  };
  await act(world, 'statement.import', input, someone(chance, owner));
}

function bookedOf(
  { trade, counts }: World,
  chance: Random,
  leg: LegRow,
  credit: boolean,
): BankLine {
  const open = leg.amountMinor - leg.settledMinor;
  const some = [open, open, open / 2n, open / 2n, open + 7n][chance.below(5)] ?? open;
  return {
    ...{ bookingDate: trade.clock.today, credit, currency, counterparty: 'a counterparty' },
    amountMinor: some > 0n ? some : 1n,
    remittance: chance.below(12) === 0 ? 'no reference' : `pays ${leg.reference}`,
    bankReference: `B-${counts.decided}`,
    endToEndId: chance.below(2) === 0 ? null : `E-${leg.reference}`,
  };
}

async function wait({ trade }: World, chance: Random): Promise<void> {
  trade.clock.today = addDays(trade.clock.today, 1 + chance.below(9));
}
