/** Acts on invoices, decided over rows: from the submission to the promise, and who may see what. */
import { describe, expect, it } from 'vitest';
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import {
  confirmationStatement,
  type InvoiceRow,
  type NearMatchRow,
} from '../../../server/src/invoice/model.ts';
import { invoiceHandlers, markCertified, markPaid } from '../../../server/src/invoice/service.ts';
import type { AnyHandler, Handler } from '../../../server/src/kernel/act.ts';
import type { Accepted, Decision } from '../../../server/src/kernel/decision.ts';
import { memoryRows } from '../../../server/src/platform/memory-reader.ts';
import {
  type Actor,
  actOf,
  approver,
  auditor,
  automation,
  bank,
  clerk,
  dueDay,
  invoiceRow,
  members,
  outsider,
  promised,
  supplier,
  today,
} from './builders.ts';

const face = [100_000_00n, 'CNY'] as const;

describe('an invoice from submission to promise', () => {
  it('goes through every hand, and the certificate follows', async () => {
    const world = newWorld();

    const submission = await world.final('invoice.submit', supplier, submitInput());
    const invoice = submission.subject;
    expect(await world.state(invoice)).toBe('RECEIVED');

    await world.final('invoice.query', clerk, { invoice, question: 'Which order?' });
    expect(await world.state(invoice)).toBe('QUERIED');
    await world.final('invoice.answer', supplier, { invoice, answer: 'PO-4711' });

    await world.final('invoice.propose', clerk, { invoice, ...wholePromise });
    const first = await world.openProposal(invoice);
    await world.final('invoice.return', approver, { invoice, proposal: first, reason: 'Wait.' });
    await world.final('invoice.propose', clerk, { invoice, ...wholePromise });
    const proposal = await world.openProposal(invoice);
    expect(proposal).not.toBe(first);

    const confirmation = await world.final('invoice.confirm', approver, {
      ...{ invoice, proposal, ...wholePromise, statement: confirmationStatement },
    });
    expect(await world.state(invoice)).toBe('CONFIRMED');
    expect(confirmation.next).toEqual([
      {
        kind: 'certificate.issue',
        input: {
          ...{ invoice, issuer: 'pty_aurora', holder: 'pty_bolt' },
          ...{ face, maturity: dueDay },
        },
      },
    ]);
    const row = await world.invoice(invoice);
    expect(markCertified(world.rows, row).row).toMatchObject({
      state: 'CERTIFIED',
      version: row.version + 1,
    });
  });

  it('B.9.35: comes to nothing when the chain knows the fingerprint from elsewhere', async () => {
    const world = newWorld();
    const decision = await world.accepted('invoice.submit', supplier, submitInput());
    world.rows.apply(decision.whenRefused);

    expect(await world.invoice(decision.subject)).toMatchObject({
      state: 'INVALID',
      pendingAct: null,
      refusalReason: '$refusal',
      version: 2,
    });
    expect((await world.decide('invoice.submit', supplier, submitInput())).kind).toBe('accepted');
  });

  it('B.9.34: is refused at once when it is known here, however the number is typed', async () => {
    const world = newWorld();
    await world.final('invoice.submit', supplier, submitInput());

    const again = submitInput({ number: 'ｉｎｖ　０１００１', payable: [100_001_00n, 'CNY'] });

    expect(await world.decide('invoice.submit', supplier, again)).toMatchObject({
      kind: 'refusal',
      code: 'DUPLICATE_EXACT',
    });
  });

  it('B.9.37, B.9.38: waits for a person of the buyer when it looks like an earlier one', async () => {
    const world = newWorld();
    const first = await world.final('invoice.submit', supplier, submitInput());
    const half = submitInput({ number: 'INV-1001-A', payable: [40_000_00n, 'CNY'] });

    const { subject: invoice, grants } = await world.final('invoice.submit', supplier, half);

    const [match] = await world.rows.where<NearMatchRow>('near_match', 'invoice', invoice);
    expect(match).toMatchObject({ other: first.subject, rule: 'NUMBER_LETTER', riskClass: 'HIGH' });
    expect(await world.rows.where('near_match', 'invoice', first.subject)).toEqual([]);
    expect(grants.filter(({ object }) => object === match?.id).map(({ reader }) => reader)).toEqual(
      [...['pty_bolt', 'pty_aurora', 'pty_auditor']],
    );
    const promise = { ...wholePromise, approved: [40_000_00n, 'CNY'] as const };
    const propose = () => world.decide('invoice.propose', clerk, { invoice, ...promise });
    expect(await propose()).toMatchObject({
      code: 'NEAR_MATCH_OPEN',
      seen: `HIGH NUMBER_LETTER ${first.subject}`,
    });
    // The first one is not held up by the second.
    await world.final('invoice.propose', clerk, { invoice: first.subject, ...wholePromise });

    const seen = { invoice, matches: [match?.id ?? ''], reason: 'Two deliveries, two notes.' };
    const cleared = { ...seen, verdict: 'CLEARED' };
    for (const [who, input, code] of [
      [supplier, cleared, 'ONLY_BUYER'],
      [clerk, { ...cleared, matches: [] }, 'MATCHES_DIFFER'],
      [clerk, { ...cleared, matches: ['nma_other'] }, 'MATCHES_DIFFER'],
      [clerk, { ...cleared, matches: [...seen.matches, ...seen.matches] }, 'MATCHES_DIFFER'],
      [clerk, { ...cleared, verdict: 'OPEN' }, 'INPUT_INVALID'],
      [clerk, { ...cleared, reason: ' ' }, 'REASON_REQUIRED'],
    ] as const)
      expect(await world.decide('match.review', who, input)).toMatchObject({ code });
    await world.final('match.review', approver, cleared);

    expect(await world.decide('match.review', approver, cleared)).toMatchObject({
      code: 'MATCHES_DIFFER',
    });
    await world.final('invoice.propose', clerk, { invoice, ...promise });
    const proposal = await world.openProposal(invoice);
    const confirmation = { invoice, proposal, ...promise, statement: confirmationStatement };
    expect(await world.decide('invoice.confirm', approver, confirmation)).toMatchObject({
      code: 'FOUR_EYES_SAME_PERSON',
      path: 'invoice',
    });
    const another: Actor = { party: 'pty_aurora', person: 'per_another' };
    await world.final('invoice.confirm', another, confirmation);
  });

  it('can only be refused once it was judged to be an earlier one again', async () => {
    const world = newWorld();
    await world.final('invoice.submit', supplier, submitInput());
    const again = submitInput({ number: '77', payable: [100_001_00n, 'CNY'] });
    const { subject: invoice } = await world.final('invoice.submit', supplier, again);
    const [match] = await world.rows.where<NearMatchRow>('near_match', 'invoice', invoice);
    expect(match).toMatchObject({ rule: 'AMOUNT_CLOSE', riskClass: 'MEDIUM', state: 'OPEN' });
    const verdict = { matches: [match?.id ?? ''], verdict: 'DUPLICATE', reason: 'The same goods.' };

    await world.final('match.review', clerk, { invoice, ...verdict });

    expect(
      await world.decide('invoice.propose', clerk, { invoice, ...wholePromise }),
    ).toMatchObject({ code: 'NEAR_MATCH_DUPLICATE' });
    await world.final('invoice.refuse', approver, { invoice, reason: 'Billed twice.' });
  });

  it('waits no longer when the earlier one came to nothing, and never for what is only LOW', async () => {
    const world = newWorld();
    const early = submitInput({ issueDate: '2026-01-05' });
    const first = await world.final('invoice.submit', supplier, early);
    const low = submitInput({ number: '77', orderReference: 'PO-2' });
    const { subject: shown } = await world.final('invoice.submit', supplier, low);
    expect(await world.rows.where('near_match', 'invoice', shown)).toMatchObject([
      { riskClass: 'LOW', state: 'OPEN' },
    ]);
    await world.final('invoice.propose', clerk, { invoice: shown, ...wholePromise });
    const half = submitInput({ number: 'INV-1001-A', payable: [3_00n, 'CNY'] });
    const { subject: invoice } = await world.final('invoice.submit', supplier, half);
    const promise = { ...wholePromise, approved: [3_00n, 'CNY'] as const };
    expect(await world.decide('invoice.propose', clerk, { invoice, ...promise })).toMatchObject({
      code: 'NEAR_MATCH_OPEN',
    });

    await world.final('invoice.withdraw', supplier, {
      ...{ invoice: first.subject, reason: 'Billed in parts instead.' },
    });

    await world.final('invoice.propose', clerk, { invoice, ...promise });
  });

  it('is compared with the newest that share a trait, and keeps the worst and newest of them', async () => {
    const world = newWorld();
    let last = '';
    for (let order = 0; order < 20; order += 1) {
      const one = submitInput({ number: `N-${order * 7}x${order}`, orderReference: 'PO-1' });
      last = (await world.final('invoice.submit', supplier, one)).subject;
    }

    const matches = await world.rows.where<NearMatchRow>('near_match', 'invoice', last);
    const keys = [...(world.rows.tables.get('near_key')?.values() ?? [])];

    expect(matches).toHaveLength(8);
    expect(new Set(matches.map(({ rule }) => rule))).toEqual(new Set(['AMOUNT_AND_ORDER']));
    expect(Math.max(...keys.map(({ invoices }) => (invoices as string[]).length))).toBe(16);
  });

  it('B.9.36: passes with the same number of another supplier', async () => {
    const world = newWorld();
    await world.final('invoice.submit', supplier, submitInput());
    const copper: Actor = { party: 'pty_copper', person: 'per_copper' };

    const same = submitInput({ seller: 'pty_copper' });

    expect(await world.decide('invoice.submit', copper, same)).toMatchObject({ kind: 'accepted' });
  });

  it('expires by itself when the buyer stays silent, and may then be submitted again', async () => {
    const world = newWorld();
    const { subject: invoice } = await world.final('invoice.submit', supplier, submitInput());
    await world.final('invoice.propose', clerk, { invoice, ...wholePromise });
    const open = await world.openProposal(invoice);

    await world.final('invoice.expire', automation, { invoice }, '2026-03-10');

    expect(await world.state(invoice)).toBe('EXPIRED');
    expect(await world.rows.get('proposal', open)).toMatchObject({ state: 'VOID' });
    const again = await world.decide('invoice.submit', supplier, submitInput(), '2026-03-10');
    expect(again.kind).toBe('accepted');
  });

  it('records what was paid, to the last fen', () => {
    const certified = invoiceRow({ state: 'CERTIFIED', ...promised });

    expect(markPaid(memoryRows(), certified, 30_000_00n).row).toMatchObject({ state: 'PART_PAID' });
    expect(markPaid(memoryRows(), certified, 100_000_00n).row).toMatchObject({ state: 'PAID' });
    expect(() => markPaid(memoryRows(), invoiceRow(), 1n)).toThrow('is promised when it is paid');
  });
});

describe('who may submit', () => {
  it.each([
    ['an invoice of somebody else', supplier, { seller: 'pty_copper' }, 'ONLY_SELLER'],
    [
      'an invoice to a buyer of another programme',
      supplier,
      { buyer: 'pty_outsider' },
      'BUYER_UNKNOWN',
    ],
    ['an invoice to itself', supplier, { buyer: 'pty_bolt' }, 'SELLER_IS_BUYER'],
    ['as the buyer', clerk, {}, 'NOT_A_SUPPLIER'],
    ['as an auditor', auditor, {}, 'NOT_A_SUPPLIER'],
  ])('nobody submits %s', async (_what, actor, change, code) => {
    const decision = await newWorld().decide('invoice.submit', actor, submitInput(change));

    expect(decision).toMatchObject({ kind: 'refusal', code });
  });

  it.each([
    ['an outsider', outsider, {}],
    ['a bank of the programme', bank, {}],
    ['a supplier to a programme that is not there', supplier, { programme: 'prg_none' }],
  ])('%s does not learn that the programme exists', async (_who, actor, change) => {
    const decision = newWorld().decide('invoice.submit', actor, submitInput(change));

    await expect(decision).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

const invoice = 'inv_1';
const moves = {
  'invoice.withdraw': { invoice, reason: 'Wrong price.' },
  'invoice.query': { invoice, question: 'Which order?' },
  'invoice.answer': { invoice, answer: 'PO-4711' },
  'invoice.propose': { invoice, approved: face, dueDate: dueDay, reason: null },
  'invoice.return': { invoice, proposal: 'prp_1', reason: 'Wait.' },
  'invoice.confirm': {
    ...{ invoice, proposal: 'prp_1', approved: face, dueDate: dueDay, reason: null },
    statement: confirmationStatement,
  },
  'invoice.refuse': { invoice, reason: 'Not ordered.' },
} as const;
const sellers: readonly string[] = ['invoice.withdraw', 'invoice.answer'];

describe.each(Object.entries(moves))('%s', (kind, input) => {
  const name = kind as keyof typeof moves;
  const code = sellers.includes(kind) ? 'ONLY_SELLER' : 'ONLY_BUYER';
  const wrongSide = sellers.includes(kind) ? approver : supplier;

  it.each([
    ['an outsider', outsider],
    ['a bank', bank],
    ['another supplier', { party: 'pty_copper', person: 'per_copper' }],
  ])('is not found by %s', async (_who, actor) => {
    const decision = receivedWorld().decide(name, actor, input as never);

    await expect(decision).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not found for an invoice that is not there', async () => {
    const nowhere = { ...input, invoice: 'inv_none' } as never;

    await expect(receivedWorld().decide(name, approver, nowhere)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is refused by name to the other side and to the auditor, who see the invoice', async () => {
    const world = receivedWorld();

    expect(await world.decide(name, wrongSide, input as never)).toMatchObject({ code });
    expect(await world.decide(name, auditor, input as never)).toMatchObject({ code });
  });
});

describe('a proposal', () => {
  it('of another invoice is not found', async () => {
    const world = receivedWorld();
    const { invoice: _own, ...input } = moves['invoice.confirm'];
    world.rows.apply([
      { op: 'insert', table: 'invoice', row: invoiceRow({ id: 'inv_2', canonical: 'other' }) },
    ]);
    await world.final('invoice.propose', clerk, moves['invoice.propose']);
    const proposal = await world.openProposal(invoice);

    const decision = world.decide('invoice.confirm', approver, {
      ...input,
      invoice: 'inv_2',
      proposal,
    });

    await expect(decision).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is the buyer’s own affair: the seller neither reads it nor its act until it is confirmed', async () => {
    const world = receivedWorld();

    const proposed = await world.final('invoice.propose', clerk, moves['invoice.propose']);
    expect(proposed.readers).not.toContain('pty_bolt');
    expect(proposed.grants.map(({ reader }) => reader)).toEqual(['pty_aurora', 'pty_auditor']);

    const proposal = await world.openProposal(invoice);
    const input = { ...moves['invoice.confirm'], proposal };
    const confirmed = await world.final('invoice.confirm', approver, input);
    expect(confirmed.readers).toContain('pty_bolt');
    expect(confirmed.grants).toMatchObject([{ reader: 'pty_bolt', object: proposal }]);
  });
});

describe('the fingerprint', () => {
  const secrets = {
    fingerprint: (text: string) => new TextEncoder().encode(`token of ${text.split('\n')[3]}`),
    group: () => new Uint8Array(),
  };

  it('is reserved by the submission and released by whatever ends the invoice', async () => {
    const { rows } = receivedWorld();
    const token = secrets.fingerprint(invoiceRow().canonical);

    for (const [kind, actor] of [
      ['invoice.withdraw', supplier],
      ['invoice.refuse', approver],
      ['invoice.expire', automation],
    ] as const) {
      const body = actOf(kind, actor, { invoice, reason: 'x' } as never).body;
      expect(await handlerOf(kind).facts?.(rows, body, secrets)).toEqual({ fingerprint: token });
    }
    const body = actOf('invoice.submit', supplier, submitInput()).body;
    expect(await handlerOf('invoice.submit').facts?.(rows, body, secrets)).toEqual({
      fingerprint: secrets.fingerprint('\n\n\nINV-1001'),
    });
  });

  it('is not told to parties that are not of the invoice', async () => {
    const { rows } = receivedWorld();
    const withdraw = actOf('invoice.withdraw', outsider, moves['invoice.withdraw']).body;
    const submit = actOf('invoice.submit', outsider, submitInput()).body;

    expect(await handlerOf('invoice.withdraw').facts?.(rows, withdraw, secrets)).toEqual({});
    expect(await handlerOf('invoice.submit').facts?.(rows, submit, secrets)).toEqual({});
  });
});

describe('mandates', () => {
  it('cover the amount where an amount is asked for or promised', () => {
    const submit = actOf('invoice.submit', supplier, submitInput()).body;
    const confirm = actOf('invoice.confirm', approver, moves['invoice.confirm']).body;

    expect(handlerOf('invoice.submit').mandate?.(submit)).toEqual({
      action: 'invoice.submit',
      amount: face,
    });
    expect(handlerOf('invoice.confirm').mandate?.(confirm)).toEqual({
      action: 'invoice.confirm',
      amount: face,
    });
  });
});

const wholePromise = { approved: face, dueDate: dueDay, reason: null };

function submitInput(change: Partial<InputOf<'invoice.submit'>> = {}): InputOf<'invoice.submit'> {
  return {
    programme: 'prg_aurora',
    seller: 'pty_bolt',
    buyer: 'pty_aurora',
    document: 'doc_1',
    documentDigest: new Uint8Array(32),
    format: 'UBL 2.1 Invoice',
    number: 'INV-1001',
    typeCode: '380',
    issueDate: today,
    dueDate: dueDay,
    payable: face,
    orderReference: null,
    ...change,
  };
}

function handlerOf<N extends KindName>(kind: N): Handler<N> {
  const found = (invoiceHandlers as readonly AnyHandler[]).find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no handler for ${kind}`);
  return found as unknown as Handler<N>;
}

/** Rows in memory, and acts decided over them as the server and the audit do. */
function newWorld() {
  const rows = memoryRows(members);

  function decide<N extends KindName>(
    kind: N,
    actor: Actor,
    input: InputOf<N>,
    day = today,
  ): Promise<Decision> {
    return handlerOf(kind).decide(rows, actOf(kind, actor, input, day));
  }

  async function accepted<N extends KindName>(
    kind: N,
    actor: Actor,
    input: InputOf<N>,
    day = today,
  ): Promise<Accepted> {
    const decision = await decide(kind, actor, input, day);
    if (decision.kind === 'refusal') throw new Error(`${decision.code}: ${decision.message}`);
    rows.apply(decision.changes);
    return decision;
  }

  return {
    rows,
    decide,
    accepted,
    /** Decides, and lets the chain accept it. */
    async final<N extends KindName>(kind: N, actor: Actor, input: InputOf<N>, day = today) {
      const decision = await accepted(kind, actor, input, day);
      rows.apply(decision.whenFinal);
      return decision;
    },
    async invoice(id: string): Promise<InvoiceRow> {
      const row = await rows.get<InvoiceRow>('invoice', id);
      if (row === null) throw new Error(`no invoice ${id}`);
      return row;
    },
    async state(id: string) {
      return (await rows.get<InvoiceRow>('invoice', id))?.state;
    },
    async openProposal(id: string): Promise<string> {
      const all = await rows.where<{ id: string; state: string }>('proposal', 'invoice', id);
      return all.find(({ state }) => state === 'OPEN')?.id ?? 'none';
    },
  };
}

/** The same with one invoice that the buyer has. */
function receivedWorld() {
  const world = newWorld();
  world.rows.apply([{ op: 'insert', table: 'invoice', row: invoiceRow() }]);
  return world;
}
