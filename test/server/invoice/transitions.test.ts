/** The life of an invoice, both sides of each border. */
import { describe, expect, it } from 'vitest';
import {
  confirmationStatement,
  endedStates,
  type InvoiceRow,
  type InvoiceState,
  invoiceStates,
  promisedStates,
  textMax,
} from '../../../server/src/invoice/model.ts';
import {
  answer,
  bindingDueDate,
  certified,
  confirm,
  credited,
  expire,
  giveBack,
  paid,
  propose,
  query,
  refuseInvoice,
  type Submission,
  submit,
  withdraw,
} from '../../../server/src/invoice/transitions.ts';
import {
  invoiceRow,
  promised,
  promiseWords,
  proposalRow,
  terms,
  today,
  undertaking,
} from './builders.ts';

describe('submitting an invoice', () => {
  it('waits for the chain, with a deadline for the buyer', () => {
    expect(submitted()).toEqual(
      invoiceRow({
        version: 1,
        state: 'SUBMITTED',
        canonical: 'canonical',
        confirmByDate: '2026-03-09',
        pendingAct: act,
        createdMs: 5n,
      }),
    );
  });

  it.each([
    ['dated today', { issueDate: today }],
    ['without a due date', { statedDueDate: null }],
    ['that was due on its issue date', { statedDueDate: today }],
    ['over one fen', { payableMinor: 1n }],
  ])('takes an invoice %s', (_what, change) => {
    expect(submitted(change)).toMatchObject({ state: 'SUBMITTED' });
  });

  it.each([
    ['dated tomorrow', { issueDate: '2026-03-03' }, 'ISSUE_DATE_FUTURE'],
    ['over nothing', { payableMinor: 0n }, 'PAYABLE_NOT_POSITIVE'],
    ['over less than nothing', { payableMinor: -1n }, 'PAYABLE_NOT_POSITIVE'],
    ['of no number', { number: ' - ' }, 'INPUT_INVALID'],
    ['of a number that is too long', { number: '1'.repeat(101) }, 'INPUT_INVALID'],
    ['of no type', { typeCode: '' }, 'INPUT_INVALID'],
    ['of another format', { format: 'PDF' }, 'INPUT_INVALID'],
    ['with a short digest', { documentDigest: new Uint8Array(31) }, 'INPUT_INVALID'],
    ['of no such day', { issueDate: '2026-02-30' }, 'INPUT_INVALID'],
    ['due on no such day', { statedDueDate: '2026-02-30' }, 'INPUT_INVALID'],
    ['of no such currency', { currency: 'yuan' }, 'INPUT_INVALID'],
  ])('refuses an invoice %s', (_what, change, code) => {
    expect(submitted(change)).toMatchObject({ kind: 'refusal', code });
  });

  it('refuses another currency than the programme’s', () => {
    const euro = { ...terms, currency: 'EUR' };

    expect(submitted({}, [], euro)).toMatchObject({
      code: 'PROGRAMME_CURRENCY',
      seen: 'CNY',
      expected: 'EUR',
    });
    expect(submitted({ currency: 'EUR' }, [], euro)).toMatchObject({ state: 'SUBMITTED' });
  });

  it.each(invoiceStates.filter((state) => !endedStates.includes(state)))(
    'refuses the same invoice while one is %s, and names it',
    (state) => {
      expect(submitted({}, [invoiceRow({ state })])).toMatchObject({
        code: 'DUPLICATE_EXACT',
        path: 'number',
        seen: expect.stringContaining('inv_1'),
      });
    },
  );

  it.each(endedStates)('takes the same invoice again when the first is %s', (state) => {
    expect(submitted({}, [invoiceRow({ state })])).toMatchObject({ state: 'SUBMITTED' });
  });
});

describe('a promise', () => {
  it.each([
    ['the whole', {}],
    ['one fen less, with a reason', { approved: yuan(99_999_99n), reason: 'One bolt short.' }],
    ['one fen, with a reason', { approved: yuan(1n), reason: 'Nearly all was returned.' }],
  ])('may be for %s', (_what, change) => {
    expect(propose(invoiceRow(), null, undertaking(change), terms, today)).toBeNull();
  });

  it.each([
    ['one fen more than billed', { approved: yuan(100_000_01n) }, 'APPROVED_ABOVE_PAYABLE'],
    ['nothing', { approved: yuan(0n), reason: 'None came.' }, 'APPROVED_NOT_POSITIVE'],
    ['another currency', { approved: { minor: 1n, currency: 'EUR' } }, 'CURRENCY_MISMATCH'],
    ['less without a reason', { approved: yuan(99_999_99n) }, 'REASON_REQUIRED'],
    ['less for a blank reason', { approved: yuan(99_999_99n), reason: ' \n' }, 'REASON_REQUIRED'],
    ['a reason without end', { reason: 'x'.repeat(textMax + 1) }, 'TEXT_TOO_LONG'],
    ['another day than stated', { dueDate: '2026-06-01' }, 'DUE_DATE_DIFFERS'],
    ['the issue date', { dueDate: today }, 'DUE_DATE_NOT_AFTER_ISSUE'],
  ])('B.9.15: is not for %s', (_what, change, code) => {
    expect(propose(invoiceRow(), null, undertaking(change), terms, today)).toMatchObject({ code });
  });

  it.each([
    ['2026-03-16', 'TENOR_BELOW_MIN', '14 days to 2026-03-16', 'at least 15 days'],
    ['2026-08-30', 'TENOR_ABOVE_MAX', '181 days to 2026-08-30', 'at most 180 days'],
  ])('for %s is outside the tenor of the programme', (dueDate, code, seen, expected) => {
    const open = invoiceRow({ statedDueDate: null });

    expect(propose(open, null, undertaking({ dueDate }), terms, today)).toMatchObject({
      ...{ code, path: 'dueDate', seen, expected },
    });
  });

  it.each(['2026-03-17', '2026-08-29'])(
    'for %s is within the tenor of the programme',
    (dueDate) => {
      const open = invoiceRow({ statedDueDate: null });

      expect(propose(open, null, undertaking({ dueDate }), terms, today)).toBeNull();
    },
  );

  it('is never for a day that is over', () => {
    const late = invoiceRow({ issueDate: '2026-01-01', statedDueDate: '2026-02-01' });

    const refusal = propose(late, null, undertaking({ dueDate: '2026-03-01' }), terms, today);

    expect(refusal).toMatchObject({ code: 'DUE_DATE_PAST' });
  });

  it.each([
    ['states none', null, null],
    ['is due on its issue date', today, null],
    ['is due the day after, too soon for the programme', '2026-03-03', null],
    ['is due at the least tenor', '2026-03-17', '2026-03-17'],
    ['is due at the greatest tenor', '2026-08-29', '2026-08-29'],
    ['is due past the greatest tenor', '2026-08-30', null],
  ])('binds to the due date of an invoice that %s: %s is %s', (_what, statedDueDate, binding) => {
    expect(bindingDueDate(invoiceRow({ statedDueDate }), terms, today)).toBe(binding);
  });

  it('is proposed once at a time', () => {
    const refusal = propose(invoiceRow(), proposalRow(), undertaking(), terms, today);

    expect(refusal).toMatchObject({ code: 'PROPOSAL_OPEN', seen: 'proposal prp_1' });
  });

  it('may be proposed on the last day to answer, and not on the day after', () => {
    expect(propose(invoiceRow(), null, undertaking(), terms, '2026-03-09')).toBeNull();
    expect(propose(invoiceRow(), null, undertaking(), terms, '2026-03-10')).toMatchObject({
      code: 'ANSWER_TIME_OVER',
      seen: '2026-03-10',
      expected: 'at most 2026-03-09',
    });
  });
});

describe('confirming an invoice', () => {
  it('promises the whole', () => {
    expect(confirmed()).toEqual({
      kind: 'move',
      invoice: {
        state: 'CONFIRMED',
        ...promised,
        approvedReason: null,
        disputedMinor: 0n,
        openPair: 'prg_aurora:pty_bolt:pty_aurora:CNY',
      },
      proposal: { state: 'CONFIRMED' },
    });
  });

  it('promises a part, with the reason that the supplier sees', () => {
    const part = { approved: yuan(98_000_00n), reason: '98 of 100 came.' };
    const proposal = { approvedMinor: 98_000_00n, reason: '98 of 100 came.' };

    expect(confirmed({}, proposal, part)).toMatchObject({
      invoice: {
        state: 'PARTLY_CONFIRMED',
        approvedMinor: 98_000_00n,
        approvedReason: '98 of 100 came.',
      },
    });
  });

  it('B.9.13: is refused to the person who proposed it', () => {
    expect(confirmed({}, { proposedBy: 'per_approver' })).toMatchObject({
      code: 'FOUR_EYES_SAME_PERSON',
    });
  });

  it('is refused to a program', () => {
    expect(confirmed({}, {}, { person: null })).toMatchObject({ code: 'PERSON_REQUIRED' });
  });

  it.each(['RETURNED', 'VOID', 'CONFIRMED'] as const)(
    'is refused for a proposal that is %s',
    (state) => {
      expect(confirmed({}, { state })).toMatchObject({ code: 'PROPOSAL_NOT_OPEN', seen: state });
    },
  );

  it.each([
    ['one fen less', { approvedMinor: 99_999_99n }, 'approved.amount'],
    ['another day', { dueDate: '2026-05-30' }, 'dueDate'],
    ['another reason', { reason: 'As agreed.' }, 'reason'],
  ])('is refused when %s was proposed', (_what, change, path) => {
    expect(confirmed({}, change)).toMatchObject({ code: 'PROPOSAL_DIFFERS', path });
  });

  it('is refused under other words than those of the promise', () => {
    const statement = confirmationStatement.replace('irrevocably', 'perhaps');

    expect(confirmed({}, {}, { statement })).toMatchObject({
      code: 'STATEMENT_DIFFERS',
      expected: confirmationStatement,
    });
  });

  it('is checked again on the day itself: the tenor may have run out since the proposal', () => {
    const open = { statedDueDate: null };
    const soon = { dueDate: '2026-03-17' };

    expect(confirmed(open, soon, soon)).toMatchObject({ kind: 'move' });
    expect(confirmed(open, soon, soon, '2026-03-03')).toMatchObject({ code: 'TENOR_BELOW_MIN' });
  });

  it('B.9.16: is refused after the seller has withdrawn', () => {
    expect(confirmed({ state: 'WITHDRAWN' })).toMatchObject({
      code: 'INVOICE_NOT_OPEN',
      seen: 'WITHDRAWN',
    });
  });

  it('is refused once the time to answer is over, weekend or not', () => {
    expect(confirmed({ confirmByDate: '2026-03-06' }, {}, {}, '2026-03-06')).toMatchObject({
      kind: 'move',
    });
    expect(confirmed({ confirmByDate: '2026-03-06' }, {}, {}, '2026-03-07')).toMatchObject({
      code: 'ANSWER_TIME_OVER',
    });
  });
});

/** Every move on a standing invoice, legal or not, in one form. */
const moves: Readonly<Record<string, (invoice: InvoiceRow) => unknown>> = {
  propose: (invoice) => propose(invoice, null, undertaking(), terms, today),
  return: (invoice) => giveBack(invoice, proposalRow(), 'Wrong day.'),
  confirm: (invoice) =>
    confirm(invoice, proposalRow(), { ...undertaking(), ...promiseWords }, terms, today),
  refuse: (invoice) => refuseInvoice(invoice, 'Not ordered.'),
  withdraw: (invoice) => withdraw(invoice, 'Wrong price.'),
  expire: (invoice) => expire(invoice, '2026-03-10'),
  query: (invoice) => query(invoice, null, 'Which order?', today),
  answer: (invoice) => answer(invoice, 'PO-4711', terms, today),
  certify: (invoice) => certified(invoice),
  pay: (invoice) => paid(invoice, 1n),
};

const legal: Readonly<Record<string, readonly InvoiceState[]>> = {
  propose: ['RECEIVED'],
  return: ['RECEIVED'],
  confirm: ['RECEIVED'],
  refuse: ['RECEIVED', 'QUERIED'],
  withdraw: ['RECEIVED', 'QUERIED'],
  expire: ['RECEIVED'],
  query: ['RECEIVED'],
  answer: ['QUERIED'],
  certify: ['CONFIRMED', 'PARTLY_CONFIRMED'],
  pay: ['CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID'],
};

/** Moves that would change or undo a promise. */
const undoing: readonly string[] = ['propose', 'return', 'confirm', 'refuse', 'withdraw', 'expire'];

describe.each(Object.entries(moves))('%s', (name, attempt) => {
  it.each(invoiceStates)('from %s is legal or refused by name', (state) => {
    const refusal = attempt(invoiceRow({ state, ...columnsOf(state) }));

    expect(refusal).toEqual(expectedOf(name, state));
  });

  it('is refused while the submission waits for the chain', () => {
    const waiting = invoiceRow({ state: 'SUBMITTED', pendingAct: act });

    expect(attempt(waiting)).toMatchObject({ code: 'PENDING_RESERVATION' });
  });
});

function expectedOf(name: string, state: InvoiceState): unknown {
  if (legal[name]?.includes(state)) {
    return name === 'propose' ? null : expect.not.objectContaining({ kind: 'refusal' });
  }
  if (state === 'SUBMITTED') return expect.objectContaining({ code: 'PENDING_RESERVATION' });
  const isUndoing = undoing.includes(name) && promisedStates.includes(state);
  const code = isUndoing ? 'CONFIRMATION_IRREVOCABLE' : 'INVOICE_NOT_OPEN';
  return expect.objectContaining({ kind: 'refusal', code, seen: state });
}

describe('a question of the buyer', () => {
  it('stops the clock, and the answer lets it go on', () => {
    const asked = query(invoiceRow(), null, 'Which order?', '2026-03-03');
    expect(asked).toEqual({
      kind: 'move',
      invoice: {
        state: 'QUERIED',
        pausedSinceDate: '2026-03-03',
        question: 'Which order?',
        answer: null,
      },
      proposal: null,
    });

    const waiting = invoiceRow({ state: 'QUERIED', pausedSinceDate: '2026-03-03' });
    expect(answer(waiting, 'PO-4711', terms, '2026-03-06')).toEqual({
      kind: 'move',
      invoice: {
        state: 'RECEIVED',
        answer: 'PO-4711',
        pausedSinceDate: null,
        confirmByDate: '2026-03-12',
      },
      proposal: null,
    });
  });

  it('is not asked while a proposal is open', () => {
    expect(query(invoiceRow(), proposalRow(), 'Which?', today)).toMatchObject({
      code: 'PROPOSAL_OPEN',
    });
  });

  it('is not asked when the time to answer is over', () => {
    expect(query(invoiceRow(), null, 'Which?', '2026-03-10')).toMatchObject({
      code: 'ANSWER_TIME_OVER',
    });
  });
});

describe('words', () => {
  it.each([
    ['of a question', (said: string) => query(invoiceRow(), null, said, today), 'question'],
    [
      'of an answer',
      (said: string) => answer(invoiceRow({ state: 'QUERIED' }), said, terms, today),
      'answer',
    ],
    ['of a refusal', (said: string) => refuseInvoice(invoiceRow(), said), 'reason'],
    ['of a withdrawal', (said: string) => withdraw(invoiceRow(), said), 'reason'],
    ['of a return', (said: string) => giveBack(invoiceRow(), proposalRow(), said), 'reason'],
  ])('%s are needed, and bounded', (_what, say, path) => {
    expect(say('x'.repeat(textMax))).toMatchObject({ kind: 'move' });
    expect(say('x'.repeat(textMax + 1))).toMatchObject({ code: 'TEXT_TOO_LONG', path });
    expect(say(' ')).toMatchObject({ code: 'REASON_REQUIRED', path });
  });
});

describe('the end of an invoice', () => {
  it('that expires comes the day after the last day to answer, and says nothing', () => {
    expect(expire(invoiceRow(), '2026-03-09')).toMatchObject({ code: 'NOT_EXPIRED' });
    expect(expire(invoiceRow(), '2026-03-10')).toEqual({
      kind: 'move',
      invoice: { state: 'EXPIRED', refusalReason: null, pausedSinceDate: null },
      proposal: { state: 'VOID' },
    });
  });

  it('that is refused makes an open proposal void', () => {
    expect(refuseInvoice(invoiceRow(), 'Not ordered.')).toMatchObject({
      invoice: { state: 'REFUSED', refusalReason: 'Not ordered.' },
      proposal: { state: 'VOID' },
    });
  });

  it('comes with the last fen of the promise', () => {
    const row = invoiceRow({ state: 'CERTIFIED', ...promised });

    expect(paid(row, 99_999_99n)).toEqual({ state: 'PART_PAID', paidMinor: 99_999_99n });
    expect(paid(row, 100_000_00n)).toEqual({
      ...{ state: 'PAID', paidMinor: 100_000_00n, openPair: null },
    });
  });

  it('comes with less where a credit note took the rest, and without money where it took all', () => {
    const row = invoiceRow({ state: 'CERTIFIED', ...promised });
    const less = { ...row, ...credited(row, 4_000_00n) };

    expect(less).toMatchObject({ state: 'CERTIFIED', creditedMinor: 4_000_00n });
    expect(paid(less, 95_999_99n)).toMatchObject({ state: 'PART_PAID' });
    expect(paid(less, 96_000_00n)).toMatchObject({ state: 'PAID', openPair: null });
    const part = { ...row, state: 'PART_PAID', paidMinor: 1n } as const;
    expect(credited(part, 99_999_99n)).toMatchObject({ state: 'PAID', openPair: null });
    expect(credited(row, 100_000_00n)).toMatchObject({ state: 'CLOSED', openPair: null });
  });
});

const act = new Uint8Array(32).fill(1);

function submitted(
  change: Partial<Submission> = {},
  known: readonly InvoiceRow[] = [],
  programme = terms,
) {
  const { programme: id, seller, buyer, document, documentDigest, format, number } = invoiceRow();
  const { typeCode, issueDate, statedDueDate, payableMinor, currency, orderReference } =
    invoiceRow();
  const submission = {
    ...{ programme: id, seller, buyer, document, documentDigest, format, number, typeCode },
    ...{ issueDate, statedDueDate, payableMinor, currency, orderReference, ...change },
  };
  const facts = {
    id: 'inv_1',
    canonical: 'canonical',
    known,
    terms: programme,
    today,
    at: 5n,
    act,
  };
  return submit(submission, facts);
}

function confirmed(
  invoice: Partial<InvoiceRow> = {},
  proposal: Parameters<typeof proposalRow>[0] = {},
  promise: Partial<Parameters<typeof confirm>[2]> = {},
  day = today,
) {
  const said = { ...undertaking(), ...promiseWords, ...promise };
  return confirm(invoiceRow(invoice), proposalRow(proposal), said, terms, day);
}

/** What a row of that state has beside it. */
function columnsOf(state: InvoiceState): Partial<InvoiceRow> {
  if (state === 'SUBMITTED') return { pendingAct: act };
  if (state === 'QUERIED') return { pausedSinceDate: today };
  return promisedStates.includes(state) ? promised : {};
}

function yuan(minor: bigint) {
  return { minor, currency: 'CNY' };
}
