/**
 * What goes on in the demo world while its server is killed: many small journeys of invoices at once.
 *
 *   upload · submit · propose · confirm ▶ certificate · accept · split · transfer · receive
 *   · ship and receive goods · ask for money · two quotes ▶ close · choose · propose · approve
 *   · disbursement ▶ booked          then, when all are that far, maturity and every repayment
 *
 * ▶ is the automation's. Every act has an idempotency key that says what it is, so it can be asked
 * for again after any crash. Half of the people sign with keys of their own.
 */
import { statementCsv } from '../../../server/src/demo/bank-files.ts';
import { type ActClient, type Json, Refused } from '../../../server/src/demo/client.ts';
import { plainTerms, receipt } from '../../../server/src/demo/hop.ts';
import { addDays } from '../../../server/src/kernel/time.ts';
import type { Random } from '../../support/random.ts';
import type { Witness } from './patient.ts';
import { businessDay, type Cast, type Person, until } from './people.ts';
import { accepted, currency, promised, type Tale } from './promise.ts';

export type Traffic = {
  /** How often something came to its end. */
  readonly done: {
    journeys: number;
    abandoned: number;
    payments: number;
    maturities: number;
    proofs: number;
  };
  /** Proofs that were handed out, by the hash of their act. */
  readonly proofs: Map<string, string>;
};

/** Of one invoice, its kept part and its passed part, in minor units. */
const face = 2_500_00n;
const kept = { amount: '1500.00', currency };
const passed = { amount: '1000.00', currency };
const termDays = 60;
/** The first window for quotes; each further one is longer. */
const windowMs = 2_000;
const requestsMax = 5;
/** Journeys of a worker between two maturities. */
const journeysPerRound = 2;
/** Of so many finished steps, the proof of one is fetched. */
const proofsOneIn = 12;

/** Refusals that a journey may meet because its server was away at the wrong time. */
const tooLate = new Set([
  ...['WINDOW_IN_PAST', 'WINDOW_CLOSED', 'NO_BID', 'REQUEST_CLOSED', 'REQUEST_CLOSED_NO_BID'],
]);

/** Runs until `isOver`; then every worker comes to the end of what it is about, and all is paid. */
export async function runTraffic(options: {
  readonly cast: Cast;
  readonly watch: Witness;
  readonly random: Random;
  readonly workers: number;
  readonly isOver: () => boolean;
}): Promise<Traffic> {
  const { cast, watch, isOver, random } = options;
  const traffic: Traffic = {
    done: { journeys: 0, abandoned: 0, payments: 0, maturities: 0, proofs: 0 },
    proofs: new Map(),
  };
  let count = 0;
  async function worker(): Promise<void> {
    for (let order = 0; order < journeysPerRound && !isOver(); order += 1) {
      count += 1;
      const number = count;
      await journey(story(`j${number}`, { cast, random, traffic }), number).then(
        () => {
          traffic.done.journeys += 1;
        },
        (error: unknown) => {
          traffic.done.abandoned += 1;
          if (!(error instanceof Refused && tooLate.has(error.code)))
            watch.broken.push(`journey ${number}: ${String(error)}`);
        },
      );
    }
  }
  while (!isOver()) {
    await Promise.all(Array.from({ length: options.workers }, worker));
    await maturity({ cast, random, traffic });
  }
  return traffic;
}

type Stage = { readonly cast: Cast; readonly random: Random; readonly traffic: Traffic };
type Story = Stage & Tale;

function story(name: string, stage: Stage): Story {
  let order = 0;
  return {
    ...stage,
    name,
    async do<T extends Json>(
      who: Person,
      mutation: string,
      kind: Parameters<ActClient['act']>[1],
      input: Json,
      more: { readonly select?: string; readonly beside?: Json; readonly wait?: boolean } = {},
    ) {
      order += 1;
      const answer = await who.act<T>(mutation, kind, input, {
        ...{ key: `${name}:${order}:${mutation}`, wait: stage.random.below(2) === 0, ...more },
      });
      if (stage.random.below(proofsOneIn) === 0)
        await keepProof(stage, who, answer.act.id, answer.act.anchor.actHash);
      return answer;
    },
  };
}

/** Fetches the proof of an act where there is one by now. */
async function keepProof(
  { traffic }: Stage,
  who: Person,
  id: string,
  actHash: string,
): Promise<void> {
  const { act } = await who.query<{ act: { anchor: { proof: string | null } } }>(
    'query ($id: ID!) { act(id: $id) { anchor { proof } } }',
    { id },
  );
  if (act.anchor.proof === null) return;
  traffic.proofs.set(actHash, act.anchor.proof);
  traffic.done.proofs += 1;
}

async function journey(tale: Story, count: number): Promise<void> {
  const { cast } = tale;
  const sellers = [cast.bolt, cast.copper, cast.dye] as const;
  const seller = sellers[count % 3] ?? cast.bolt;
  const other = sellers[(count + 1) % 3] ?? cast.copper;
  const today = await businessDay(cast.clerk);
  const dueDate = addDays(today, termDays);

  const invoice = await promised(tale, seller, { today, dueDate, face });
  const keptPart = await divided(tale, seller, other, invoice);
  if (count % 4 === 0) await shipped(tale, seller, invoice);
  await financed(tale, seller, keptPart, dueDate);
}

/** The certificate accepted, split, and one part passed on. Returns the part that was kept. */
async function divided(
  tale: Story,
  seller: Person,
  other: Person,
  invoice: string,
): Promise<string> {
  const root = await accepted(tale, seller, invoice);
  await tale.do(seller, 'splitCertificate', 'certificate.split', {
    ...{ certificate: root, parts: [kept, passed] },
  });
  const parts = await until(async () => {
    const { certificate } = await seller.query<{
      certificate: { state: string; children: readonly Part[] };
    }>('query ($id: ID!) { certificate(id: $id) { state children { id face { amount } } } }', {
      id: root,
    });
    const { state, children } = certificate;
    return state === 'SPLIT' && children.length === 2 ? children : null;
  });
  const [mine, theirs] = [kept, passed].map(
    ({ amount }) => parts.find((part) => part.face.amount === amount)?.id ?? '',
  );
  await tale.do(seller, 'transferCertificate', 'certificate.transfer', {
    ...{ certificate: theirs, transferee: other.party },
    ...(await plainTerms(seller, tale.name)),
  });
  await until(async () => {
    const { certificate } = await seller.query<{ certificate: { transfer: object | null } }>(
      'query ($id: ID!) { certificate(id: $id) { transfer { id } } }',
      { id: theirs },
    );
    return certificate.transfer;
  });
  const taken = await receipt(other.query, theirs ?? '');
  await tale.do(other, 'receiveCertificate', 'certificate.receive', taken);
  return mine ?? '';
}

type Part = { readonly id: string; readonly face: { readonly amount: string } };

async function shipped(tale: Story, seller: Person, invoice: string): Promise<void> {
  const { cast, name } = tale;
  const { shipment } = await tale.do<{ shipment: { id: string } }>(
    seller,
    'assignShipment',
    'shipment.assign',
    { invoice, carrier: cast.carrier.party, reference: `SHIP-${name}` },
    { select: 'shipment { id }' },
  );
  for (const bizStep of ['shipping', 'receiving'] as const) {
    const { prepareDelivery } = await cast.carrier.query<{ prepareDelivery: Json }>(
      `query ($shipment: ID!, $bizStep: String!, $eventTime: String!) {
        prepareDelivery(shipment: $shipment, bizStep: $bizStep, eventTime: $eventTime) {
          eventId eventHash eventType action bizStep disposition eventTime location event } }`,
      { shipment: shipment.id, bizStep, eventTime: new Date().toISOString() },
    );
    await tale.do(cast.carrier, 'recordDelivery', 'delivery.record', {
      ...{ shipment: shipment.id, ...prepareDelivery },
    });
  }
}

async function financed(
  tale: Story,
  seller: Person,
  certificate: string,
  dueDate: string,
): Promise<void> {
  const { cast } = tale;
  const banks = [
    { analyst: cast['bank-a-analyst'], approver: cast['bank-a-approver'] },
    { analyst: cast['bank-b-analyst'], approver: cast['bank-b-approver'] },
  ] as const;
  const { request, best } = await competed(
    tale,
    seller,
    certificate,
    dueDate,
    banks.map(({ analyst }) => analyst),
  );
  const { net } = best;
  await tale.do(seller, 'chooseQuote', 'quote.choose', { request, quote: best.id, net });
  const bank = banks.find(({ analyst }) => analyst.party === best.bank.id) ?? banks[0];
  await until(async () => {
    const { financeRequest } = await seller.query<{ financeRequest: { state: string } }>(
      'query ($id: ID!) { financeRequest(id: $id) { state } }',
      { id: request },
    );
    return financeRequest.state === 'RESERVED' ? financeRequest : null;
  });
  const proposed = await tale.do<{
    request: { proposal: { id: string }; invoice: { id: string } };
  }>(
    bank.analyst,
    'proposeFunding',
    'finance.propose',
    { request, quote: best.id, net },
    { select: 'request { proposal { id } invoice { id } }' },
  );
  await tale.do(bank.approver, 'approveFunding', 'finance.approve', {
    ...{ request, proposal: proposed.request.proposal.id, net, payTo: seller.account },
    ...{ certificate, invoice: proposed.request.invoice.id },
  });
  const leg = await until(async () => {
    const { financeRequest } = await bank.analyst.query<{
      financeRequest: { legs: readonly Leg[] };
    }>(`query ($id: ID!) { financeRequest(id: $id) { legs { ${legFields} } } }`, { id: request });
    return financeRequest.legs[0] ?? null;
  });
  await pay(tale, bank.analyst, leg, { direction: 'debit', counterparty: seller.name });
  await until(async () => {
    const { certificate: seen } = await bank.analyst.query<{ certificate: { state: string } }>(
      'query ($id: ID!) { certificate(id: $id) { state } }',
      { id: certificate },
    );
    return seen.state === 'ASSIGNED' ? seen : null;
  });
}

type Competed = {
  readonly request: string;
  readonly best: RequestSeen['quotes'][number];
};

/** Asks the banks, and asks again with a longer window when the server was away for the whole of it. */
async function competed(
  tale: Story,
  seller: Person,
  certificate: string,
  dueDate: string,
  banks: readonly Person[],
): Promise<Competed> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { request } = await tale.do<{ request: { id: string } }>(
        seller,
        'requestFinancing',
        'finance.request',
        {
          ...{ certificate, invited: banks.map(({ party }) => party), payTo: seller.account },
          closesAtMs: (Date.now() + windowMs * tries).toString(),
        },
        { select: 'request { id }' },
      );
      const quotes = banks.map((bank, order) =>
        tale
          .do(bank, 'submitQuote', 'quote.submit', quote(request.id, order, dueDate))
          .catch(unlessTooLate),
      );
      await Promise.all(quotes);
      return { request: request.id, best: await bestOf(seller, request.id) };
    } catch (error) {
      unlessTooLate(error);
      if (tries === requestsMax) throw error;
    }
  }
}

async function bestOf(seller: Person, request: string): Promise<Competed['best']> {
  return until(async () => {
    const { financeRequest } = await seller.query<{ financeRequest: RequestSeen }>(
      'query ($id: ID!) { financeRequest(id: $id) { state quotes { id rank net { amount currency } bank { id } } } }',
      { id: request },
    );
    const { state, quotes } = financeRequest;
    if (state === 'CLOSED_NO_BID') throw new Refused('NO_BID', 'no bank quoted');
    return state === 'CLOSED' ? (quotes.find(({ rank }) => rank === 1) ?? null) : null;
  });
}

function unlessTooLate(error: unknown): void {
  if (!(error instanceof Refused && tooLate.has(error.code))) throw error;
}

type RequestSeen = {
  readonly state: string;
  readonly quotes: readonly {
    readonly id: string;
    readonly rank: number | null;
    readonly net: Json;
    readonly bank: { readonly id: string };
  }[];
};
type Leg = {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
  readonly amount: { readonly amount: string };
  readonly payee: { readonly id: string };
};
const legFields = 'id reference state amount { amount currency } payee { id }';

/** Brings in one line of a bank statement that pays a leg. */
async function pay(
  tale: Story,
  by: Person,
  leg: Leg,
  { direction, counterparty }: { direction: 'debit' | 'credit'; counterparty: string },
): Promise<void> {
  const minor = BigInt(leg.amount.amount.replace('.', ''));
  const line = {
    ...{ date: await businessDay(by), minor, currency, direction, counterparty },
    ...{ reference: leg.reference, bankReference: `${tale.name}-${leg.id}` },
  };
  const { uploadStatement: read } = await by.upload<{ uploadStatement: Json }>(
    `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) {
      ... on StatementPreview { documentDigest lines } ... on Refusal { code message } } }`,
    { input: { file: null, account: by.account, format: 'CSV' } },
    new File([statementCsv([line])], 'statement.csv'),
    'variables.input.file',
  );
  if (read.lines === undefined) throw new Error(`the statement: ${JSON.stringify(read)}`);
  await tale.do(by, 'importStatement', 'statement.import', {
    ...{ account: by.account, format: 'CSV', documentDigest: read.documentDigest },
    lines: read.lines,
  });
  tale.traffic.done.payments += 1;
}

/** The business day moves to where everything is due, and everybody is paid. */
async function maturity(stage: Stage): Promise<void> {
  const { cast, traffic } = stage;
  traffic.done.maturities += 1;
  const tale = story(`m${traffic.done.maturities}`, stage);
  const date = addDays(await businessDay(cast.governor), termDays + 5);
  await tale.do(cast.governor, 'setBusinessDate', 'clock.set', { date }, { wait: true });
  const payees = [cast.bolt, cast.copper, cast.dye, cast['bank-a-analyst'], cast['bank-b-analyst']];
  await Promise.all(
    payees.map(async (payee) => {
      for (const leg of await repaymentsOf(payee)) {
        await pay(tale, payee, leg, { direction: 'credit', counterparty: cast.treasurer.name });
      }
    }),
  );
}

/** What is to be paid to the party once the automation has called everything due. */
async function repaymentsOf(payee: Person): Promise<readonly Leg[]> {
  const open = 'filter: { kinds: [REPAYMENT], states: [SCHEDULED, INSTRUCTED] }';
  const { legs } = await until(async () => {
    const { certificates, ...page } = await payee.query<{
      certificates: { edges: readonly unknown[] };
      legs: { edges: readonly { readonly node: Leg }[] };
    }>(
      `query ($holder: ID!) {
      certificates(first: 1, filter: { holderId: $holder, states: [ACTIVE, ASSIGNED] }) { edges { cursor } }
      legs(first: 50, ${open}) { edges { node { ${legFields} } } } }`,
      { holder: payee.party },
    );
    return certificates.edges.length === 0 ? page : null;
  });
  return legs.edges.map(({ node }) => node).filter(({ payee: { id } }) => id === payee.party);
}

function quote(request: string, order: number, dueDate: string): Json {
  const zero = { amount: '0', currency };
  return {
    ...{ request, rateMicros: order === 0 ? '64000' : '65500', method: 'STRAIGHT' },
    ...{ dayCount: 'ACT_365F', advanceMicros: '1000000', feeFlat: zero, feeMicros: '0' },
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
    ...{ feeMin: zero, recourse: 'NONE', validTo: dueDate },
  };
}
