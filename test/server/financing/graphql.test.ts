/**
 * Certificates and financing through GraphQL, on a real database and a real chain: one promise is
 * split, passed on and financed, and each party sees its own part of it.
 */
import type { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import { seedDemoWorld } from '../../../prisma/seed.ts';
import { plainTerms, receipt } from '../../../server/src/demo/hop.ts';
import { confirmationStatement } from '../../../server/src/invoice/model.ts';
import { Fault } from '../../../server/src/kernel/fault.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

const money = '{ amount currency }';
const certificateParts = `id state face ${money} open ${money} promised ${money} maturity payableOn depth recourse isWaiting
  issuer { id name } holder { id name } invoice { id number } parent { id } children { id }
  transfer { id state from { name } to { name } tradeReference }
  request { id state } acts { kind } anchor { status }`;
const quoteParts = `id state rank ratePercent days bank { name } net ${money} discount ${money} fees ${money} reserve ${money} allInPercent anchor { status }`;
const requestParts = `id state face ${money} maturity closesAt invited quoteCount net ${money} isWaiting
  holder { name } issuer { name } certificate { id state holder { name } } invoice { number } payTo { identifier }
  quotes { ${quoteParts} } chosen { id } proposal { id state proposedBy } checks { rule ok seen } acts { kind }`;
const refusalParts = '... on Refusal { code path message seen expected help }';

type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly state: string };
type Answer = { readonly code?: string } & Readonly<Record<string, Row>>;

let world: TestWorld;
let programme: string;
/** The certificate that is financed, and the request for it. */
let held: string;
let asked: string;
let keys = 0;
const people = new Map<string, { readonly person: string; readonly party: string }>();

beforeAll(async () => {
  world = await testWorld('2026-03-02');
  ({ programme } = await seedDemoWorld(world.app, world.sessions));
  const rows = await world.database.pool.query<{ login: string; person: string; party: string }>(
    'SELECT l."login", p."id" AS person, p."party" FROM login l JOIN person p ON p."id" = l."personId"',
  );
  for (const { login, person, party } of rows.rows) people.set(login, { person, party });
});
afterAll(() => world.stop());

function actor(login: string) {
  const found = people.get(login);
  if (found === undefined) throw new RangeError(`nobody signs in as ${login}`);
  return found;
}

/** Waits until the condition holds; the server's own automation brings it about. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1500; tries += 1) {
    if (await condition()) return;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error('it did not come about within half a minute');
}

/** Nothing waits for the chain, and the automation owes nothing. */
const quiet = () =>
  until(async () => {
    const { rows } = await world.database.pool.query<{ waiting: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM todo) AS waiting',
    );
    return rows[0]?.waiting === false;
  });

/** A mutation, signed by the platform for that person, answered when final. */
async function mutate(
  login: string,
  name: string,
  field: 'certificate' | 'request' | 'quote' | 'limit',
  input: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const parts = {
    certificate: certificateParts,
    request: requestParts,
    quote: quoteParts,
    limit: `id available ${money} blocked ${money}`,
  }[field];
  keys += 1;
  const document = `mutation ($input: ${type}Input!) { answer: ${name}(input: $input) {
    ... on ${type}Success { status ${field} { ${parts} } } ${refusalParts} } }`;
  const variables = { input: { ...input, idempotencyKey: `key-${keys}`, wait: true } };
  const { answer } = await world.ask<{ answer: Answer }>(actor(login).person, document, variables);
  await quiet();
  return answer;
}

async function done(
  login: string,
  name: string,
  field: 'certificate' | 'request' | 'quote' | 'limit',
  input: Readonly<Record<string, unknown>>,
): Promise<Row> {
  const answer = await mutate(login, name, field, input);
  const object = answer[field];
  if (object === undefined) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  return object;
}

function asking(login: string) {
  return <T>(document: string, variables: Readonly<Record<string, unknown>>) =>
    world.ask<T>(actor(login).person, document, variables);
}

/** Terms of a hop of that person's organisation, whose file it has stored. */
function terms(login: string, reference: string) {
  const upload = <T>(document: string, _variables: object, file: File): Promise<T> =>
    file.bytes().then((bytes) =>
      asking(login)<T>(document, {
        input: { file: { name: file.name, mediaType: file.type, bytes } },
      }),
    );
  return plainTerms({ upload }, reference);
}

function codeOf({ originalError }: GraphQLError): string {
  return originalError instanceof Fault ? originalError.code : String(originalError);
}

/** What a person sees under an id, or null when it is not found. */
async function see(login: string, query: string, parts: string, id: string): Promise<Row | null> {
  const { data, errors } = await world.raw(
    actor(login).person,
    `query ($id: ID!) { row: ${query}(id: $id) { ${parts} } }`,
    { id },
  );
  if (errors !== undefined) {
    expect(errors.map(codeOf)).toEqual(['NOT_FOUND']);
    return null;
  }
  return (data as { row: Row }).row;
}
const certificate = (login: string, id: string) => see(login, 'certificate', certificateParts, id);
const request = (login: string, id: string) => see(login, 'financeRequest', requestParts, id);

async function today(login: string): Promise<readonly string[]> {
  const { today: items } = await world.ask<{
    today: readonly { readonly action: string; readonly subjectId: string }[];
  }>(actor(login).person, '{ today { action subjectId title counterparty deadline urgency } }');
  return items.map(({ action, subjectId }) => `${action} ${subjectId}`);
}

async function act<N extends KindName>(login: string, kind: N, input: InputOf<N>): Promise<string> {
  keys += 1;
  const outcome = await world.app.acts.perform({
    ...{ kind, input, actor: actor(login), envelope: null },
    idempotencyKey: `act-${keys}`,
  });
  if (outcome.kind !== 'done') throw new Error(`${kind}: ${outcome.code} ${outcome.seen}`);
  await world.app.anchoring.settled(outcome.actHash, 10_000);
  await quiet();
  return outcome.subject;
}

/** Bolt's invoice, confirmed by Aurora; the automation issues its certificate. */
async function promised(number: string): Promise<string> {
  const payable = [100_000_00n, 'EUR'] as const;
  const invoice = await act('bolt', 'invoice.submit', {
    ...{ programme, seller: actor('bolt').party, buyer: actor('clerk').party, payable, number },
    ...{ document: `doc_${number}`, documentDigest: new Uint8Array(32).fill(number.length) },
    ...{ format: 'UBL 2.1 Invoice', typeCode: '380', issueDate: '2026-03-01' },
    ...{ dueDate: null, orderReference: `PO-${number}` },
  });
  const approved = { invoice, approved: payable, dueDate: '2026-05-31', reason: null };
  await act('clerk', 'invoice.propose', approved);
  const proposals = await world.database.pool.query<{ id: string }>(
    'SELECT "id" FROM proposal WHERE "invoice" = $1',
    [invoice],
  );
  const proposal = proposals.rows[0]?.id ?? '';
  await act('approver', 'invoice.confirm', {
    ...approved,
    proposal,
    statement: confirmationStatement,
  });
  const { rows } = await world.database.pool.query<{ id: string }>(
    'SELECT "id" FROM certificate WHERE "invoice" = $1',
    [invoice],
  );
  return rows[0]?.id ?? '';
}

const euros = (amount: string) => ({ amount, currency: 'EUR' });

describe('a certificate', () => {
  let root: string;
  let kept: string;
  let given: string;

  it('is made of the confirmed promise and waits for the supplier', async () => {
    root = await promised('INV-1');

    expect(await certificate('bolt', root)).toMatchObject({
      state: 'OFFERED',
      face: euros('100000.00'),
      maturity: '2026-05-31',
      payableOn: '2026-06-01',
      issuer: { name: 'Aurora Motors' },
      holder: { name: 'Bolt & Co' },
      invoice: { number: 'INV-1' },
      acts: [{ kind: 'certificate.issue' }],
    });
    expect(await today('bolt')).toContain(`accept-certificate ${root}`);
    const taken = await done('bolt', 'acceptCertificate', 'certificate', { certificate: root });
    expect(taken.state).toBe('ACTIVE');
    expect(await today('bolt')).not.toContain(`accept-certificate ${root}`);
  });

  it('J4.8: is split once, though two ask at the same time', async () => {
    const parts = [euros('60000.00'), euros('40000.00')];
    const input = { certificate: root, parts };
    const answers = await Promise.all([
      mutate('bolt', 'splitCertificate', 'certificate', input),
      mutate('bolt', 'splitCertificate', 'certificate', input),
    ]);

    const codes = answers.map(({ code }) => code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(['STALE_VERSION', 'PENDING_RESERVATION', 'CERTIFICATE_SPLIT']).toContain(
      codes.find((code) => code !== undefined),
    );
    const seen = await certificate('bolt', root);
    expect(seen).toMatchObject({ state: 'SPLIT', open: euros('0.00') });
    const children = seen?.children as readonly { id: string }[];
    expect(children).toHaveLength(2);
    [kept = '', given = ''] = children.map(({ id }) => id);
    expect(await certificate('bolt', given)).toMatchObject({
      state: 'ACTIVE',
      face: euros('40000.00'),
      promised: euros('100000.00'),
      parent: { id: root },
    });
  });

  it('says which part is wrong', async () => {
    const splitting = (...amounts: readonly string[]) =>
      mutate('bolt', 'splitCertificate', 'certificate', {
        certificate: given,
        parts: amounts.map(euros),
      });

    expect(await splitting('39000.01', '999.99')).toMatchObject({
      code: 'BELOW_MIN_SPLIT',
      path: 'parts.1.amount',
    });
    expect(await splitting('20000.00', '20000.01')).toMatchObject({
      code: 'SPLIT_SUM_MISMATCH',
      expected: '40000.00 EUR',
    });
  });

  it('is passed on hop by hop, and each holder sees only its own hops (J4.6)', async () => {
    const offered = await done('bolt', 'transferCertificate', 'certificate', {
      ...(await terms('bolt', 'Contract 77')),
      certificate: given,
      transferee: actor('copper').party,
    });
    expect(offered).toMatchObject({ state: 'TRANSFER_PENDING', transfer: { state: 'PENDING' } });
    expect(await certificate('copper', given)).toMatchObject({
      state: 'TRANSFER_PENDING',
      holder: { name: 'Bolt & Co' },
      invoice: null,
      parent: null,
      transfer: { tradeReference: 'Contract 77' },
    });
    expect(await today('copper')).toEqual([`accept-transfer ${given}`]);

    const received = await receipt(asking('copper'), given);
    const copperHolds = await done('copper', 'receiveCertificate', 'certificate', received);
    expect(copperHolds).toMatchObject({
      state: 'ACTIVE',
      holder: { name: 'Copper Works' },
      promised: euros('100000.00'),
      invoice: null,
      depth: 1,
    });
    await done('copper', 'transferCertificate', 'certificate', {
      ...(await terms('copper', 'Contract 77')),
      certificate: copperHolds.id,
      transferee: actor('dye').party,
    });
    const passedOn = await receipt(asking('dye'), copperHolds.id);
    const dyeHolds = await done('dye', 'receiveCertificate', 'certificate', passedOn);

    expect(await certificate('bolt', given)).toMatchObject({
      state: 'TRANSFERRED',
      transfer: { to: { name: 'Copper Works' }, state: 'RECEIVED' },
      children: [],
    });
    for (const login of ['bolt', 'bank-a-analyst', 'carrier', 'outsider', 'approver']) {
      expect(await certificate(login, dyeHolds.id)).toBeNull();
    }
    expect(await certificate('auditor', dyeHolds.id)).toMatchObject({
      holder: { name: 'Dye House' },
      parent: { id: copperHolds.id },
    });
    const mine = await world.ask<{ certificates: { edges: readonly { node: Row }[] } }>(
      actor('bolt').person,
      '{ certificates(first: 50) { edges { node { id holder { name } } } } }',
    );
    expect(JSON.stringify(mine)).not.toMatch(/Dye|Copper/);
  });

  it('does not betray by a filter what became of an offer that was rejected', async () => {
    const offered = await done('bolt', 'transferCertificate', 'certificate', {
      certificate: kept,
      transferee: actor('copper').party,
      ...(await terms('bolt', 'Contract 78')),
    });
    await done('copper', 'rejectCertificate', 'certificate', {
      certificate: kept,
      transfer: (offered.transfer as { id: string }).id,
      reason: 'not ours',
    });
    const split = await done('bolt', 'splitCertificate', 'certificate', {
      certificate: kept,
      parts: [euros('50000.00'), euros('10000.00')],
    });
    expect(split.state).toBe('SPLIT');

    const found = async (state: string) => {
      const answer = await world.ask<{ certificates: { edges: readonly { node: Row }[] } }>(
        actor('copper').person,
        `{ certificates(filter: { states: [${state}] }) { edges { node { id state } } } }`,
      );
      return answer.certificates.edges.some(({ node }) => node.id === kept);
    };
    expect([await found('SPLIT'), await found('ACTIVE')]).toEqual([false, true]);
    expect(await certificate('copper', kept)).toMatchObject({ state: 'ACTIVE', children: [] });
  });
});

describe('a request for financing', () => {
  let a: string;
  let b: string;
  let closesAtMs: number;

  it('is sealed while its window is open', async () => {
    held = await promised('INV-2');
    await done('bolt', 'acceptCertificate', 'certificate', { certificate: held });
    const account = await world.database.pool.query<{ id: string }>(
      'SELECT "id" FROM account WHERE "owner" = $1',
      [actor('bolt').party],
    );
    closesAtMs = Date.now() + 9_000;
    const opened = await done('bolt', 'requestFinancing', 'request', {
      certificate: held,
      invited: [actor('bank-a-analyst').party, actor('bank-b-analyst').party],
      closesAtMs: String(closesAtMs),
      payTo: account.rows[0]?.id,
    });
    asked = opened.id;
    expect(opened).toMatchObject({ state: 'OPEN', quoteCount: 0, invited: 2 });
    expect(await today('bank-a-analyst')).toContain(`quote ${asked}`);

    const quote = (login: string, rateMicros: string) =>
      done(login, 'submitQuote', 'quote', {
        request: asked,
        rateMicros,
        ...{ method: 'STRAIGHT', dayCount: 'ACT_365F', advanceMicros: '1000000' },
        ...{ feeFlat: euros('0.00'), feeMicros: '0', feeMin: euros('0.00') },
        ...{ recourse: 'NONE', validTo: '2026-03-20' },
      });
    const first = await quote('bank-a-analyst', '64000');
    // 91 days of 6.40 % on 100,000.00.
    expect(first).toMatchObject({
      ...{ state: 'COMMITTED', rank: null, ratePercent: '6.40', days: 91 },
      ...{ net: euros('98404.38'), discount: euros('1595.62'), allInPercent: '6.5038' },
    });
    a = first.id;
    b = (await quote('bank-b-analyst', '66000')).id;

    expect(await request('bolt', asked)).toMatchObject({ quotes: [], quoteCount: 2 });
    expect(await request('auditor', asked)).toMatchObject({ quotes: [], quoteCount: 2 });
    expect(await request('bank-a-analyst', asked)).toMatchObject({
      ...{ quotes: [{ id: a }], quoteCount: null, invited: null },
      ...{ certificate: null, invoice: null, payTo: null },
    });
    expect(await today('bank-a-analyst')).not.toContain(`quote ${asked}`);
    for (const login of ['bank-c-analyst', 'approver', 'copper', 'carrier', 'outsider']) {
      expect(await request(login, asked)).toBeNull();
    }
    for (const login of ['bolt', 'auditor', 'bank-b-analyst']) {
      const { node } = await world.ask<{ node: unknown }>(
        actor(login).person,
        'query ($id: ID!) { node(id: $id) { id } }',
        { id: a },
      );
      expect(node).toBeNull();
    }
  });

  it('prices before quoting exactly as the quote will', async () => {
    const { priceQuote } = await world.ask<{ priceQuote: unknown }>(
      actor('bank-b-analyst').person,
      `query ($id: ID!) { priceQuote(requestId: $id, ratePercent: "6.60", method: STRAIGHT, dayCount: ACT_365F,
        advancePercent: "90", feeFlat: "10.00", feePercent: "0.15", feeMin: "50.00") {
        days advance ${money} discount ${money} fees ${money} net ${money} reserve ${money} allInPercent } }`,
      { id: asked },
    );

    // 90,000.00 advanced, 91 days of 6.60 %, 10.00 and 0.15 % of the face.
    expect(priceQuote).toEqual({
      ...{ days: 91, advance: euros('90000.00'), discount: euros('1480.93') },
      ...{ fees: euros('160.00'), net: euros('88359.07'), reserve: euros('10000.00') },
      allInPercent: '7.4489',
    });
  });

  it('opens its quotes to the holder and the auditor when the window closes', async () => {
    await until(async () => (await request('bolt', asked))?.state === 'CLOSED');
    expect(Date.now()).toBeGreaterThanOrEqual(closesAtMs);

    const opened = await request('bolt', asked);
    expect(opened).toMatchObject({
      state: 'CLOSED',
      quotes: [
        { id: a, rank: 1, bank: { name: 'Bank A' }, net: euros('98404.38') },
        { id: b, rank: 2, bank: { name: 'Bank B' } },
      ],
    });
    expect(await request('bank-b-analyst', asked)).toMatchObject({
      quotes: [{ id: b, rank: 2 }],
    });
    expect(await request('auditor', asked)).toMatchObject({ quotes: [{ id: a }, { id: b }] });
    expect(await today('bolt')).toContain(`choose ${asked}`);
  });

  it('is chosen, proposed and approved, and the losing bank learns no more than its rank', async () => {
    const net = euros('98404.38');
    const chosen = await done('bolt', 'chooseQuote', 'request', { request: asked, quote: a, net });
    expect(chosen).toMatchObject({ state: 'RESERVED', chosen: { id: a }, net });
    expect(await certificate('bolt', held)).toMatchObject({ state: 'RESERVED' });
    expect(await request('bank-a-analyst', asked)).toMatchObject({
      certificate: { id: held, state: 'RESERVED' },
      invoice: { number: 'INV-2' },
      payTo: { identifier: 'NL91ABNA0417164300' },
      checks: [
        { rule: 'PROMISE', ok: true, seen: 'CERTIFIED' },
        { rule: 'CERTIFICATE', ok: true },
        { rule: 'DISPUTE', ok: true },
        { rule: 'CREDIT_NOTE', ok: true },
        { rule: 'DELIVERY', ok: true },
        { rule: 'PARTIES', ok: true },
        { rule: 'ACCOUNT', ok: true, seen: 'NL91ABNA0417164300' },
        { rule: 'QUOTE', ok: true },
        { rule: 'BUYER_LIMIT', ok: true },
      ],
    });
    expect(await today('bank-a-analyst')).toContain(`propose-funding ${asked}`);
    const { limits } = await world.ask<{ limits: readonly unknown[] }>(
      actor('bank-a-analyst').person,
      `{ limits { buyer { name } blocked ${money} utilised ${money} available ${money} } }`,
    );
    expect(limits).toContainEqual({
      ...{ buyer: { name: 'Aurora Motors' }, blocked: euros('100000.00') },
      ...{ utilised: euros('0.00'), available: euros('1900000.00') },
    });

    const proposed = await done('bank-a-analyst', 'proposeFunding', 'request', {
      ...{ request: asked, quote: a, net },
    });
    const proposal = (proposed.proposal as { id: string }).id;
    expect(proposed).toMatchObject({ state: 'APPROVAL', proposal: { state: 'OPEN' } });
    expect(await today('bank-a-approver')).toContain(`approve-funding ${asked}`);
    const named = await world.database.pool.query<Readonly<Record<string, string>>>(
      'SELECT "payTo", "certificate", "invoice" FROM finance_request WHERE "id" = $1',
      [asked],
    );
    const approval = { request: asked, proposal, net, ...named.rows[0] };
    expect(await mutate('bank-a-analyst', 'approveFunding', 'request', approval)).toMatchObject({
      code: 'MANDATE_MISSING',
    });
    const approved = await done('bank-a-approver', 'approveFunding', 'request', approval);
    expect(approved).toMatchObject({ state: 'INSTRUCTED', proposal: { state: 'CONFIRMED' } });
    const snapshotFor = async (name: string) =>
      (
        await world.ask<{ financeRequest: { snapshot: unknown } }>(
          actor(name).person,
          `query ($id: ID!) { financeRequest(id: $id) { snapshot {
            calculator takenOn checks { rule ok } anchor { status } } } }`,
          { id: asked },
        )
      ).financeRequest.snapshot;
    expect(await snapshotFor('bank-a-analyst')).toMatchObject({
      ...{ calculator: 'tallystick-calc/1', takenOn: '2026-03-02' },
      checks: Array.from({ length: 9 }, () => ({ ok: true })),
    });
    expect(await snapshotFor('bolt')).toBeNull();

    const lost = await request('bank-b-analyst', asked);
    expect(lost).toMatchObject({
      ...{ state: 'CLOSED', quotes: [{ id: b, state: 'LOST', rank: 2 }], chosen: null },
      ...{ net: null, proposal: null, certificate: null, invoice: null, payTo: null },
      checks: [{ rule: 'PROMISE', ok: true }],
    });
    expect(JSON.stringify(lost)).not.toMatch(/Bank A|98404|RESERVED|INSTRUCTED/);
    expect(await request('bolt', asked)).toMatchObject({ state: 'INSTRUCTED', proposal: null });
  });

  it('cannot be had twice, and never for what is not there', async () => {
    const again = {
      certificate: held,
      invited: [actor('bank-a-analyst').party],
      closesAtMs: String(Date.now() + 60_000),
      payTo: 'acc_none',
    };

    expect(await mutate('bolt', 'requestFinancing', 'request', again)).toMatchObject({
      code: 'CERTIFICATE_NOT_ACTIVE',
    });
    const { errors } = await world.raw(
      actor('copper').person,
      `mutation ($input: RequestFinancingInput!) { requestFinancing(input: $input) { __typename } }`,
      { input: { ...again, idempotencyKey: 'key-none' } },
    );
    expect(errors?.map(codeOf)).toEqual(['NOT_FOUND']);
  });
});

describe('the database itself', () => {
  it.each([
    ['a negative amount', `UPDATE certificate SET "openMinor" = -1`, 'certificate_'],
    [
      'more owed than promised',
      `UPDATE certificate SET "faceMinor" = "rootFaceMinor" + 1`,
      'certificate_',
    ],
    [
      'an amount without a currency',
      `UPDATE certificate SET "currency" = ''`,
      'certificate_currency',
    ],
    ['a state that there is not', `UPDATE certificate SET "state" = 'LOST'`, 'certificate_state'],
    [
      'an open amount on what is consumed',
      `UPDATE certificate SET "openMinor" = 1 WHERE "state" = 'SPLIT'`,
      'certificate_open',
    ],
    [
      'a second promise of one invoice',
      `UPDATE certificate SET "parent" = NULL, "root" = "id", "rootFaceMinor" = "faceMinor" WHERE "depth" = 1`,
      'certificate_one_root',
    ],
    [
      'a certificate of nothing',
      `UPDATE certificate SET "invoice" = 'inv_none' WHERE "depth" = 1`,
      'certificate_invoice',
    ],
    [
      'a reserved request without its bank',
      `UPDATE finance_request SET "bank" = NULL WHERE "state" = 'INSTRUCTED'`,
      'finance_request_chosen',
    ],
    ['a negative rate', `UPDATE quote SET "rateMicros" = -1`, 'quote_terms'],
    ['two chosen quotes', `UPDATE quote SET "state" = 'SELECTED'`, 'quote_one_'],
    [
      'an exposure that is open and released',
      `UPDATE exposure SET "state" = 'RELEASED'`,
      'exposure_open',
    ],
    [
      'a return without a reason',
      `UPDATE funding_proposal SET "state" = 'RETURNED'`,
      'funding_proposal_reason',
    ],
  ])('refuses %s', async (_what, sql, constraint) => {
    await expect(world.database.pool.query(sql)).rejects.toThrow(constraint);
  });

  it('refuses a second live request for a certificate, and a second open proposal', async () => {
    const copy = (table: string, change: string) =>
      world.database.pool.query(
        `INSERT INTO ${table} SELECT (jsonb_populate_record(NULL::${table}, to_jsonb(t) || $1::jsonb)).* FROM ${table} t LIMIT 1`,
        [change],
      );

    await expect(copy('finance_request', '{"id":"req_x","state":"OPEN"}')).rejects.toThrow(
      'finance_request_one_live',
    );
    await expect(copy('quote', '{"id":"quo_x","state":"COMMITTED"}')).rejects.toThrow('quote_');
    await expect(copy('exposure', '{"id":"exp_x"}')).rejects.toThrow('exposure_one_open');
  });
});

describe('a bank that approves and does not pay', () => {
  it('loses the lock after its last day, and the holder has the other quote; the bank does not see it', async () => {
    const parts = `${requestParts} fundBy failReason followsId followedById legs { state }`;
    const look = (login: string, id: string) => see(login, 'financeRequest', parts, id);
    expect(await look('bolt', asked)).toMatchObject({ fundBy: '2026-03-04', failReason: null });
    await act('governor', 'clock.set', { date: '2026-03-05' });
    await until(async () => (await request('bolt', asked))?.state === 'FUNDING_FAILED');
    await quiet();

    const failed = await look('bolt', asked);
    const next = String(failed?.followedById);
    expect(failed).toMatchObject({ failReason: 'NOT_PAID_IN_TIME', legs: [{ state: 'FAILED' }] });
    expect(await certificate('bolt', held)).toMatchObject({
      state: 'ACTIVE',
      request: { id: next },
    });
    expect(await look('bolt', next)).toMatchObject({
      ...{ state: 'CLOSED', followsId: asked, invited: 1, quoteCount: 1, chosen: null },
      quotes: [{ state: 'REVEALED', rank: 1, bank: { name: 'Bank B' } }],
    });
    expect(await today('bolt')).toContain(`choose ${next}`);
    expect(await look('bank-b-analyst', next)).toMatchObject({
      ...{ state: 'CLOSED', followsId: null, invited: null, quotes: [{ rank: 1 }] },
    });
    expect(await look('bank-a-analyst', asked)).toMatchObject({
      ...{ state: 'FUNDING_FAILED', followedById: null },
    });
    expect(await request('bank-a-analyst', next)).toBeNull();
    const limits = await world.ask<unknown>(
      actor('bank-a-analyst').person,
      `{ limits { blocked ${money} utilised ${money} } }`,
    );
    expect(limits).toMatchObject({
      limits: expect.arrayContaining([{ blocked: euros('0.00'), utilised: euros('0.00') }]),
    });
  });
});

describe('maturity', () => {
  it('makes live certificates due, tells the buyer whom to pay, and leaves no difference', async () => {
    await act('governor', 'clock.set', { date: '2026-06-01' });
    const dueNow = () =>
      world.ask<{ certificates: { edges: readonly { node: Row }[] } }>(
        actor('treasurer').person,
        `{ certificates(filter: { states: [DUE] }) { edges { node { state holder { name } open ${money} } } } }`,
      );
    await until(async () => (await dueNow()).certificates.edges.length === 4);
    await quiet();

    const due = await dueNow();
    expect(due.certificates.edges.map(({ node }) => node)).toEqual(
      expect.arrayContaining([
        { state: 'DUE', holder: { name: 'Dye House' }, open: euros('40000.00') },
        { state: 'DUE', holder: { name: 'Bolt & Co' }, open: euros('50000.00') },
        { state: 'DUE', holder: { name: 'Bolt & Co' }, open: euros('10000.00') },
        // What the bank did not pay for is the holder's again, and matures.
        { state: 'DUE', holder: { name: 'Bolt & Co' }, open: euros('100000.00') },
      ]),
    );
    const { differences } = await world.audit();
    expect(differences).toEqual([]);
  });
});
