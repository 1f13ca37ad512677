/**
 * The laps of one holder: its certificates are raced for until the time is over.
 *
 *   split | transfer              by all of its clients at once; an offer then
 *   receive | reject              by all clients of the transferee
 *   ask                           by all of its clients; then every bank quotes, each by all of its people
 *   choose A | choose B | split | transfer        the locks of financing against those of the holder
 *   propose, then approve         by the people of the bank that was chosen
 *   pay | decline                 two bank lines for one payment, and the bank's own no
 *
 * What wins is what the next lap goes on with, so parts of one promise are split, passed on, locked and
 * sold under each other's hands.
 */
import { statementCsv } from '../../../server/src/demo/bank-files.ts';
import type { Json } from '../../../server/src/demo/client.ts';
import { plainTerms, receipt } from '../../../server/src/demo/hop.ts';
import type { Random } from '../../support/random.ts';
import { amountOf, until } from '../crash/people.ts';
import { currency } from '../crash/promise.ts';
import { type Attempt, type Racer, run, type Tally } from './heat.ts';

export type Bank = {
  readonly party: string;
  readonly analysts: readonly Racer[];
  readonly approvers: readonly Racer[];
};

export type Holder = {
  readonly name: string;
  readonly party: string;
  readonly account: string;
  readonly clients: readonly Racer[];
  /** Certificates that are live and its own, with their faces in minor units. */
  readonly live: Held[];
};
export type Held = { readonly id: string; readonly minor: bigint };

export type Track = {
  readonly holders: readonly Holder[];
  readonly banks: readonly Bank[];
  readonly dueDate: string;
  readonly tally: Tally;
  readonly random: Random;
  readonly isOver: () => boolean;
  /** A new promise to the holder, accepted. */
  readonly plant: (holder: Holder) => Promise<Held>;
};

/** No part is smaller than the programme's smallest. */
const minPart = 1_000_00n;
const windowMs = 700;
/** Below this face, of so many laps one is about financing; above, parts are made first. */
const soldBelow = 40_000_00n;
const soldOneIn = 2;

/** Races for the holder's certificates until the time is over; when none is left, for a new one. */
export async function lapsOf(holder: Holder, track: Track): Promise<void> {
  const { isOver, random } = track;
  while (!isOver()) {
    const [known] = holder.live.splice(random.below(holder.live.length), 1);
    const held = known ?? (await track.plant(holder));
    const isSold = held.minor < soldBelow && random.below(soldOneIn) === 0;
    if (isSold || isWhole(held)) await financed(holder, held, track);
    else await disposed(holder, held, track);
  }
}

// The holder's own moves.

async function disposed(holder: Holder, held: Held, track: Track): Promise<void> {
  const attempts = await Promise.all(
    holder.clients.map((by, order) =>
      isOfFirst(order) ? splitting(by, held, track.random) : passingOn(by, holder, held, track),
    ),
  );
  const won = await run({ name: 'dispose', attempts, losing: goneOn }, track.random, track.tally);
  await goOn(won, holder, held, track);
}

/** What became of the certificate, after the holder's move has won. */
async function goOn(won: Attempt | null, holder: Holder, held: Held, track: Track): Promise<void> {
  if (won?.kind === 'certificate.split') holder.live.push(...(await partsOf(holder, held)));
  if (won?.kind === 'certificate.transfer') await answered(holder, held, track);
}

/** Too small to be split. */
function isWhole({ minor }: Held): boolean {
  return minor < 2n * minPart;
}

function splitting(by: Racer, { id, minor }: Held, random: Random): Attempt {
  const room = Number((minor - 2n * minPart) / 100n) + 1;
  const cut = minPart + BigInt(random.below(room)) * 100n;
  const parts = [cut, minor - cut].map((part) => ({ amount: amountOf(part), currency }));
  const input = { certificate: id, parts };
  return { by, mutation: 'splitCertificate', kind: 'certificate.split', input };
}

async function passingOn(by: Racer, from: Holder, { id }: Held, track: Track): Promise<Attempt> {
  const others = track.holders.filter((each) => each !== from);
  const input = {
    ...{ certificate: id, transferee: track.random.pick(others).party },
    ...(await plainTerms(by, `RACE-${id.slice(-6)}`)),
  };
  return { by, mutation: 'transferCertificate', kind: 'certificate.transfer', input };
}

async function partsOf(holder: Holder, { id }: Held): Promise<readonly Held[]> {
  const { certificate } = await first(holder.clients).query<{ certificate: { children: Seen[] } }>(
    'query ($id: ID!) { certificate(id: $id) { children { id face { amount } } } }',
    { id },
  );
  return certificate.children.map((child) => ({ id: child.id, minor: minorOf(child.face) }));
}

/** The transferee's clients take the offer and send it back, all at once. */
async function answered(holder: Holder, held: Held, track: Track): Promise<void> {
  const { certificate } = await first(holder.clients).query<{ certificate: { transfer: Offer } }>(
    'query ($id: ID!) { certificate(id: $id) { transfer { id to { id } } } }',
    { id: held.id },
  );
  const { transfer } = certificate;
  const to = track.holders.find(({ party }) => party === transfer.to.id) ?? holder;
  const input = await receipt(first(to.clients).query, held.id);
  const attempts = to.clients.map(
    (by, order): Attempt =>
      order % 2 === 0
        ? { by, mutation: 'receiveCertificate', kind: 'certificate.receive', input }
        : {
            ...{ by, mutation: 'rejectCertificate', kind: 'certificate.reject' },
            input: { certificate: held.id, transfer: transfer.id, reason: 'not ours' },
          },
  );
  const losing = /^(ALREADY_|CERTIFICATE_)/;
  const won = await run({ name: 'answer', attempts, losing }, track.random, track.tally);
  if (won?.kind === 'certificate.reject') holder.live.push(held);
  if (won?.kind === 'certificate.receive') to.live.push(...(await partsOf(to, held)));
}

// Financing.

/** How a move loses when the certificate or the request went another way: by the name of its state. */
const goneOn = /^(CERTIFICATE|REQUEST)_/;

async function financed(holder: Holder, held: Held, track: Track): Promise<void> {
  const request = await asked(holder, held, track);
  if (request === null) return;
  await Promise.all(track.banks.map((bank, order) => quoted(bank, order, request, track)));
  const { state, quotes } = await closed(holder, request);
  if (state !== 'CLOSED') {
    holder.live.push(held);
    return;
  }
  const won = await chosen(holder, held, { request, quotes }, track);
  if (won?.kind === 'quote.choose') await paidOut(holder, request, track);
  else await goOn(won, holder, held, track);
}

async function asked(holder: Holder, held: Held, track: Track): Promise<string | null> {
  const input = {
    ...{ certificate: held.id, invited: track.banks.map(({ party }) => party) },
    ...{ payTo: holder.account, closesAtMs: (Date.now() + windowMs).toString() },
  };
  const attempts = holder.clients.map(
    (by): Attempt => ({ by, mutation: 'requestFinancing', kind: 'finance.request', input }),
  );
  const losing = /^(REQUEST_EXISTS|WINDOW_IN_PAST|CERTIFICATE_.*)$/;
  await run({ name: 'ask', attempts, losing, needsWinner: false }, track.random, track.tally);
  const { certificate } = await first(holder.clients).query<{
    certificate: { request: { id: string } | null };
  }>('query ($id: ID!) { certificate(id: $id) { request { id } } }', { id: held.id });
  return certificate.request?.id ?? null;
}

async function quoted(bank: Bank, order: number, request: string, track: Track): Promise<void> {
  const zero = { amount: '0', currency };
  const attempts = bank.analysts.map(
    (by, place): Attempt => ({
      ...{ by, mutation: 'submitQuote', kind: 'quote.submit' },
      input: {
        ...{ request, rateMicros: `${64_000 + 500 * order + place}`, method: 'STRAIGHT' },
        ...{ dayCount: 'ACT_365F', advanceMicros: '1000000', feeFlat: zero, feeMicros: '0' },
        ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
        ...{ feeMin: zero, recourse: 'NONE', validTo: track.dueDate },
      },
    }),
  );
  const losing = /^(QUOTE_EXISTS|WINDOW_CLOSED|REQUEST_.*)$/;
  await run({ name: 'quote', attempts, losing, needsWinner: false }, track.random, track.tally);
}

type Quote = { readonly id: string; readonly net: Json; readonly bank: { readonly id: string } };
type RequestSeen = { readonly state: string; readonly quotes: readonly Quote[] };

function closed(holder: Holder, request: string): Promise<RequestSeen> {
  return until(async () => {
    const { financeRequest } = await first(holder.clients).query<{ financeRequest: RequestSeen }>(
      `query ($id: ID!) { financeRequest(id: $id) {
        state quotes { id net { amount currency } bank { id } } } }`,
      { id: request },
    );
    return financeRequest.state === 'OPEN' ? null : financeRequest;
  });
}

/** The banks' quotes are chosen while the certificate is split and passed on. */
async function chosen(
  holder: Holder,
  held: Held,
  { request, quotes }: { readonly request: string; readonly quotes: readonly Quote[] },
  track: Track,
): Promise<Attempt | null> {
  const moves = holder.clients.map((by, order): Attempt | Promise<Attempt> => {
    const quote = quotes[(order >> 2) % quotes.length];
    if (isOfFirst(order) && quote !== undefined) {
      const input = { request, quote: quote.id, net: quote.net };
      return { by, mutation: 'chooseQuote', kind: 'quote.choose', input };
    }
    return order % 4 === 2 && !isWhole(held)
      ? splitting(by, held, track.random)
      : passingOn(by, holder, held, track);
  });
  const attempts = await Promise.all(moves);
  return run(
    { name: 'choose', attempts, losing: /^(CERTIFICATE|REQUEST|QUOTE)_/ },
    track.random,
    track.tally,
  );
}

/** The chosen bank's people propose and approve; then it pays twice over, and says no as well. */
async function paidOut(holder: Holder, request: string, track: Track): Promise<void> {
  const { tally, random } = track;
  const { financeRequest } = await first(holder.clients).query<{
    financeRequest: { chosen: Quote };
  }>(
    `query ($id: ID!) { financeRequest(id: $id) {
      chosen { id net { amount currency } bank { id } } } }`,
    { id: request },
  );
  const { id: quote, net, bank: winner } = financeRequest.chosen;
  const bank = track.banks.find(({ party }) => party === winner.id);
  if (bank === undefined) throw new Error(`${winner.id} was not invited`);
  const proposing = bank.analysts.map(
    (by): Attempt => ({
      ...{ by, mutation: 'proposeFunding', kind: 'finance.propose' },
      input: { request, quote, net },
    }),
  );
  await run({ name: 'propose', attempts: proposing, losing: goneOn }, random, tally);
  const { financeRequest: before } = await first(bank.analysts).query<{
    financeRequest: { proposal: Named; certificate: Named; invoice: Named };
  }>(
    `query ($id: ID!) { financeRequest(id: $id) {
      proposal { id } certificate { id } invoice { id } } }`,
    { id: request },
  );
  const { proposal, certificate, invoice } = before;
  const approving = bank.approvers.map(
    (by): Attempt => ({
      ...{ by, mutation: 'approveFunding', kind: 'finance.approve' },
      input: {
        ...{ request, proposal: proposal.id, net, payTo: holder.account },
        ...{ certificate: certificate.id, invoice: invoice.id },
      },
    }),
  );
  await run(
    { name: 'approve', attempts: approving, losing: /^(REQUEST_|PROPOSAL_NOT_OPEN)/ },
    random,
    tally,
  );
  await paidOrNot(holder, bank, request, track);
}

/** Two lines for the one payment against the bank's own no: it is paid once, or not at all. */
async function paidOrNot(holder: Holder, bank: Bank, request: string, track: Track): Promise<void> {
  const { tally, random } = track;
  const { financeRequest, viewer } = await first(bank.analysts).query<{
    financeRequest: { legs: readonly [{ reference: string; amount: { amount: string } }] };
    viewer: { businessDate: string };
  }>(
    `query ($id: ID!) { financeRequest(id: $id) { legs { reference amount { amount } } }
      viewer { businessDate } }`,
    { id: request },
  );
  const [leg] = financeRequest.legs;
  const line = {
    ...{ date: viewer.businessDate, minor: minorOf(leg.amount), currency },
    ...{ counterparty: holder.name, reference: leg.reference },
    direction: 'debit' as const,
  };
  const paying = bank.analysts
    .slice(0, 2)
    .map((by, order) => imported(by, { ...line, bankReference: `${leg.reference}-${order}` }));
  // The no comes at once, or when a line is in and its payment is being made.
  const [paid] = paying;
  const declining = bank.approvers.slice(0, 1).map(async (by) => {
    if (random.below(2) === 0) await paid;
    return by.act('declineFunding', 'finance.decline', { request, reason: 'a change of mind' });
  });
  const outcomes = await Promise.all([...paying, ...declining]);
  tally.heats += 1;
  for (const outcome of outcomes) {
    if (!outcome.won && !mayMissPayment.test(outcome.code))
      tally.broken.push(`pay: ${outcome.message}`);
  }
  const end = await until(async () => {
    const { financeRequest: seen } = await first(bank.analysts).query<{
      financeRequest: { state: string };
    }>('query ($id: ID!) { financeRequest(id: $id) { state } }', { id: request });
    return seen.state === 'INSTRUCTED' ? null : seen.state;
  });
  const isDeclined = outcomes.at(-1)?.won === true;
  const counted = isDeclined ? 'declined' : 'paid';
  tally.won.set(counted, (tally.won.get(counted) ?? 0) + 1);
  const expected = isDeclined ? 'FUNDING_FAILED' : 'FUNDED';
  if (end !== expected)
    tally.broken.push(`pay: the bank's no was ${isDeclined}, and the request is ${end}`);
}

const mayMissPayment = /^(PENDING_RESERVATION|STALE_VERSION|SEQUENCE_STALE|REQUEST_.*)$/;

async function imported(by: Racer, line: Parameters<typeof statementCsv>[0][number]) {
  const { uploadStatement } = await by.upload<{ uploadStatement: Json }>(
    `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) {
      ... on StatementPreview { documentDigest lines } ... on Refusal { code message } } }`,
    { input: { file: null, account: by.account, format: 'CSV' } },
    new File([statementCsv([line])], 'statement.csv'),
    'variables.input.file',
  );
  return by.act('importStatement', 'statement.import', {
    ...{ account: by.account, format: 'CSV', documentDigest: uploadStatement.documentDigest },
    lines: uploadStatement.lines,
  });
}

/** Of four clients the first two: one for whom the platform signs, and one that signs itself. */
function isOfFirst(order: number): boolean {
  return order % 4 < 2;
}

type Named = { readonly id: string };
type Seen = { readonly id: string; readonly face: { readonly amount: string } };
type Offer = { readonly id: string; readonly to: { readonly id: string } };

function first<T>(from: readonly T[]): T {
  const [found] = from;
  if (found === undefined) throw new RangeError('nobody is there');
  return found;
}

function minorOf({ amount }: { readonly amount: string }): bigint {
  return BigInt(amount.replace('.', ''));
}
