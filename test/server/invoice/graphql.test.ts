/** An invoice through GraphQL, on a real database and a real chain: from the file to the promise. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SeededParty, seeder } from '../../../prisma/seed.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

const today = '2026-03-05';

const moneyParts = 'amount currency';
const invoiceParts = `id number state payable { ${moneyParts} } approved { ${moneyParts} } approvedReason dueDate
  refusalReason question answer confirmBy document { id } parsed { number lineCount seller { partyId } buyer { partyId } }
  proposal { id state approved { ${moneyParts} } reason proposedBy returnedReason } acts { kind } anchor { status }`;
const refusalParts = '... on Refusal { code path message seen expected help }';
const uploadInvoice = `mutation ($input: UploadInvoiceInput!) { answer: uploadInvoice(input: $input) { ... on Draft {
  id document { id name digest text } programme { id }
  parsed { format number typeCode issueDate dueDate payeeName payable { ${moneyParts} } orderReference seller { partyId name } buyer { partyId name } }
  findings { severity rule seen expected } } ${refusalParts} } }`;

/** A mutation that is an act on an invoice. */
function act(name: string): string {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  return `mutation ($input: ${type}Input!) { answer: ${name}(input: $input) { ... on ${type}Success { status
    invoice { ${invoiceParts} } act { kind } } ${refusalParts} } }`;
}

type Draft = {
  readonly id: string;
  readonly document: { readonly id: string; readonly digest: string };
  readonly programme: { readonly id: string };
  readonly parsed: Readonly<Record<string, unknown>> & {
    readonly number: string;
    readonly seller: { readonly partyId: string };
    readonly buyer: { readonly partyId: string };
  };
  readonly findings: readonly { readonly rule: string; readonly severity: string }[];
};
type Invoice = {
  readonly id: string;
  readonly state: string;
  readonly proposal: { readonly id: string } | null;
};

let world: TestWorld;
let bolt: SeededParty;
let aurora: SeededParty;
let programme: string;
let keys = 0;

beforeAll(async () => {
  world = await testWorld(today);
  const seed = seeder(world.app, world.sessions);
  const person = (login: string, mandates: readonly string[]) => ({
    ...{ name: login, role: login, login, mandates: mandates.map((action) => [action] as const) },
  });
  aurora = await seed.party({
    ...{ name: 'Aurora Motors', country: 'CN', scheme: 'USCC', number: 'DEMO00AURORA' },
    ...{ numberMadeUp: true, roles: ['CORE'] },
    people: [
      person('admin', []),
      person('clerk', ['invoice.propose', 'invoice.confirm']),
      {
        ...person('approver', []),
        mandates: ['CNY', 'EUR'].map((each) => ['invoice.confirm', [500_000_00n, each]] as const),
      },
    ],
  });
  bolt = await seed.party({
    ...{ name: 'Bolt & Co', country: 'CN', scheme: 'USCC', number: 'DEMO00BOLT' },
    ...{ numberMadeUp: true, roles: ['SUPPLIER'] },
    people: [person('bolt', ['invoice.submit'])],
  });
  const copper = await seed.party({
    ...{ name: 'Copper Works', country: 'CN', scheme: 'USCC', number: 'DEMO00COPPER' },
    ...{ numberMadeUp: true, roles: ['SUPPLIER'] },
    people: [person('copper', ['invoice.submit', 'invoice.propose'])],
  });
  const auditor = await seed.party({
    ...{ name: 'Plumb Audit', country: 'NL', scheme: 'KVK', number: 'DEMO00PLUMB' },
    ...{ roles: ['AUDITOR'], people: [person('auditor', [])] },
  });
  await seed.party({
    ...{ name: 'Outland Farms', country: 'CN', scheme: 'USCC', number: 'DEMO00OUTLAND' },
    numberMadeUp: true,
    ...{ roles: ['SUPPLIER'], people: [person('outsider', ['invoice.submit', 'invoice.propose'])] },
  });
  programme = await seed.programme(aurora, terms, [
    [bolt, 'SUPPLIER'],
    [copper, 'SUPPLIER'],
    [auditor, 'AUDITOR'],
  ]);
});
afterAll(() => world.stop());

describe('an invoice', () => {
  it('goes from its file to an irrevocable promise', async () => {
    const draft = await upload('bolt-inv-1001-cny.xml');
    expect(draft).toMatchObject({
      programme: { id: programme },
      findings: [],
      parsed: {
        number: 'INV-1001',
        payable: { amount: '100000.00', currency: 'CNY' },
        seller: { partyId: bolt.id },
        buyer: { partyId: aurora.id },
      },
      document: { name: 'bolt-inv-1001-cny.xml', text: sample('bolt-inv-1001-cny.xml').toString() },
    });
    expect(await todayOf('bolt')).toEqual([['submit-draft', 'INV-1001', null]]);

    const submitted = await perform('bolt', 'submitInvoice', submission(draft), true);
    expect(submitted).toMatchObject({
      status: 'FINAL',
      invoice: { state: 'RECEIVED', confirmBy: '2026-03-12', document: { id: draft.document.id } },
    });
    const { id } = submitted.invoice;
    expect(await todayOf('bolt')).toEqual([]);
    expect(await todayOf('clerk')).toEqual([['propose', 'INV-1001', '2026-03-12']]);

    const promise = { invoice: id, approved: yuan('98000.00'), dueDate: '2026-05-31' };
    const reason = '98 of 100 came.';
    const proposed = await perform('clerk', 'proposeConfirmation', { ...promise, reason });
    expect(proposed.invoice.proposal).toMatchObject({ state: 'OPEN', reason });
    expect(await todayOf('approver')).toEqual([['confirm', 'INV-1001', '2026-03-12']]);
    expect(await todayOf('clerk')).toEqual([]);
    expect(await read('bolt', id)).toMatchObject({ state: 'RECEIVED', proposal: null });

    const { data } = await ask('approver', '{ confirmationStatement }');
    const confirmation = {
      ...{ ...promise, reason, proposal: proposed.invoice.proposal?.id ?? '' },
      statement: data?.confirmationStatement,
    };
    expect(await perform('clerk', 'confirmInvoice', confirmation)).toMatchObject({
      code: 'FOUR_EYES_SAME_PERSON',
    });
    const confirmed = await perform('approver', 'confirmInvoice', confirmation, true);
    expect(confirmed).toMatchObject({ status: 'FINAL', act: { kind: 'invoice.confirm' } });
    expect(await read('bolt', id)).toMatchObject({
      approved: yuan('98000.00'),
      approvedReason: reason,
      dueDate: '2026-05-31',
      proposal: { state: 'CONFIRMED' },
      parsed: { lineCount: 2 },
    });

    const withdrawn = await perform('bolt', 'withdrawInvoice', { invoice: id, reason: 'No.' });
    expect(withdrawn).toMatchObject({ code: 'CONFIRMATION_IRREVOCABLE' });
    await expect(
      world.database.pool.query('UPDATE invoice SET "approvedMinor" = 1 WHERE "id" = $1', [id]),
    ).rejects.toThrow('a confirmation is irrevocable');
  });

  it('is seen by its parties and auditors, and by nobody else', async () => {
    const draft = await upload('bolt-re-2026-0007-eur-allowances.xml');
    const { invoice } = await perform('bolt', 'submitInvoice', submission(draft), true);

    for (const reader of ['bolt', 'clerk', 'auditor']) {
      expect(await read(reader, invoice.id)).toMatchObject({
        number: 'RE-2026/0007',
        document: { id: draft.document.id },
        parsed: { number: 'RE-2026/0007' },
      });
    }
    for (const stranger of ['copper', 'outsider']) {
      for (const field of ['invoice', 'draft']) {
        const id = field === 'invoice' ? invoice.id : draft.id;
        const { errors } = await ask(stranger, `{ ${field}(id: "${id}") { id } }`);
        expect(codeOf(errors)).toBe('NOT_FOUND');
      }
      const refused = await performRaw(stranger, 'queryInvoice', {
        ...{ invoice: invoice.id, question: 'Yours?' },
      });
      expect(codeOf(refused.errors)).toBe('NOT_FOUND');
      const listed = await ask(
        stranger,
        '{ invoices { edges { node { id } } } drafts { edges { node { id } } } }',
      );
      expect(listed.data).toEqual({ invoices: { edges: [] }, drafts: { edges: [] } });
    }
  });

  it('is refused a second time, however its number is typed, and its file too', async () => {
    const again = await uploadRaw('bolt', sample('bolt-inv-1001-cny.xml'));
    expect(again).toMatchObject({
      code: 'DUPLICATE_FILE',
      seen: expect.stringMatching(/invoice inv_/),
    });

    const retyped = sample('bolt-inv-1001-cny.xml').toString().replace('INV-1001', 'inv 001001');
    const draft = await uploadRaw('bolt', Buffer.from(retyped));
    expect(draft).toMatchObject({ findings: [{ severity: 'ERROR', rule: 'DUPLICATE_EXACT' }] });
    expect(
      await perform('bolt', 'submitInvoice', submission(draft as unknown as Draft)),
    ).toMatchObject({
      code: 'DUPLICATE_EXACT',
      path: 'number',
    });
  });

  it('is submitted once by two hands at once', async () => {
    const text = sample('bolt-inv-1001-cny.xml').toString().replace('INV-1001', 'TWICE-1');
    const first = (await uploadRaw('bolt', Buffer.from(text))) as unknown as Draft;
    const second = (await uploadRaw('bolt', Buffer.from(`${text}\n`))) as unknown as Draft;

    const answers = await Promise.all(
      [first, second].map((draft) => perform('bolt', 'submitInvoice', submission(draft))),
    );

    const codes = answers.map((each) => ('code' in each ? each.code : 'accepted')).sort();
    expect(codes).toEqual(['DUPLICATE_EXACT', 'accepted']);
  });

  it('says nothing that its file does not say', async () => {
    const text = sample('bolt-inv-1001-cny.xml').toString().replace('INV-1001', 'EXACT-1');
    const draft = (await uploadRaw('bolt', Buffer.from(text))) as unknown as Draft;
    const honest = submission(draft);
    const lies = {
      number: 'EXACT-2',
      payable: yuan('100000.01'),
      issueDate: '2026-03-01',
      dueDate: null,
      typeCode: '388',
      orderReference: 'PO-4712',
      documentDigest: Buffer.alloc(32).toString('base64url'),
      document: 'doc_other',
      buyer: bolt.id,
    };

    for (const [field, lie] of Object.entries(lies)) {
      expect(await perform('bolt', 'submitInvoice', { ...honest, [field]: lie })).toMatchObject({
        code: 'DOCUMENT_MISMATCH',
        path: field,
      });
    }
    expect(await perform('bolt', 'submitInvoice', honest)).toMatchObject({ status: 'PENDING' });
  });
});

describe('a file', () => {
  it.each([
    ['bolt-cn-2001-credit-note.xml', 'NOT_AN_INVOICE'],
    ['bolt-inv-1004-doctype.xml', 'DOCTYPE_REFUSED'],
  ])('%s is not taken: %s', async (name, code) => {
    expect(await uploadRaw('bolt', sample(name))).toMatchObject({ code });
  });

  it.each([
    ['bolt-inv-1002-factored.xml', 'ALREADY_ASSIGNED', 'ALREADY_ASSIGNED'],
    ['bolt-inv-1003-bad-sums.xml', 'BR-CO-15', 'INVOICE_INVALID'],
    ['yonggu-2026-0305-cny-long-names.xml', 'SELLER_NOT_YOU', 'SELLER_NOT_YOU'],
    ['dana-4402-kwd.xml', 'BUYER_UNKNOWN', 'SELLER_NOT_YOU'],
  ])('%s is kept as a draft that shows %s and cannot be submitted', async (name, rule, code) => {
    const draft = await upload(name);

    expect(draft.findings).toContainEqual(expect.objectContaining({ severity: 'ERROR', rule }));
    expect(await perform('bolt', 'submitInvoice', submission(draft))).toMatchObject({ code });
  });

  it('sent twice under one key gives one draft; another file under it is a conflict', async () => {
    const file = sample('thread-77-no-due-date.xml');
    const [one, two] = await Promise.all([
      uploadRaw('bolt', file, 'same-key'),
      uploadRaw('bolt', file, 'same-key'),
    ]);
    expect(one).toMatchObject({ id: (two as { id: string }).id });

    const other = await ask('bolt', uploadInvoice, {
      input: { file: uploaded('x.xml', Buffer.from(`${file} `)), idempotencyKey: 'same-key' },
    });
    expect(codeOf(other.errors)).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('is given up as long as it was not submitted', async () => {
    const draft = (await uploadRaw(
      'bolt',
      Buffer.from(`${sample('dana-4402-kwd.xml')} `),
    )) as unknown as Draft;

    const discard = (id: string) => ask('bolt', `mutation { discardDraft(id: "${id}") }`);
    expect((await discard(draft.id)).data).toEqual({ discardDraft: true });
    expect(codeOf((await discard(draft.id)).errors)).toBe('NOT_FOUND');
    const { rows } = await world.database.pool.query<{ id: string }>(
      'SELECT d."id" FROM draft d JOIN invoice i ON i."document" = d."document" LIMIT 1',
    );
    expect((await discard(rows[0]?.id ?? '')).data).toEqual({ discardDraft: false });
  });

  it('of somebody who supplies nobody is not taken', async () => {
    expect(await uploadRaw('outsider', sample('bolt-inv-1001-cny.xml'))).toMatchObject({
      code: 'NOT_A_SUPPLIER',
    });
  });
});

describe('lists', () => {
  it('go through all invoices once, newest first, and filter', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Connection = (await ask('clerk', pageQuery, { after })).data
        ?.invoices as Connection;
      seen.push(...page.edges.map(({ node }) => node.number));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);

    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.at(-1)).toBe('INV-1001');
    expect(seen).not.toContain('inv 001001');
    const filter = async (text: string) =>
      (await ask('clerk', `{ invoices(filter: { ${text} }) { edges { node { number } } } }`)).data;
    const only = { invoices: { edges: [{ node: { number: 'INV-1001' } }] } };
    expect(await filter('number: "INV-1001"')).toEqual(only);
    expect(await filter(`number: "INV-1001", sellerId: "${bolt.id}"`)).toEqual(only);
    expect(await filter('number: "INV-1001", states: [RECEIVED]')).toEqual({
      invoices: { edges: [] },
    });
  });
});

describe('the audit', () => {
  it('derives every row of this slice again from the acts', async () => {
    await world.app.automation.settle();

    const { differences } = await world.audit();

    const ours = differences.filter(({ table }) =>
      ['invoice', 'proposal', 'act', 'access'].includes(table),
    );
    expect(ours).toEqual([]);
  });
});

// Last, because it forges a row by hand, which the audit would rightly name.
describe('an invoice of which the chain knows more than we do', () => {
  it('is invalid, and its seller sees why', async () => {
    const text = sample('bolt-inv-1001-cny.xml').toString().replace('INV-1001', 'ELSEWHERE-1');
    const first = (await uploadRaw('bolt', Buffer.from(text))) as unknown as Draft;
    const { invoice } = await perform('bolt', 'submitInvoice', submission(first), true);
    const known = await renamed(invoice.id, 'as if it were in another consortium');
    const again = (await uploadRaw('bolt', Buffer.from(`${text}\n`))) as unknown as Draft;

    const lost = await perform('bolt', 'submitInvoice', submission(again), true);

    expect(lost).toMatchObject({ code: 'DUPLICATE_EXACT' });
    const { data } = await ask(
      'bolt',
      '{ invoices(filter: { states: [INVALID] }) { edges { node { number refusalReason } } } }',
    );
    expect(data).toEqual({
      invoices: {
        edges: [{ node: { number: 'ELSEWHERE-1', refusalReason: 'FINGERPRINT_TAKEN' } }],
      },
    });
    expect(codeOf((await ask('clerk', `{ draft(id: "${again.id}") { id } }`)).errors)).toBe(
      'NOT_FOUND',
    );
    await renamed(invoice.id, known);
  });
});

type Connection = {
  readonly edges: readonly { readonly node: { readonly number: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
};
const pageQuery = `query ($after: String) { invoices(first: 2, after: $after) {
  edges { node { number } } pageInfo { hasNextPage endCursor } } }`;

const terms = {
  ...{ name: 'Aurora suppliers', technique: 'RECEIVABLES_DISCOUNTING', currency: null },
  ...{ minSplitMinor: 1n, minTenorDays: 15n, maxTenorDays: 365n, confirmDays: 5n, graceDays: 5n },
  ...{ dayCount: 'ACT_365F', businessDayRule: 'FOLLOWING', recourse: 'NONE' },
  ...{ requireDelivery: false, maxDepth: null, calendars: ['WEEKDAYS'], exDays: 0n },
  ...{ policyPacks: [], issueLimitMinor: null },
  ...{ timeZone: 'UTC', marketOpens: '00:00', marketCloses: '24:00' },
};

function yuan(amount: string) {
  return { amount, currency: 'CNY' };
}

function sample(name: string): Buffer {
  return readFileSync(new URL(`../../../samples/${name}`, import.meta.url));
}

function uploaded(name: string, bytes: Buffer) {
  return { name, mediaType: 'text/xml', bytes: new Uint8Array(bytes) };
}

function nextKey(): string {
  keys += 1;
  return `key-${keys}`;
}

/** The code of the fault behind the first error. */
function codeOf(errors: readonly { readonly originalError: unknown }[] | undefined): unknown {
  return (errors?.[0]?.originalError as { readonly code?: unknown } | undefined)?.code;
}

/** Gives an invoice another canonical text by hand; returns the one that it had. */
async function renamed(id: string, canonical: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ canonical: string }>(
    'UPDATE invoice i SET "canonical" = $2 FROM invoice o WHERE i."id" = $1 AND o."id" = $1 RETURNING o."canonical"',
    [id, canonical],
  );
  return rows[0]?.canonical ?? '';
}

/** The person with that login. */
async function personOf(login: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ personId: string }>(
    'SELECT "personId" FROM login WHERE "login" = $1',
    [login],
  );
  return rows[0]?.personId ?? login;
}

async function ask(login: string, document: string, variables: Record<string, unknown> = {}) {
  return world.raw(await personOf(login), document, variables);
}

async function answerOf<T>(
  login: string,
  document: string,
  variables: Record<string, unknown>,
): Promise<T> {
  const { data, errors } = await ask(login, document, variables);
  if (errors !== undefined) throw new Error(errors.map(String).join('\n'));
  return data?.answer as T;
}

function uploadRaw(
  login: string,
  bytes: Buffer,
  idempotencyKey = nextKey(),
): Promise<Readonly<Record<string, unknown>>> {
  const input = { file: uploaded('file.xml', bytes), idempotencyKey };
  return answerOf(login, uploadInvoice, { input });
}

function upload(name: string): Promise<Draft> {
  const input = { file: uploaded(name, sample(name)), idempotencyKey: nextKey() };
  return answerOf('bolt', uploadInvoice, { input });
}

/** Exactly what the file says, as the page sends it. */
function submission({ id, document, parsed, programme: chosen }: Draft) {
  const { format, number, typeCode, issueDate, dueDate, payable, orderReference } = parsed;
  return {
    ...{ draft: id, programme: chosen?.id ?? programme, document: document.id },
    documentDigest: document.digest,
    ...{ seller: parsed.seller.partyId ?? bolt.id, buyer: parsed.buyer.partyId ?? aurora.id },
    ...{ format, number, typeCode, issueDate, dueDate, payable, orderReference },
  };
}

function performRaw(login: string, name: string, input: Record<string, unknown>, wait = false) {
  return ask(login, act(name), { input: { ...input, idempotencyKey: nextKey(), wait } });
}

async function perform(
  login: string,
  name: string,
  input: Record<string, unknown>,
  wait = false,
): Promise<{ readonly code?: string; readonly invoice: Invoice }> {
  const { data, errors } = await performRaw(login, name, input, wait);
  if (errors !== undefined) throw new Error(errors.map(String).join('\n'));
  return data?.answer as never;
}

async function read(login: string, id: string): Promise<Invoice> {
  const { data, errors } = await ask(login, `{ invoice(id: "${id}") { ${invoiceParts} } }`);
  if (errors !== undefined) throw new Error(errors.map(String).join('\n'));
  return data?.invoice as Invoice;
}

/** What waits for a person with invoices: action, title, deadline. */
async function todayOf(login: string): Promise<readonly (readonly unknown[])[]> {
  const { data } = await ask(login, '{ today { action title deadline subjectType } }');
  const items = data?.today as readonly Readonly<Record<string, unknown>>[];
  return items
    .filter(({ subjectType }) => subjectType === 'Invoice' || subjectType === 'Draft')
    .map(({ action, title, deadline }) => [action, title, deadline]);
}
