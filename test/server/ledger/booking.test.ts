/** The lines of events.ts: each event balances in each book, whatever the amounts; each kind of act has its place. */
import { kindNames } from '@tallystick/chain/src/act/kinds.ts';
import { accountOf, accounts } from '@tallystick/server/src/ledger/accounts.ts';
import { bookings } from '@tallystick/server/src/ledger/booking.ts';
import { booksNothing, eventsOf, lines } from '@tallystick/server/src/ledger/events.ts';
import {
  ledgerEvents,
  type Occurrence,
  type Part,
  type PostingRow,
} from '@tallystick/server/src/ledger/model.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceAct } from '../../support/slice-act.ts';

const parties: Readonly<Record<Part, string>> = {
  ...{ buyer: 'aurora', supplier: 'bolt', seller: 'copper', bank: 'bank', payer: 'payer' },
  ...{ payee: 'payee', from: 'from', to: 'to' },
};

function happened(more: Partial<Occurrence>): Occurrence {
  return {
    ...{ event: 'FUNDED', programme: 'prg_1', currency: 'EUR', invoice: 'inv_1' },
    ...{ subject: 'cer_2', certificate: 'cer_2', root: 'cer_1', parties },
    ...{ maturityDate: '2026-05-31', payableDate: '2026-06-01' },
    ...{ amounts: { whole: 100n } },
    ...more,
  };
}

const act = sliceAct('payment.park', { line: 'lin_1', reason: '' }, { party: 'op', seed: 'book' });

function postings(...occurrences: readonly Occurrence[]): readonly PostingRow[] {
  return bookings(occurrences, act)
    .filter(({ table }) => table === 'ledger_posting')
    .map(({ row }) => row as unknown as PostingRow);
}

const book = (party: string, rows: readonly PostingRow[]) =>
  rows
    .filter((each) => each.party === party)
    .map(({ account, amountMinor, counterparty }) => `${account} ${amountMinor} ${counterparty}`);

describe('an event in the books', () => {
  it.each(ledgerEvents)('%s balances in each of them, whatever it comes to', (event) => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 10n ** 13n), { minLength: 4, maxLength: 4 }), (parts) => {
        const [net = 0n, reserve = 0n, discount = 0n, fee = 0n] = parts;
        const whole = net + reserve + discount + fee;
        const rows = postings(happened({ event, amounts: { whole, net, reserve, discount, fee } }));

        const sums = new Map<string, bigint>();
        for (const { entry, amountMinor } of rows)
          sums.set(entry, (sums.get(entry) ?? 0n) + amountMinor);
        expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
        expect(rows.every(({ amountMinor }) => amountMinor !== 0n)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('of a financing is the same money on both sides', () => {
    const amounts = {
      whole: 100_000n,
      net: 88_000n,
      reserve: 10_000n,
      discount: 1_500n,
      fee: 500n,
    };
    const rows = postings(happened({ amounts }));

    expect(book('bank', rows)).toEqual([
      'RECEIVABLES_BOUGHT 100000 aurora',
      'CASH -88000 copper',
      'RESERVE_OWED -10000 copper',
      'UNEARNED_DISCOUNT -1500 copper',
      'FEE_INCOME -500 copper',
    ]);
    expect(book('copper', rows)).toEqual([
      'CASH 88000 bank',
      'RESERVE_DUE 10000 bank',
      'DISCOUNT_COST 1500 bank',
      'FEE_COST 500 bank',
      'CERTIFICATES -100000 aurora',
    ]);
  });

  it('of a financing tells the buyer how much of its promise was paid, and nothing of the part or the bank', () => {
    const amounts = { whole: 100n, net: 100n };
    const rows = bookings([happened({ amounts })], act).map(({ row }) => row);
    const own = rows.filter((row) => row.party === 'aurora');

    expect(own).toHaveLength(3);
    const said = JSON.stringify(own, (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    expect(said).toContain('cer_1');
    expect(said).not.toMatch(/cer_2|bank|copper/);
  });

  it('with recourse stays with the seller as a debt until the buyer has paid', () => {
    const net = { whole: 100n, net: 100n };
    const rows = postings(
      happened({ event: 'FUNDED_WITH_RECOURSE', amounts: net }),
      happened({ event: 'RECOURSE_LAPSED' }),
    );

    expect(book('copper', rows)).toEqual([
      'CASH 100 bank',
      'BORROWINGS -100 bank',
      'CERTIFICATES_SOLD 100 aurora',
      'CERTIFICATES -100 aurora',
      'BORROWINGS 100 bank',
      'CERTIFICATES_SOLD -100 aurora',
    ]);
  });

  it('keeps the day of the debt: the promise its own, the certificate its business day, money none', () => {
    const rows = postings(
      happened({ event: 'CERTIFICATE_ACCEPTED' }),
      happened({ event: 'RESERVE_PAID' }),
    );

    expect(rows.map(({ account, dueDate }) => `${account} ${dueDate}`)).toEqual([
      'CERTIFICATES 2026-06-01',
      'RECEIVABLES 2026-05-31',
      ...['RESERVE_OWED infinity', 'CASH infinity', 'CASH infinity', 'RESERVE_DUE infinity'],
    ]);
  });

  it('that comes to nothing is no entry', () => {
    expect(bookings([happened({ event: 'DISCOUNT_EARNED', amounts: {} })], act)).toEqual([]);
  });

  it('whose amounts do not add up is a bug, never an entry', () => {
    const amounts = { whole: 100n, net: 99n };

    expect(() => bookings([happened({ amounts })], act)).toThrow(/balance/);
  });
});

describe('the chart of accounts', () => {
  it('numbers each account once, in order, in both languages', () => {
    const numbers = accounts.map(({ number }) => number);

    expect(numbers).toEqual([...new Set(numbers)].sort());
    expect(accounts.every(({ en, zh }) => en !== '' && /\p{Script=Han}/u.test(zh))).toBe(true);
  });

  it('has the account of every line, and uses each', () => {
    const used = new Set<string>(lines.map(([, , , account]) => account));

    expect([...used].filter((code) => accountOf(code) === null)).toEqual([]);
    expect(accounts.filter(({ code }) => !used.has(code))).toEqual([]);
  });
});

describe('every kind of act', () => {
  it.each(kindNames)('%s is booked as something, or as nothing on purpose', (kind) => {
    const isBooked = eventsOf[kind] !== undefined;

    expect(isBooked !== booksNothing.has(kind), `say in ledger/events.ts what ${kind} books`).toBe(
      true,
    );
  });

  it('leads to no event that has no lines, and no event is out of reach', () => {
    const events = new Set(Object.values(eventsOf).flat());
    const withLines = new Set(lines.map(([event]) => event));

    expect([...events].sort()).toEqual([...ledgerEvents].sort());
    expect([...withLines].sort()).toEqual([...ledgerEvents].sort());
  });
});
