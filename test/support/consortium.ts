/**
 * A core enterprise with its suppliers, banks, carriers and an auditor, and everything that can
 * happen between them: the journey of the demo, and beside it every turn that it does not take.
 *
 * Every free text is a canary. Everybody holds every mandate, so that only sight and the rules of the
 * trade say no; one person of each organisation holds none. What was signed is kept, to be tried
 * again by others.
 */

import type { KindName } from '../../chain/src/act/kinds.ts';
import { minorOf } from '../../chain/src/verify.ts';
import { demoPassword, demoTerms, type SeededParty, type Seeder } from '../../prisma/seed.ts';
import { statementCsv } from '../../server/src/demo/bank-files.ts';
import {
  type ActAnswer,
  type ActClient,
  type ActOptions,
  type Json,
  signedInClient,
} from '../../server/src/demo/client.ts';
import { plainTerms, receipt } from '../../server/src/demo/hop.ts';
import { type Cast, playJourney, type Step } from '../../server/src/demo/journey.ts';
import type { Member } from '../../server/src/demo/onboard.ts';
import { readInvoiceFile } from '../../server/src/invoice/reading.ts';
import { amountText } from '../../server/src/kernel/money.ts';
import { addDays } from '../../server/src/kernel/time.ts';
import { mandateActions } from '../../server/src/party/model.ts';
import type { Canaries } from './canaries.ts';
import { seeded } from './random.ts';
import { payableOf, type UblParty, ublInvoice } from './ubl.ts';

/** A mutation that was accepted: who signed it, and its whole input but the key. */
export type Signed = {
  readonly login: string;
  readonly mutation: string;
  readonly kind: KindName;
  readonly input: Json;
};

/** Somebody who signs in. */
export type Principal = {
  readonly login: string;
  /** Such as 'A supplier' or 'A supplier, without mandates'. */
  readonly role: string;
  readonly person: string;
  readonly party: string;
  readonly hasMandates: boolean;
};

export type Consortium = {
  readonly letter: string;
  readonly programme: string;
  readonly cast: Cast;
  readonly members: Readonly<Record<MemberName, Member & { readonly principals: Principals }>>;
  readonly signed: readonly Signed[];
  /** Named objects of the turns that the journey does not take. */
  readonly objects: Readonly<Record<string, string>>;
  /** The bytes of every file that was handed in. */
  readonly files: readonly Uint8Array[];
};
type Principals = readonly Principal[];

export type MemberName =
  | 'core'
  | 'supplier'
  | 'tier2'
  | 'tier3'
  | 'bankA'
  | 'bankB'
  | 'bankC'
  | 'carrier'
  | 'carrier2'
  | 'auditor';

const roles: Readonly<Record<MemberName, 'CORE' | 'SUPPLIER' | 'BANK' | 'CARRIER' | 'AUDITOR'>> = {
  core: 'CORE',
  supplier: 'SUPPLIER',
  tier2: 'SUPPLIER',
  tier3: 'SUPPLIER',
  bankA: 'BANK',
  bankB: 'BANK',
  bankC: 'BANK',
  carrier: 'CARRIER',
  carrier2: 'CARRIER',
  auditor: 'AUDITOR',
};

/** People beside the first, who does everything, and the last, who holds no mandate. */
const others: Partial<Readonly<Record<MemberName, readonly string[]>>> = {
  core: ['clerk', 'approver'],
  bankA: ['analyst'],
  bankB: ['analyst'],
  bankC: ['analyst'],
};

export type ConsortiumOptions = {
  readonly letter: string;
  readonly url: string;
  readonly seeder: Seeder;
  readonly canaries: Canaries;
};

type Ground = Omit<Consortium, 'objects'> & {
  readonly canary: (place: string) => string;
  readonly parties: Readonly<Record<MemberName, UblParty>>;
  readonly signed: Signed[];
  readonly files: Uint8Array[];
};

/** Everybody joins, and the banks set their limits. */
export async function foundConsortium(options: ConsortiumOptions): Promise<Ground> {
  const { letter, seeder, canaries } = options;
  const canary = (place: string) => canaries.make(`${letter} ${place}`);
  const signed: Signed[] = [];
  const files: Uint8Array[] = [];
  const parties = {} as Record<MemberName, UblParty>;
  const seeds = {} as Record<MemberName, SeededParty>;
  const members = {} as Record<MemberName, Member & { readonly principals: Principals }>;
  for (const name of Object.keys(roles) as MemberName[]) {
    const party: UblParty = {
      name: `${name} ${canary(`name of ${name}`)}`,
      country: 'CN',
      scheme: 'USCC',
      number: canary(`registration of ${name}`),
    };
    const login = (person: string) => `${letter}-${name}-${person}`.toLowerCase();
    const people = ['first', ...(others[name] ?? []), 'plain'].map((person) => ({
      name: `${person} ${canary(`${person} of ${name}`)}`,
      role: person,
      login: login(person),
      mandates: person === 'plain' ? [] : everything,
    }));
    const [first, ...more] = people;
    if (first === undefined) throw new Error('somebody is first');
    const identifier = canary(`account of ${name}`).toUpperCase();
    const seed = await seeder.party({
      ...{ ...party, numberMadeUp: true, roles: [roles[name]] },
      people: [first, ...more],
      account: { scheme: 'OTHER', identifier },
    });
    parties[name] = party;
    seeds[name] = seed;
    const principals = people.map((each): Principal => {
      const actor = seed.people.get(each.login);
      if (actor === undefined || actor.person === null) throw new Error(`${each.login} is there`);
      const hasMandates = each.mandates.length > 0;
      const role = `${letter} ${name}${hasMandates ? '' : ', without mandates'}`;
      return { login: each.login, role, person: actor.person, party: seed.id, hasMandates };
    });
    const clients = await Promise.all(
      people.map(async (each) =>
        keeping(await signedInClient(options.url, each.login, demoPassword), {
          ...{ login: each.login, signed, files, canary },
        }),
      ),
    );
    members[name] = {
      ...{ id: seed.id, name: party.name, account: seed.account ?? '', accountNumber: identifier },
      ...{ clients, principals },
    };
  }
  const { core, ...rest } = seeds;
  const programme = await seeder.programme(
    core,
    {
      ...demoTerms(`programme ${canary('programme')}`),
      ...{ minSplitMinor: 1n, minTenorDays: 1n, requireDelivery: true },
      policyPacks: ['CN-77/1'],
    },
    Object.entries(rest).map(([name, each]) => [each, roles[name as MemberName]] as const),
  );
  const { supplier, tier2, bankA, bankB, carrier, auditor } = members;
  const cast: Cast = {
    ...{ programme, supplier, tier2, carrier, auditor },
    ...{ core: members.core, banks: [bankA, bankB] },
  };
  for (const bank of [bankA, bankB, members.bankC]) {
    const amounts = {
      sanctioned: { amount: '900000000.00', currency: 'CNY' },
      adhoc: { amount: '0.00', currency: 'CNY' },
    };
    const buyer = members.core.id;
    const none = { buyer: null, supplier: null, programme: null };
    for (const about of [
      { ...none, dimension: 'PROGRAMME', programme },
      { ...none, dimension: 'PAIR', buyer, supplier: members.supplier.id },
      { ...none, dimension: 'BUYER', buyer },
    ]) {
      const { proposal } = await at(bank, 0).act<{ proposal: Id }>(
        'proposeLimit',
        'limit.propose',
        { ...about, ...amounts, adhocTo: null, validTo: '2099-12-31' },
        { select: 'proposal { id }' },
      );
      const limit = { proposal: proposal.id, ...amounts };
      await at(bank, 1).act('approveLimit', 'limit.approve', limit);
    }
  }
  return { letter, programme, cast, members, signed, canary, parties, files };
}

const everything = mandateActions
  .filter((action) => action !== 'party.admin')
  .map((action) => [action] as const);

/** The journey of the demo, on a file whose every text is a canary. Moves the business day to maturity. */
export async function playMain(ground: Ground, governor: ActClient): Promise<readonly Step[]> {
  const { cast } = ground;
  const steps: Step[] = [];
  const file = await nextInvoice(ground);
  await playJourney(governor, cast, file, (step) => steps.push(step));
  return steps;
}

let count = 0;

/** What the next invoice has in common with an earlier one, so that it looks alike. */
type Alike = { readonly netMinor: bigint; readonly orderReference: string };

/** An invoice of the supplier to the core enterprise, issued today. */
async function nextInvoice({ canary, parties, members, files }: Ground, alike?: Alike) {
  count += 1;
  const issueDate = await todayOf(at(members.core, 0));
  const random = seeded(count * 7_919);
  // Between ten and forty million: each amount is met once, and fits 32 bits in minor units.
  const netMinor =
    alike === undefined
      ? 1_000_000_000n + BigInt(random.below(2_000_000_000))
      : alike.netMinor + 50n;
  const orderReference = alike?.orderReference ?? canary('order reference');
  const text = ublInvoice({
    number: `INV-${canary('invoice number')}`,
    ...{ issueDate, dueDate: addDays(issueDate, 90), currency: 'CNY' },
    orderReference,
    ...{ seller: parties.supplier, buyer: parties.core },
    item: `bolts ${canary('item')}`,
    netMinor,
  });
  const bytes = new Uint8Array(Buffer.from(text));
  files.push(bytes);
  const reading = readInvoiceFile(bytes);
  if (reading.kind === 'refusal' || reading.parsed === null) {
    throw new Error(`the invoice is readable: ${JSON.stringify(reading)}`);
  }
  const { parsed } = reading;
  if (parsed.payable.minor !== payableOf(netMinor)) throw new Error('the invoice adds up');
  return { path: `${canary('file name')}.xml`, bytes, parsed, alike: { netMinor, orderReference } };
}

/**
 * Every turn that the journey does not take: questions, refusals, returns, withdrawals, a sealed
 * window, a reservation that waits for its approver, an offer that waits for its taker, lines that
 * nobody can match. What is left stands in states that the walks look at.
 */
export async function playRest(ground: Ground): Promise<Consortium> {
  const { members, canary } = ground;
  const { core, supplier, tier2, bankA, bankB, carrier } = members;
  const [seller, clerk, approver] = [at(supplier, 0), at(core, 1), at(core, 2)];
  const objects: Record<string, string> = {};
  const reason = () => canary('reason');

  // Asked, answered, proposed in part, returned, proposed again, confirmed in part.
  const one = await submit(ground);
  await clerk.act('queryInvoice', 'invoice.query', {
    ...{ invoice: one.invoice, question: canary('question') },
  });
  await seller.act('answerInvoice', 'invoice.answer', {
    ...{ invoice: one.invoice, answer: canary('answer') },
  });
  const first = await propose(ground, one, 7n);
  await approver.act('returnProposal', 'invoice.return', {
    ...{ invoice: one.invoice, proposal: first.proposal, reason: reason() },
  });
  const root = await confirm(ground, one, await propose(ground, one, 3n));
  Object.assign(objects, { invoice: one.invoice, root });
  await seller.act('acceptCertificate', 'certificate.accept', { certificate: root });
  await deliver(ground, one.invoice, objects);

  // Offered and rejected; then cut into parts that stand in different places.
  const offered = await offer(ground, root);
  await at(tier2, 0).act('rejectCertificate', 'certificate.reject', {
    ...{ certificate: root, transfer: offered, reason: reason() },
  });
  const [reserved, sealed, waiting, taken, passed, sold] = await cut(ground, root);
  Object.assign(objects, { reserved, sealed, waiting, taken, passed, sold });
  objects.offer = await offer(ground, waiting);

  // Passed on twice: whoever passed it on does not see where it went next.
  await offer(ground, passed);
  objects.passedOnce = await receive(tier2, passed);
  const twice = await offer(ground, objects.passedOnce, tier2, members.tier3);
  objects.passedTwice = await receive(members.tier3, objects.passedOnce);
  objects.secondOffer = twice;

  // Four more acts must fit into the window, on a machine that is as busy as it was just now.
  const started = Date.now();
  objects.takenRequest = await ask(ground, taken, 3_600_000);
  await seller.act('withdrawRequest', 'finance.withdraw', {
    ...{ request: objects.takenRequest, reason: reason() },
  });
  const windowMs = 1_000 + 8 * (Date.now() - started);
  objects.reservedRequest = await ask(ground, reserved, windowMs);
  objects.approvedRequest = await ask(ground, taken, windowMs);
  const early = await quote(ground, bankB, objects.reservedRequest, 71_003n);
  await at(bankB, 1).act('withdrawQuote', 'quote.withdraw', { quote: early });
  objects.losingQuote = await quote(ground, bankB, objects.reservedRequest, 70_111n);
  objects.winningQuote = await quote(ground, bankA, objects.reservedRequest, 60_217n);
  const other = await quote(ground, bankA, objects.approvedRequest, 50_123n);
  await fund(ground, objects.reservedRequest, objects.winningQuote, objects);
  const financed = { certificate: taken, invoice: one.invoice };
  await instruct(ground, objects.approvedRequest, other, financed, objects);
  objects.claim = await claim(ground, { certificate: sold, invoice: one.invoice }, windowMs);

  objects.sealedRequest = await ask(ground, sealed, 3_600_000);
  objects.sealedQuoteA = await quote(ground, bankA, objects.sealedRequest, 65_331n);
  objects.sealedQuoteB = await quote(ground, bankB, objects.sealedRequest, 66_449n);

  // Refused, withdrawn, declined; proposed and questioned ones wait.
  const refused = await submit(ground);
  await approver.act('refuseInvoice', 'invoice.refuse', {
    ...{ invoice: refused.invoice, reason: reason() },
  });
  const withdrawn = await submit(ground);
  await seller.act('withdrawInvoice', 'invoice.withdraw', {
    ...{ invoice: withdrawn.invoice, reason: reason() },
  });
  const declined = await submit(ground);
  const unwanted = await confirm(ground, declined, await propose(ground, declined, 1n));
  await seller.act('declineCertificate', 'certificate.decline', {
    ...{ certificate: unwanted, reason: reason() },
  });
  const proposed = await submit(ground);
  objects.openProposal = (await propose(ground, proposed, 2n)).proposal;
  const queried = await submit(ground);
  await clerk.act('queryInvoice', 'invoice.query', {
    ...{ invoice: queried.invoice, question: canary('question') },
  });
  objects.nearMatch = await review(ground, await submit(ground, queried.alike));
  objects.dispute = await dispute(ground, queried);
  objects.creditNote = await credit(ground, declined);
  const pending = await submit(ground);
  const waits = await confirm(ground, pending, await propose(ground, pending, 1n));
  Object.assign(objects, {
    ...{ refused: refused.invoice, withdrawn: withdrawn.invoice, declined: declined.invoice },
    ...{ proposed: proposed.invoice, queried: queried.invoice, offeredRoot: waits },
  });
  objects.draft = (await upload(ground, await nextInvoice(ground))).id;
  await book(ground, supplier, bankA.name);
  const { party: newcomer } = await at(core, 0).act<{ party: Id }>(
    'registerParty',
    'party.register',
    {
      ...{ name: canary('newcomer'), country: 'CN', scheme: 'USCC', numberMadeUp: true },
      ...{ number: canary('registration of newcomer'), roles: ['SUPPLIER'], sponsor: core.id },
    },
    { select: 'party { id }' },
  );
  objects.newcomer = newcomer.id;
  await dismiss(ground, seller);
  await deliver(ground, pending.invoice, {}, carrier);
  const { letter, programme, cast, signed, files } = ground;
  return { letter, programme, cast, members, signed, objects, files };
}

type Submitted = Awaited<ReturnType<typeof submit>>;
type Id = { readonly id: string };
type Amount = { readonly amount: string; readonly currency: string };

async function upload(
  { members, programme }: Ground,
  file: Awaited<ReturnType<typeof nextInvoice>>,
) {
  const { uploadInvoice } = await at(members.supplier, 0).upload<{
    uploadInvoice: Id & { readonly document: Id & { readonly digest: string } };
  }>(
    `mutation ($input: UploadInvoiceInput!) { uploadInvoice(input: $input) {
      ... on Draft { id document { id digest } } ... on Refusal { code message seen } } }`,
    { input: { file: null, programme, idempotencyKey: file.path } },
    new File([Uint8Array.from(file.bytes)], file.path, { type: 'application/xml' }),
    'variables.input.file',
  );
  if (uploadInvoice.document === undefined) throw new Error(JSON.stringify(uploadInvoice));
  return uploadInvoice;
}

async function submit(ground: Ground, like?: Alike) {
  const { members, programme } = ground;
  const file = await nextInvoice(ground, like);
  const { parsed } = file;
  const draft = await upload(ground, file);
  const { format, number, typeCode, issueDate, dueDate, orderReference } = parsed;
  const answer = await at(members.supplier, 0).act<{ invoice: Id }>(
    'submitInvoice',
    'invoice.submit',
    {
      ...{ programme, seller: members.supplier.id, buyer: members.core.id },
      ...{ document: draft.document.id, documentDigest: draft.document.digest },
      ...{ format, number, typeCode, issueDate, dueDate, orderReference },
      payable: amountOf(parsed.payable.minor),
    },
    { select: 'invoice { id }', beside: { draft: draft.id } },
  );
  const { payable } = parsed;
  return {
    ...{ invoice: answer.invoice.id, payableMinor: payable.minor, dueDate: dueDate ?? '' },
    alike: file.alike,
  };
}

/** The buyer disputes a part, the seller answers and offers less. */
async function dispute({ members, canary }: Ground, { invoice }: Submitted): Promise<string> {
  const money = (amount: string) => ({ amount, currency: 'CNY' });
  const words = () => ({ text: canary('words of a dispute'), documentDigest: null });
  const raised = await at(members.core, 1).act<{ dispute: Id }>(
    'raiseDispute',
    'dispute.raise',
    { invoice, amount: money('15013.37'), reasonCode: 'QUALITY', ...words() },
    { select: 'dispute { id }' },
  );
  const { id } = raised.dispute;
  const seller = at(members.supplier, 0);
  await seller.act('answerDispute', 'dispute.answer', { dispute: id, ...words() });
  const offer = { dispute: id, amount: money('4017.19') };
  await seller.act('settleDispute', 'dispute.settle', offer);
  return id;
}

/** The seller credits a part, which is applied, and then another, which waits for the buyer. */
async function credit(ground: Ground, { invoice }: Submitted): Promise<string> {
  const { members, programme, canary } = ground;
  const issue = async (amount: string, dispute: string | null = null) => {
    const issued = await at(members.supplier, 0).act<{ creditNote: Id }>(
      'issueCreditNote',
      'credit.issue',
      {
        ...{ programme, seller: members.supplier.id, buyer: members.core.id, invoice },
        ...{
          dispute,
          number: canary('number of a credit note'),
          issueDate: await todayOf(at(members.core, 0)),
        },
        ...{ amount: { amount, currency: 'CNY' }, reason: canary('reason of a credit note') },
        documentDigest: null,
      },
      { select: 'creditNote { id }' },
    );
    return issued.creditNote.id;
  };
  const applied = await issue('3011.23');
  await at(members.core, 1).act('acknowledgeCreditNote', 'credit.acknowledge', {
    ...{ creditNote: applied, amount: { amount: '3011.23', currency: 'CNY' } },
  });
  const raised = await at(members.core, 1).act<{ dispute: Id }>(
    'raiseDispute',
    'dispute.raise',
    {
      ...{ invoice, amount: { amount: '1009.11', currency: 'CNY' }, reasonCode: 'PRICE' },
      ...{ text: canary('words of a dispute'), documentDigest: null },
    },
    { select: 'dispute { id }' },
  );
  const dispute = raised.dispute.id;
  await at(members.supplier, 0).act('acceptDispute', 'dispute.accept', {
    ...{ dispute, amount: { amount: '1009.11', currency: 'CNY' } },
  });
  await issue('1009.11', dispute);
  return issue('2017.41');
}

/** The buyer looks at what the invoice looks like, and finds it to be another bill. */
async function review({ members, canary }: Ground, { invoice }: Submitted): Promise<string> {
  const clerk = at(members.core, 1);
  const { invoice: seen } = await clerk.query<{ invoice: { nearMatches: readonly Id[] } }>(
    'query ($id: ID!) { invoice(id: $id) { nearMatches { id } } }',
    { id: invoice },
  );
  const [match] = seen.nearMatches;
  if (match === undefined) throw new Error('it looks like an earlier one');
  await clerk.act('reviewMatches', 'match.review', {
    ...{ invoice, matches: [match.id], verdict: 'CLEARED', reason: canary('reason of a review') },
  });
  return match.id;
}

/** Less by some cents than what is asked, and so with a reason. */
async function propose(
  { members, canary }: Ground,
  { invoice, payableMinor, dueDate }: Submitted,
  less: bigint,
) {
  const approved = amountOf(payableMinor - less);
  const terms = { invoice, approved, dueDate, reason: canary('reason') };
  const answer = await at(members.core, 1).act<{ invoice: { proposal: Id } }>(
    'proposeConfirmation',
    'invoice.propose',
    terms,
    { select: 'invoice { proposal { id } }' },
  );
  return { ...terms, proposal: answer.invoice.proposal.id };
}

/** Confirms and waits for the certificate. */
async function confirm(
  { members }: Ground,
  { invoice }: Submitted,
  terms: Awaited<ReturnType<typeof propose>>,
): Promise<string> {
  const approver = at(members.core, 2);
  const { confirmationStatement: statement } = await approver.query<{
    confirmationStatement: string;
  }>('{ confirmationStatement }');
  await approver.act('confirmInvoice', 'invoice.confirm', { ...terms, statement });
  return until('the certificate is there', async () => {
    const { invoice: seen } = await approver.query<{ invoice: { certificate: Id | null } }>(
      'query ($id: ID!) { invoice(id: $id) { certificate { id } } }',
      { id: invoice },
    );
    return seen.certificate?.id ?? null;
  });
}

async function deliver(
  { members, canary }: Ground,
  invoice: string,
  objects: Record<string, string>,
  carrier: Member = members.carrier,
) {
  const assigned = await at(members.supplier, 0).act<{ shipment: Id }>(
    'assignShipment',
    'shipment.assign',
    { invoice, carrier: carrier.id, reference: canary('shipment reference') },
    { select: 'shipment { id }' },
  );
  objects.shipment = assigned.shipment.id;
  for (const bizStep of ['shipping', 'receiving']) {
    const { prepareDelivery } = await at(carrier, 0).query<{ prepareDelivery: Json }>(
      `query ($shipment: ID!, $bizStep: String!, $eventTime: String!, $location: String!) {
        prepareDelivery(shipment: $shipment, bizStep: $bizStep, eventTime: $eventTime, location: $location) {
          eventId eventHash eventType action bizStep disposition eventTime location event } }`,
      {
        ...{ shipment: assigned.shipment.id, bizStep, eventTime: new Date().toISOString() },
        location: `https://places.example/${canary('location')}`,
      },
    );
    const input = { shipment: assigned.shipment.id, ...prepareDelivery };
    await at(carrier, 0).act('recordDelivery', 'delivery.record', input);
  }
}

async function offer(
  { members, canary }: Ground,
  certificate: string,
  from: Member = members.supplier,
  to: Member = members.tier2,
): Promise<string> {
  const answer = await at(from, 0).act<{ certificate: { transfer: Id } }>(
    'transferCertificate',
    'certificate.transfer',
    {
      ...{ certificate, transferee: to.id },
      ...(await plainTerms(at(from, 0), canary('trade reference'))),
      ...{ recourse: 'LIMITED', recourseDays: '180', recourseCapMicros: '250000' },
      governingLaw: canary('law'),
    },
    { select: 'certificate { transfer { id } }' },
  );
  return answer.certificate.transfer.id;
}

async function receive(by: Member, certificate: string): Promise<string> {
  const input = await receipt(at(by, 0).query, certificate);
  const answer = await at(by, 0).act<{ certificate: Id }>(
    'receiveCertificate',
    'certificate.receive',
    input,
    { select: 'certificate { id }' },
  );
  return answer.certificate.id;
}

/** Cuts a certificate into six parts of different size. */
async function cut({ members }: Ground, certificate: string) {
  const seller = at(members.supplier, 0);
  const { certificate: seen } = await seller.query<{ certificate: { face: Amount } }>(
    'query ($id: ID!) { certificate(id: $id) { face { amount currency } } }',
    { id: certificate },
  );
  const total = minorOf(seen.face.amount, 'CNY') ?? 0n;
  const small = [0n, 1n, 2n, 3n, 4n].map((order) => total / 7n + order);
  const rest = total - small.reduce((sum, each) => sum + each, 0n);
  const answer = await seller.act<{ certificate: { children: readonly Id[] } }>(
    'splitCertificate',
    'certificate.split',
    { certificate, parts: [rest, ...small].map(amountOf) },
    { select: 'certificate { children { id } }' },
  );
  const [one, two, three, four, five, six] = answer.certificate.children.map(({ id }) => id);
  if (!one || !two || !three || !four || !five || !six) throw new Error('there are six parts');
  return [one, two, three, four, five, six] as const;
}

async function ask({ members }: Ground, certificate: string, windowMs: number): Promise<string> {
  const { supplier, bankA, bankB } = members;
  const answer = await at(supplier, 0).act<{ request: Id }>(
    'requestFinancing',
    'finance.request',
    {
      ...{ certificate, invited: [bankA.id, bankB.id], payTo: supplier.account },
      closesAtMs: (Date.now() + windowMs).toString(),
    },
    { select: 'request { id }' },
  );
  return answer.request.id;
}

async function quote(
  { members }: Ground,
  bank: Member,
  request: string,
  rateMicros: bigint,
): Promise<string> {
  const validTo = addDays(await todayOf(at(members.core, 0)), 60);
  const answer = await at(bank, 1).act<{ quote: Id }>(
    'submitQuote',
    'quote.submit',
    {
      ...{ request, rateMicros: rateMicros.toString(), method: 'STRAIGHT', dayCount: 'ACT_365F' },
      ...{ advanceMicros: '1000000', feeFlat: { amount: '12.34', currency: 'CNY' } },
      ...{ feeMicros: '0', feeMin: { amount: '1.00', currency: 'CNY' }, recourse: 'NONE', validTo },
      ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
    },
    { select: 'quote { id }' },
  );
  return answer.quote.id;
}

/** The net of a quote, once the window is closed and the quote is chosen. */
async function choose({ members }: Ground, request: string, chosen: string) {
  const { supplier } = members;
  const net = await until('the window is closed', async () => {
    const { financeRequest } = await at(supplier, 0).query<{
      financeRequest: { state: string; quotes: readonly (Id & { net: Amount })[] };
    }>(
      'query ($id: ID!) { financeRequest(id: $id) { state quotes { id net { amount currency } } } }',
      { id: request },
    );
    if (financeRequest.state !== 'CLOSED') return null;
    return financeRequest.quotes.find(({ id }) => id === chosen)?.net ?? null;
  });
  const terms = { request, quote: chosen, net };
  await at(supplier, 0).act('chooseQuote', 'quote.choose', terms);
  return terms;
}

type Terms = Awaited<ReturnType<typeof choose>>;

async function proposeFunding(bank: Member, terms: Terms): Promise<string> {
  const answer = await at(bank, 1).act<{ request: { proposal: Id } }>(
    'proposeFunding',
    'finance.propose',
    terms,
    { select: 'request { proposal { id } }' },
  );
  return answer.request.proposal.id;
}

/** Chosen, proposed, returned and proposed again: it waits for its approver. */
async function fund(
  ground: Ground,
  request: string,
  chosen: string,
  objects: Record<string, string>,
) {
  const { bankA } = ground.members;
  const terms = await choose(ground, request, chosen);
  const returned = await proposeFunding(bankA, terms);
  await at(bankA, 0).act('returnFunding', 'finance.return', {
    ...{ request, proposal: returned, reason: ground.canary('reason') },
  });
  objects.fundingProposal = await proposeFunding(bankA, terms);
}

/** Approved, and put into a payment file: taken back once, then proposed again for another person. */
async function instruct(
  ground: Ground,
  request: string,
  chosen: string,
  financed: { readonly certificate: string; readonly invoice: string },
  objects: Record<string, string>,
) {
  const { bankA, supplier } = ground.members;
  const terms = await choose(ground, request, chosen);
  const approving = { request, proposal: await proposeFunding(bankA, terms), net: terms.net };
  await at(bankA, 0).act('approveFunding', 'finance.approve', {
    ...{ ...approving, ...financed, payTo: supplier.account },
  });
  const { financeRequest } = await at(bankA, 1).query<{
    financeRequest: { legs: readonly Id[] };
  }>('query ($id: ID!) { financeRequest(id: $id) { legs { id } } }', { id: request });
  const legs = financeRequest.legs.map(({ id }) => id);
  const file = { account: bankA.account, legs, executionDate: await todayOf(at(bankA, 1)) };
  const proposed = async () =>
    (
      await at(bankA, 1).act<{ instruction: Id }>(
        'proposeInstruction',
        'instruction.propose',
        file,
        { select: 'instruction { id }' },
      )
    ).instruction.id;
  await at(bankA, 1).act('cancelInstruction', 'instruction.cancel', {
    ...{ instruction: await proposed(), reason: ground.canary('reason of a file') },
  });
  objects.instruction = await proposed();
  await assign(ground, { legs, net: terms.net }, objects);
}

/** A part that was sold and paid out, and that never was a trade: the bank claims on the seller. */
async function claim(
  ground: Ground,
  { certificate, invoice }: { readonly certificate: string; readonly invoice: string },
  windowMs: number,
): Promise<string> {
  const { members, canary } = ground;
  const { supplier, bankA } = members;
  const request = await ask(ground, certificate, windowMs);
  const terms = await choose(ground, request, await quote(ground, bankA, request, 61_409n));
  const proposal = await proposeFunding(bankA, terms);
  const { request: approved } = await at(bankA, 0).act<{
    request: { legs: readonly { readonly reference: string }[] };
  }>(
    'approveFunding',
    'finance.approve',
    { request, proposal, net: terms.net, payTo: supplier.account, certificate, invoice },
    { select: 'request { legs { reference } }' },
  );
  const minor = minorOf(terms.net.amount, 'CNY') ?? 0n;
  await bring(ground, bankA, {
    ...{ date: await todayOf(at(bankA, 1)), minor, currency: 'CNY', direction: 'debit' },
    ...{ reference: approved.legs[0]?.reference ?? '', counterparty: supplier.name },
    bankReference: canary('bank reference'),
  });
  await until('the certificate is paid for', async () => {
    const { financeRequest } = await at(bankA, 1).query<{ financeRequest: { state: string } }>(
      'query ($id: ID!) { financeRequest(id: $id) { state } }',
      { id: request },
    );
    return financeRequest.state === 'FUNDED' ? financeRequest : null;
  });
  const answer = await at(bankA, 0).act<{ request: { advance: { claims: readonly Id[] } } }>(
    'callRecourse',
    'recourse.call',
    {
      ...{ request, ground: 'FALSE_INVOICE', amount: amountOf(7_654_321n) },
      ...{ payBy: addDays(await todayOf(at(bankA, 0)), 14), reason: canary('reason') },
    },
    { select: 'request { advance { claims { id } } }' },
  );
  const made = answer.request.advance.claims[0]?.id;
  if (made === undefined) throw new Error('there is a claim');
  return made;
}

/** A line that names nothing we know. */
async function book(
  ground: Ground,
  owner: Member,
  counterparty: string,
  minor = 123_456_789n,
): Promise<string> {
  const { canary } = ground;
  return bring(ground, owner, {
    ...{ date: await todayOf(at(owner, 0)), minor, currency: 'CNY' },
    ...{ direction: 'credit', reference: canary('remittance'), counterparty },
    bankReference: canary('bank reference'),
  });
}

/** A statement of one line. */
async function bring(
  { files }: Ground,
  owner: Member,
  booking: Parameters<typeof statementCsv>[0][number],
): Promise<string> {
  const by = at(owner, 0);
  const text = statementCsv([booking]);
  files.push(new Uint8Array(Buffer.from(text)));
  const { uploadStatement } = await by.upload<{
    uploadStatement: { documentDigest: string; lines: readonly string[] };
  }>(
    `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) {
      ... on StatementPreview { documentDigest lines } ... on Refusal { code message } } }`,
    { input: { file: null, account: owner.account, format: 'CSV' } },
    new File([text], 'statement.csv'),
    'variables.input.file',
  );
  const { documentDigest, lines } = uploadStatement;
  const { statement } = await by.act<{ statement: { lines: readonly Id[] } }>(
    'importStatement',
    'statement.import',
    { account: owner.account, format: 'CSV', documentDigest, lines },
    { select: 'statement { lines { id } }' },
  );
  const [line] = statement.lines;
  if (line === undefined) throw new Error('the statement has a line');
  return line.id;
}

/** Money came in that names nothing; somebody says that it is the bank's payment. */
async function assign(
  ground: Ground,
  { legs, net }: { readonly legs: readonly string[]; readonly net: Amount },
  objects: Record<string, string>,
) {
  const { supplier, bankA } = ground.members;
  const line = await book(ground, supplier, bankA.name, minorOf(net.amount, 'CNY') ?? 0n);
  const by = at(supplier, 0);
  await until('the line waits in the queue', async () => {
    const { statementLine } = await by.query<{ statementLine: { state: string } }>(
      'query ($id: ID!) { statementLine(id: $id) { state } }',
      { id: line },
    );
    return statementLine.state === 'PARKED' ? line : null;
  });
  const said = await by.act<{ line: { assignments: readonly Id[] } }>(
    'assignLine',
    'line.assign',
    { line, legs, reason: ground.canary('reason of an assignment') },
    { select: 'line { assignments { id } }' },
  );
  const [assignment] = said.line.assignments;
  if (assignment === undefined) throw new Error('somebody said what the line pays');
  objects.assignment = assignment.id;
}

/** Somebody new gets a mandate and a key, and loses both. */
async function dismiss({ members, canary }: Ground, admin: ActClient) {
  const { supplier } = members;
  const name = canary('person who leaves');
  const { person } = await admin.act<{ person: Id }>(
    'appointPerson',
    'person.appoint',
    { employer: supplier.id, name, role: 'clerk' },
    { select: 'person { id }' },
  );
  const { mandate } = await admin.act<{ mandate: Id }>(
    'grantMandate',
    'mandate.grant',
    {
      ...{ holder: person.id, action: 'invoice.submit', limit: amountOf(5_123_456_78n) },
      ...{ validFrom: '2000-01-01', validTo: '2099-12-31' },
    },
    { select: 'mandate { id }' },
  );
  await admin.act('revokeMandate', 'mandate.revoke', {
    ...{ revoked: mandate.id, reason: canary('reason') },
  });
  const { prepareCustodialKey: publicKey } = await admin.query<{ prepareCustodialKey: string }>(
    'mutation ($holder: ID!) { prepareCustodialKey(holder: $holder) }',
    { holder: person.id },
  );
  await admin.act('registerKey', 'key.register', {
    ...{ owner: supplier.id, ownerName: supplier.name, holder: person.id, holderName: name },
    ...{ publicKey, custody: 'custodial', label: canary('label') },
  });
  await admin.act('revokeKey', 'key.revoke', { publicKey, reason: canary('reason') });
}

/** A change of account is taken back; another one is agreed to by a colleague, and waits for one more. */
export async function changeAccount({
  members,
  canary,
}: Pick<Ground, 'members' | 'canary'>): Promise<void> {
  const { account, principals } = members.core;
  const [admin, clerk] = [at(members.core, 0), at(members.core, 1)];
  await admin.act('grantMandate', 'mandate.grant', {
    ...{ holder: principals[1]?.person ?? '', action: 'party.admin', limit: null },
    ...{ validFrom: '2000-01-01', validTo: '2099-12-31' },
  });
  const propose = async () => {
    const { change } = await admin.act<{ change: Id }>(
      'changeAccount',
      'account.change',
      {
        ...{ account, scheme: 'OTHER', identifier: canary('new account').toUpperCase() },
        ...{ holderName: canary('account holder'), reason: canary('reason') },
      },
      { select: 'change { id }' },
    );
    return { change: change.id, account };
  };
  const first = await propose();
  const reason = canary('reason');
  await admin.act('retractAccountChange', 'account.retract', { ...first, reason });
  await clerk.act('approveAccountChange', 'account.approve', await propose());
}

/** The core enterprise amends the terms for what comes later: a day more to confirm. */
export async function amendTerms({
  programme,
  members,
  canary,
}: Pick<Ground, 'programme' | 'members' | 'canary'>): Promise<void> {
  const admin = at(members.core, 0);
  const asked = await admin.query<{ programme: { name: string; confirmDays: number } }>(
    'query ($id: ID!) { programme(id: $id) { name confirmDays } }',
    { id: programme },
  );
  const { name, confirmDays } = asked.programme;
  const terms = demoTerms(name);
  await admin.act('amendProgramme', 'programme.amend', {
    ...{ programme, name, minTenorDays: '1', maxTenorDays: `${terms.maxTenorDays}` },
    ...{ confirmDays: `${confirmDays + 1}`, marketOpens: terms.marketOpens },
    ...{ marketCloses: terms.marketCloses, policyPacks: ['CN-77/1'], issueLimitMinor: null },
    reason: canary('reason'),
  });
}

/** The operator stops new business with an organisation for a while. */
export async function suspendAndReinstate(
  governor: ActClient,
  { members, canary }: Pick<Ground, 'members' | 'canary'>,
): Promise<void> {
  const { id } = members.tier3;
  const suspending = { suspended: id, reason: canary('reason') };
  await governor.act('suspendParty', 'party.suspend', suspending);
  const back = { reinstated: id, reason: canary('reason') };
  await governor.act('reinstateParty', 'party.reinstate', back);
}

/** Keeps what was signed and what was handed in, and puts a canary where the journey has fixed words. */
function keeping(
  client: ActClient,
  to: {
    readonly login: string;
    readonly signed: Signed[];
    readonly files: Uint8Array[];
    readonly canary: (place: string) => string;
  },
): ActClient {
  return {
    ...client,
    async act<T extends Json>(
      mutation: string,
      kind: KindName,
      given: Json,
      options: ActOptions = {},
    ): Promise<T & ActAnswer> {
      const input =
        given.tradeReference === 'Order 4711'
          ? { ...given, tradeReference: to.canary('trade reference') }
          : given;
      const answer = await client.act<T>(mutation, kind, input, options);
      to.signed.push({ login: to.login, mutation, kind, input: { ...input, ...options.beside } });
      return answer;
    },
    async upload<T>(document: string, variables: Json, file: File, place: string) {
      to.files.push(new Uint8Array(await file.arrayBuffer()));
      return client.upload<T>(document, variables, file, place);
    },
  };
}

export function at(member: Member, order: number): ActClient {
  const client = member.clients[order];
  if (client === undefined) throw new Error(`${member.name} has nobody ${order}`);
  return client;
}

export async function todayOf(client: ActClient): Promise<string> {
  const { viewer } = await client.query<{ viewer: { businessDate: string } }>(
    '{ viewer { businessDate } }',
  );
  return viewer.businessDate;
}

function amountOf(minor: bigint): Amount {
  return { amount: amountText({ minor, currency: 'CNY' }), currency: 'CNY' };
}

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`not within 20 s: ${what}`);
    await new Promise((wake) => setTimeout(wake, 25));
  }
}
