/**
 * One invoice from upload to repayment, by GraphQL only: every step signed by the party that takes
 * it. The steps are the story that the browser tests tell, with programs in the place of people.
 */

import { basename } from 'node:path';
import { minorOf } from '../../../chain/src/verify.ts';
import type { ParsedInvoice, ParsedParty } from '../invoice/model.ts';
import { amountText } from '../kernel/money.ts';
import { addDays } from '../kernel/time.ts';
import { numberProblem } from '../party/check-digits.ts';
import { camt054, statementCsv } from './bank-files.ts';
import { type ActAnswer, type ActClient, type Json, Refused } from './client.ts';
import { plainTerms, receipt } from './hop.ts';
import { type Member, type NewParty, onboard } from './onboard.ts';

export type Step = { readonly name: string; readonly answer: ActAnswer };
export type Report = (step: Step) => void;

export type Cast = {
  readonly programme: string;
  readonly supplier: Member;
  readonly core: Member;
  readonly tier2: Member;
  readonly banks: readonly [Member, Member];
  readonly carrier: Member;
  readonly auditor: Member;
};

/** Days after the issue date on which the buyer sets the due date when the file states none. */
const usualTermDays = 90;
const windowMs = 1_500;
const pollMs = 40;
const waitMsMax = 20_000;

type Amount = { readonly amount: string; readonly currency: string };

/** Everybody who takes part, with the parties that the file names. */
export async function castFor(
  url: string,
  governor: ActClient,
  parsed: ParsedInvoice,
  report: Report,
): Promise<Cast> {
  const join = (party: NewParty) => onboard(url, governor, party);
  const supplier = await join(supplierOf('seller', parsed.seller, parsed.buyer));
  const core = await join({
    ...registrationOf('buyer', parsed.buyer, 'CORE'),
    people: [
      {
        ...{ login: 'treasurer', name: 'Tess Tang', role: 'treasurer' },
        mandates: [['statement.import', null]],
      },
      {
        login: 'clerk',
        name: 'Clara Chen',
        role: 'clerk',
        mandates: [['invoice.propose', parsedLimit(parsed)]],
      },
      {
        ...{ login: 'approver', name: 'Adam Ahn', role: 'approver' },
        mandates: [['invoice.confirm', parsedLimit(parsed)]],
      },
    ],
  });
  const tier2 = await join(supplierOf('tier2', madeUp('Copper Works'), parsed.buyer));
  const bank = (letter: string) =>
    join({
      ...registrationOf(`bank-${letter}`, madeUp(`Bank ${letter.toUpperCase()}`), 'BANK'),
      people: [
        {
          ...{
            login: `${letter}-approver`,
            name: `Approver ${letter.toUpperCase()}`,
            role: 'approver',
          },
          mandates: [
            ['finance.approve', parsedLimit(parsed)],
            ['limit.set', null],
          ],
        },
        {
          ...{
            login: `${letter}-analyst`,
            name: `Analyst ${letter.toUpperCase()}`,
            role: 'analyst',
          },
          mandates: [
            ['limit.set', null],
            ['quote.submit', parsedLimit(parsed)],
            ['finance.propose', parsedLimit(parsed)],
            ['statement.import', null],
          ],
        },
      ],
    });
  const banks = [await bank('a'), await bank('b')] as const;
  const carrier = await join({
    ...registrationOf('carrier', madeUp('Swift Haul'), 'CARRIER'),
    people: [
      {
        login: 'carrier',
        name: 'Sam Swift',
        role: 'dispatcher',
        mandates: [['delivery.record', null]],
      },
    ],
  });
  const auditor = await join({
    ...registrationOf('auditor', madeUp('Plumb Audit'), 'AUDITOR'),
    people: [{ login: 'auditor', name: 'Aud Lind', role: 'auditor', mandates: [] }],
  });
  const opened = await first(core).act<{ programme: { id: string } }>(
    'openProgramme',
    'programme.open',
    {
      ...{ name: 'Demo programme', technique: 'RECEIVABLES_DISCOUNTING', currency: null },
      ...{ minSplitMinor: '1', minTenorDays: '1', maxTenorDays: '3660', confirmDays: '5' },
      ...{ graceDays: '5', dayCount: 'ACT_365F', businessDayRule: 'FOLLOWING', recourse: 'NONE' },
      ...{ requireDelivery: true, maxDepth: null, calendars: ['TARGET'], exDays: '0' },
      ...{ policyPacks: [], issueLimitMinor: null },
      ...{ timeZone: 'UTC', marketOpens: '00:00', marketCloses: '24:00' },
    },
    { select: 'programme { id }' },
  );
  report({ name: 'programme opened', answer: opened });
  const programme = opened.programme.id;
  for (const [member, role] of [
    ...[supplier, tier2].map((each) => [each, 'SUPPLIER'] as const),
    ...banks.map((each) => [each, 'BANK'] as const),
    [carrier, 'CARRIER'],
    [auditor, 'AUDITOR'],
  ] as const) {
    await first(core).act('admitMember', 'programme.admit', { programme, member: member.id, role });
  }
  for (const each of banks) {
    const amounts = {
      sanctioned: parsedLimit(parsed),
      adhoc: { amount: '0.00', currency: parsed.currency },
    };
    const { proposal } = await client(each, 1).act<{ proposal: { id: string } }>(
      'proposeLimit',
      'limit.propose',
      {
        ...{ dimension: 'BUYER', buyer: core.id, supplier: null, programme: null },
        ...{ ...amounts, adhocTo: null, validTo: '2199-12-31' },
      },
      { select: 'proposal { id }' },
    );
    await first(each).act('approveLimit', 'limit.approve', { proposal: proposal.id, ...amounts });
  }
  return { programme, supplier, core, tier2, banks, carrier, auditor };
}

/** The journey itself. Throws Refused, with the step's name in front, when a step is refused. */
export async function playJourney(
  governor: ActClient,
  cast: Cast,
  file: { readonly path: string; readonly bytes: Uint8Array; readonly parsed: ParsedInvoice },
  report: Report,
): Promise<void> {
  const { supplier, core, tier2, banks, carrier } = cast;
  const seller = first(supplier);
  const step = async <T extends ActAnswer>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      const answer = await work();
      report({ name, answer });
      return answer;
    } catch (error) {
      if (error instanceof Refused) throw new Refused(error.code, `${name}: ${error.message}`);
      throw error;
    }
  };

  // 1. The supplier uploads and submits.
  const draft = await uploadDraft(seller, cast.programme, file);
  const { parsed } = file;
  const submitted = await step('invoice submitted', () =>
    seller.act<{ invoice: { id: string } }>(
      'submitInvoice',
      'invoice.submit',
      {
        programme: cast.programme,
        seller: supplier.id,
        buyer: core.id,
        document: draft.document.id,
        documentDigest: draft.document.digest,
        format: parsed.format,
        number: parsed.number,
        typeCode: parsed.typeCode,
        issueDate: parsed.issueDate,
        dueDate: parsed.dueDate,
        payable: amount(parsed.payable),
        orderReference: parsed.orderReference,
      },
      { select: 'invoice { id state }', beside: { draft: draft.id } },
    ),
  );
  const invoice = submitted.invoice.id;

  // 2. The clerk proposes, the approver confirms.
  const dueDate =
    parsed.dueDate !== null && parsed.dueDate > parsed.issueDate
      ? parsed.dueDate
      : addDays(parsed.issueDate, usualTermDays);
  const terms = { invoice, approved: amount(parsed.payable), dueDate, reason: null };
  const proposed = await step('confirmation proposed', () =>
    client(core, 1).act<Proposed>('proposeConfirmation', 'invoice.propose', terms, {
      select: 'invoice { proposal { id } }',
    }),
  );
  const { confirmationStatement } = await client(core, 2).query<{ confirmationStatement: string }>(
    '{ confirmationStatement }',
  );
  await step('invoice confirmed', () =>
    client(core, 2).act('confirmInvoice', 'invoice.confirm', {
      ...terms,
      proposal: proposed.invoice.proposal.id,
      statement: confirmationStatement,
    }),
  );

  // 3. The certificate: accepted, split exactly, one part passed on.
  const root = await until('the certificate is issued', async () => {
    const { invoice: seen } = await seller.query<{
      invoice: { certificate: CertificateSeen | null };
    }>(
      'query ($id: ID!) { invoice(id: $id) { certificate { id state face { amount currency } } } }',
      { id: invoice },
    );
    return seen.certificate;
  });
  await step('certificate accepted', () =>
    seller.act('acceptCertificate', 'certificate.accept', { certificate: root.id }),
  );
  const parts = splitInTwo(parsed.payable.minor, parsed.currency);
  const split = await step('certificate split', () =>
    seller.act<{ certificate: { children: readonly CertificateSeen[] } }>(
      'splitCertificate',
      'certificate.split',
      { certificate: root.id, parts },
      { select: 'certificate { children { id face { amount currency } } }' },
    ),
  );
  const [kept, passed] = partsOf(split.certificate.children, parts);
  const hop = await plainTerms(seller, 'Order 4711');
  await step('part transferred', () =>
    seller.act('transferCertificate', 'certificate.transfer', {
      ...{ certificate: passed, transferee: tier2.id, ...hop },
    }),
  );
  const taken = await receipt(first(tier2).query, passed);
  await step('part received', () =>
    first(tier2).act('receiveCertificate', 'certificate.receive', taken),
  );

  // 4. The carrier reports the goods.
  const assigned = await step('carrier named', () =>
    seller.act<{ shipment: { id: string } }>(
      'assignShipment',
      'shipment.assign',
      { invoice, carrier: carrier.id, reference: `SHIP-${parsed.number}` },
      { select: 'shipment { id }' },
    ),
  );
  for (const bizStep of ['shipping', 'receiving'] as const) {
    await step(`${bizStep} recorded`, () =>
      recordDelivery(first(carrier), assigned.shipment.id, bizStep),
    );
  }

  // 5. Competing finance.
  const requested = await step('financing asked for', () =>
    seller.act<{ request: { id: string } }>(
      'requestFinancing',
      'finance.request',
      {
        ...{ certificate: kept, invited: banks.map(({ id }) => id), payTo: supplier.account },
        closesAtMs: (Date.now() + windowMs).toString(),
      },
      { select: 'request { id }' },
    ),
  );
  const request = requested.request.id;
  for (const [order, bank] of banks.entries()) {
    await step(`${bank.name} quoted`, () =>
      client(bank, 1).act(
        'submitQuote',
        'quote.submit',
        quoteTerms(request, order, parsed.currency, dueDate),
      ),
    );
  }
  const best = await until('the window is closed', async () => {
    const { financeRequest } = await seller.query<{ financeRequest: RequestSeen }>(
      'query ($id: ID!) { financeRequest(id: $id) { state quotes { id rank net { amount currency } bank { id } } } }',
      { id: request },
    );
    return financeRequest.state === 'CLOSED'
      ? (financeRequest.quotes.find(({ rank }) => rank === 1) ?? null)
      : null;
  });
  const { net } = best;
  await step('quote chosen', () =>
    seller.act('chooseQuote', 'quote.choose', { request, quote: best.id, net }),
  );
  const winner = banks.find(({ id }) => id === best.bank.id) ?? banks[0];
  const funding = await step('funding proposed', () =>
    client(winner, 1).act<{ request: { proposal: { id: string } } }>(
      'proposeFunding',
      'finance.propose',
      { request, quote: best.id, net },
      { select: 'request { proposal { id } }' },
    ),
  );
  const approved = await step('funding approved', () =>
    first(winner).act<{ request: { legs: readonly LegSeen[] } }>(
      'approveFunding',
      'finance.approve',
      {
        ...{ request, proposal: funding.request.proposal.id, net, payTo: supplier.account },
        ...{ certificate: kept, invoice },
      },
      { select: `request { legs { ${legFields} } }` },
    ),
  );

  // 6. Money: the bank pays the supplier; at maturity the buyer pays in part, then the rest and more.
  const fundingLeg = approved.request.legs[0];
  if (fundingLeg === undefined)
    throw new Refused('NO_LEG', 'the approved funding has no leg to pay');
  const netMinor = minor(net);
  await step('disbursement imported', () =>
    importStatement(
      client(winner, 1),
      winner,
      'CAMT054',
      camt054(winner.accountNumber, [
        {
          ...{
            date: parsed.issueDate,
            minor: netMinor,
            currency: net.currency,
            direction: 'debit',
          },
          ...{
            reference: fundingLeg.reference,
            counterparty: supplier.name,
            bankReference: 'OUT-1',
          },
        },
      ]),
    ),
  );
  await until('the bank holds the certificate', async () => {
    const { certificate } = await first(winner).query<{ certificate: { state: string } }>(
      'query ($id: ID!) { certificate(id: $id) { state } }',
      { id: kept },
    );
    return certificate.state === 'ASSIGNED' ? certificate : null;
  });
  const maturity = await payableOn(first(core), root.id);
  await step('maturity reached', () =>
    governor.act('setBusinessDate', 'clock.set', { date: maturity }),
  );
  const legs = await until('the repayments are due', async () => {
    const { legs: page } = await first(core).query<{
      legs: { edges: readonly { node: LegSeen }[] };
    }>(`{ legs(first: 20, filter: { kinds: [REPAYMENT] }) { edges { node { ${legFields} } } } }`);
    return page.edges.length === 2 ? page.edges.map(({ node }) => node) : null;
  });
  await repay(step, legs, { bank: winner, supplier: tier2, payer: core }, maturity);
  await until('the invoice is paid', async () => {
    const { invoice: seen } = await seller.query<{ invoice: { state: string } }>(
      'query ($id: ID!) { invoice(id: $id) { state } }',
      { id: invoice },
    );
    return seen.state === 'PAID' || seen.state === 'CLOSED' ? seen : null;
  });
}

type Proposed = { readonly invoice: { readonly proposal: { readonly id: string } } };
type CertificateSeen = { readonly id: string; readonly face: Amount };
type RequestSeen = {
  readonly state: string;
  readonly quotes: readonly {
    id: string;
    rank: number | null;
    net: Amount;
    bank: { id: string };
  }[];
};
type LegSeen = {
  readonly id: string;
  readonly reference: string;
  readonly amount: Amount;
  readonly payee: { readonly id: string };
};
type Payees = { readonly bank: Member; readonly supplier: Member; readonly payer: Member };
const legFields = 'id reference amount { amount currency } payee { id }';
type StepOf = <T extends ActAnswer>(name: string, work: () => Promise<T>) => Promise<T>;

/**
 * Each payee brings in what its bank says it received: the bank half, then the rest with one minor
 * unit too much; the tier-2 supplier its part in full. What the payer says of itself is no evidence.
 */
async function repay(step: StepOf, legs: readonly LegSeen[], payees: Payees, date: string) {
  const { bank, supplier, payer } = payees;
  const [toBank, toSupplier] = [bank, supplier].map(({ id }) =>
    legs.find(({ payee }) => payee.id === id),
  );
  if (toBank === undefined || toSupplier === undefined) {
    throw new Refused('NO_LEG', 'a repayment to the bank and one to the supplier are due');
  }
  const received = (leg: LegSeen, part: bigint, bankReference: string) =>
    statementCsv([
      {
        ...{ date, minor: part, currency: leg.amount.currency, direction: 'credit' },
        ...{ reference: leg.reference, counterparty: payer.name, bankReference },
      },
    ]);
  const total = minor(toBank.amount);
  const half = total / 2n;
  const analyst = client(bank, 1);
  if (half > 0n) {
    await step('repayment in part imported', () =>
      importStatement(analyst, bank, 'CSV', received(toBank, half, 'IN-1')),
    );
  }
  await step('repayment of the rest, and too much, imported', () =>
    importStatement(analyst, bank, 'CSV', received(toBank, total - half + 1n, 'IN-2')),
  );
  await step("repayment of the tier-2 supplier's part imported", () =>
    importStatement(
      first(supplier),
      supplier,
      'CSV',
      received(toSupplier, minor(toSupplier.amount), 'IN-3'),
    ),
  );
}

async function uploadDraft(
  seller: ActClient,
  programme: string,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
) {
  type Draft = {
    readonly id: string;
    readonly document: { readonly id: string; readonly digest: string };
    readonly findings: readonly { severity: string; rule: string; message: string; seen: string }[];
    readonly code?: string;
    readonly message?: string;
  };
  const { uploadInvoice } = await seller.upload<{ uploadInvoice: Draft }>(
    `mutation ($input: UploadInvoiceInput!) { uploadInvoice(input: $input) {
      ... on Draft { id document { id digest } findings { severity rule message seen } } ... on Refusal { code message } } }`,
    { input: { file: null, programme, idempotencyKey: 'demo-upload' } },
    new File([Uint8Array.from(bytes)], basename(path), { type: 'application/xml' }),
    'variables.input.file',
  );
  if (uploadInvoice.code !== undefined) {
    throw new Refused(uploadInvoice.code, `invoice uploaded: ${uploadInvoice.message}`);
  }
  const error = uploadInvoice.findings.find(({ severity }) => severity === 'ERROR');
  if (error !== undefined) {
    throw new Refused(error.rule, `invoice checked: ${error.message} Seen: ${error.seen}.`);
  }
  return uploadInvoice;
}

async function recordDelivery(carrier: ActClient, shipment: string, bizStep: string) {
  const { prepareDelivery } = await carrier.query<{ prepareDelivery: Json }>(
    `query ($shipment: ID!, $bizStep: String!, $eventTime: String!) {
      prepareDelivery(shipment: $shipment, bizStep: $bizStep, eventTime: $eventTime) {
        eventId eventHash eventType action bizStep disposition eventTime location event } }`,
    { shipment, bizStep, eventTime: new Date().toISOString() },
  );
  return carrier.act('recordDelivery', 'delivery.record', { shipment, ...prepareDelivery });
}

async function importStatement(
  by: ActClient,
  owner: Member,
  format: 'CAMT054' | 'CSV',
  text: string,
) {
  const name = format === 'CSV' ? 'statement.csv' : 'statement.xml';
  const { uploadStatement } = await by.upload<{
    uploadStatement: Json & { problems?: readonly Json[] };
  }>(
    `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) {
      ... on StatementPreview { documentDigest lines problems { row field message } } ... on Refusal { code message } } }`,
    { input: { file: null, account: owner.account, format } },
    new File([text], name),
    'variables.input.file',
  );
  const { documentDigest, lines, problems } = uploadStatement;
  if (problems === undefined || problems.length > 0) {
    throw new Refused('STATEMENT_REFUSED', JSON.stringify(uploadStatement));
  }
  return by.act('importStatement', 'statement.import', {
    ...{ account: owner.account, format, documentDigest, lines },
  });
}

/** The business day on which the money moves: maturity, moved to a working day. */
async function payableOn(core: ActClient, certificate: string): Promise<string> {
  const { certificate: seen } = await core.query<{ certificate: { payableOn: string } }>(
    'query ($id: ID!) { certificate(id: $id) { payableOn } }',
    { id: certificate },
  );
  return seen.payableOn;
}

function quoteTerms(request: string, order: number, currency: string, dueDate: string): Json {
  const zero = { amount: '0', currency };
  return {
    request,
    rateMicros: order === 0 ? '64000' : '65500',
    ...{ method: 'STRAIGHT', dayCount: 'ACT_365F', advanceMicros: '1000000' },
    ...{ feeFlat: zero, feeMicros: '0', feeMin: zero, recourse: 'NONE', validTo: dueDate },
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
  };
}

/** Two fifths and the rest; the sum is exact, and each part at least one minor unit. */
function splitInTwo(total: bigint, currency: string): readonly [Amount, Amount] {
  const small = total * 2n < 5n ? 1n : (total * 2n) / 5n;
  return [amount({ minor: total - small, currency }), amount({ minor: small, currency })];
}

/** The ids of the kept and the passed part, told by their faces. */
function partsOf(
  children: readonly CertificateSeen[],
  [kept]: readonly [Amount, Amount],
): readonly [string, string] {
  const big = children.find(({ face }) => face.amount === kept.amount) ?? children[0];
  const other = children.find((each) => each !== big);
  if (big === undefined || other === undefined)
    throw new Refused('NO_PARTS', 'a split has two parts');
  return [big.id, other.id];
}

/** Asks until there is an answer; a step that never comes is named. */
async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + waitMsMax;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end)
      throw new Refused('TIMED_OUT', `${what}: not within ${waitMsMax / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const supplierActions = [
  'invoice.submit',
  'certificate.hold',
  'shipment.assign',
  'finance.request',
  'statement.import',
] as const;

function supplierOf(login: string, party: ParsedParty, buyer: ParsedParty): NewParty {
  return {
    ...registrationOf(login, party, 'SUPPLIER', buyer.country),
    people: [
      {
        ...{ login, name: `Owner of ${party.name}`.slice(0, 200), role: 'owner' },
        mandates: supplierActions.map((action) => [action, null] as const),
      },
    ],
  };
}

function registrationOf(
  key: string,
  party: ParsedParty,
  role: NewParty['role'],
  country: string | null = null,
): Omit<NewParty, 'people'> {
  const [registration] = party.registrations;
  return {
    name: party.name,
    country: party.country ?? country ?? 'NL',
    scheme: registration?.scheme ?? 'MADE-UP',
    number: registration?.number ?? `demo-${key}`,
    // A number that cannot be one, as in files for practice, is shown as what it is.
    numberMadeUp:
      registration === undefined ||
      numberProblem(registration.scheme, registration.number) !== null,
    role,
  };
}

function madeUp(name: string): ParsedParty {
  return { name, registrations: [], country: 'NL' };
}

function parsedLimit({ payable }: ParsedInvoice): Json {
  return amount({ minor: payable.minor * 2n, currency: payable.currency });
}

function amount({ minor: units, currency }: { readonly minor: bigint; readonly currency: string }) {
  return { amount: amountText({ minor: units, currency }), currency };
}

function minor({ amount: text, currency }: Amount): bigint {
  return minorOf(text, currency) ?? 0n;
}

function first(member: Member): ActClient {
  return client(member, 0);
}

function client(member: Member, order: number): ActClient {
  const found = member.clients[order];
  if (found === undefined) throw new Error(`${member.name} has no person ${order}`);
  return found;
}
