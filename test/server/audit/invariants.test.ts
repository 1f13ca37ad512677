/**
 * The invariants over rows in memory: what breaks each, what does not, and from when on. That the rules
 * themselves never break them is tested by random histories (model/model.test.ts).
 */
import { describe, expect, it } from 'vitest';
import {
  breachesAfter,
  breachesOf,
  noPast,
  plainIn,
  verdicts,
} from '../../../server/src/audit/invariants.ts';
import { type Change, insert, update } from '../../../server/src/kernel/change.ts';
import { memoryRows } from '../../../server/src/platform/memory-reader.ts';

const limit = { id: 'lim_a', version: 1, sanctionedMinor: 100n, adhocMinor: 0n };
const taken = (id: string, amountMinor: bigint) =>
  insert('exposure', {
    ...{ id, version: 1, state: 'BLOCKED', amountMinor },
    ...{ creditLimit: limit.id, openLimit: limit.id },
  });
const root = {
  ...{ id: 'crt_1', version: 1, state: 'ACTIVE', invoice: 'inv_1', holder: 'bolt' },
  ...{ root: 'crt_1', parent: null, faceMinor: 90n, openMinor: 90n, note: new Uint8Array([1]) },
};
const invoice = { id: 'inv_1', version: 1, approvedMinor: 90n };

/** What each step breaks, by name and subject, when the steps are acts at heights from 1. */
function played(...steps: readonly (readonly Change[])[]): readonly (readonly string[])[] {
  const [rows, past] = [memoryRows(), noPast()];
  return steps.map((changes, order) => {
    rows.apply(changes);
    const found = breachesAfter(rows, past, changes, BigInt(order + 1));
    expect(found.every(({ height }) => height === `${order + 1}`)).toBe(true);
    return found.map(({ invariant, subject, problem }) => `${invariant} ${subject}: ${problem}`);
  });
}

describe('I5, a limit', () => {
  it('is filled to the last unit, and exceeded by one more', () => {
    const steps = [[insert('credit_limit', limit)], [taken('exp_1', 100n)], [taken('exp_2', 1n)]];

    expect(played(...steps)).toEqual([[], [], ['I5 lim_a: 101 are taken, 100 may be']]);
  });

  it('may be lowered under its use, and then takes nothing more', () => {
    const lowered = update('credit_limit', limit, { sanctionedMinor: 50n });
    const steps = [
      [insert('credit_limit', limit)],
      [taken('exp_1', 80n)],
      [lowered],
      [taken('exp_2', 1n)],
    ];

    expect(played(...steps)).toEqual([[], [], [], ['I5 lim_a: 81 are taken, 80 may be']]);
  });
});

describe('I1, a promise', () => {
  it('is broken at the height of the split that loses a unit, also when a later act mends it', () => {
    const part = (id: string, faceMinor: bigint, note: number) => ({
      ...{ ...root, id, parent: root.id, faceMinor, openMinor: faceMinor },
      note: new Uint8Array([note]),
    });
    const steps = [
      [insert('certificate', root)],
      [
        update('certificate', root, { state: 'SPLIT', openMinor: 0n }),
        insert('certificate', part('crt_2', 40n, 2)),
        insert('certificate', part('crt_3', 49n, 3)),
      ],
      [update('certificate', part('crt_3', 49n, 3), { faceMinor: 50n, openMinor: 50n })],
    ];

    expect(played(...steps)).toEqual([[], ['I1 crt_1: 90 were issued, its parts sum to 89'], []]);
  });
});

describe('I2 and I3, a certificate', () => {
  it('is not sold without a request, nor twice, nor to another than who holds it', () => {
    const asked = (id: string) =>
      insert('finance_request', {
        ...{ id, version: 1, state: 'RESERVED', certificate: root.id, bank: 'bank' },
      });
    const reserved = { ...root, version: 2, state: 'RESERVED' };
    const steps = [
      [insert('certificate', root)],
      [update('certificate', root, { state: 'RESERVED' })],
      [asked('frq_1')],
      [asked('frq_2')],
      [update('certificate', reserved, { state: 'ASSIGNED', holder: 'thief' })],
    ];

    expect(played(...steps)).toEqual([
      [],
      ['I3 crt_1: it is RESERVED, and no request has it'],
      [],
      ['I3 crt_1: it is taken by frq_1 (RESERVED) and frq_2 (RESERVED)'],
      [
        'I2 crt_1: bank financed it, thief holds it',
        'I3 crt_1: it is taken by frq_1 (RESERVED) and frq_2 (RESERVED)',
      ],
    ]);
  });
});

describe('I10, a promise to pay', () => {
  it('is not lowered by an act, and not gone from the stored rows', () => {
    const lowered = update('invoice', invoice, { approvedMinor: 89n });
    const [rows, past] = [memoryRows([insert('invoice', invoice)]), noPast()];
    breachesAfter(rows, past, [insert('invoice', invoice)], 1n);

    expect(played([insert('invoice', invoice)], [lowered])).toEqual([
      [],
      ['I10 inv_1: 90 were confirmed, now 89'],
    ]);
    expect(breachesOf(rows, rows, past)).toEqual([]);
    expect(breachesOf(memoryRows(), rows, past)).toEqual([
      { invariant: 'I10', subject: 'inv_1', problem: '90 were confirmed, now 0', height: null },
    ]);
  });
});

describe('I9, an entry', () => {
  const entry = { id: 'len_1', version: 1, party: 'bolt', event: 'RESERVE_PAID' };
  const line = (id: string, amountMinor: bigint, more: object = {}) =>
    insert('ledger_posting', {
      ...{ id, version: 1, entry: entry.id, party: 'bolt', currency: 'EUR', amountMinor },
      ...more,
    });

  it('is broken by a unit too much, in any currency, in other books, and alone', () => {
    const steps = [
      [insert('ledger_entry', entry), line('lpo_1', 90n), line('lpo_2', -90n)],
      [line('lpo_3', 1n)],
      [line('lpo_4', -1n, { currency: 'CNY' })],
      [line('lpo_5', -1n), line('lpo_6', 1n, { currency: 'CNY' })],
      [line('lpo_7', 5n, { party: 'bank' }), line('lpo_8', -5n)],
      [insert('ledger_entry', { ...entry, id: 'len_2' })],
    ];

    expect(played(...steps)).toEqual([
      [],
      ['I9 len_1: its lines sum to 1 EUR'],
      ['I9 len_1: its lines sum to 1 EUR'],
      [],
      ['I9 len_1: it is in the books of bolt and bank'],
      ['I9 len_2: it has 0 lines'],
    ]);
  });
});

describe('I8, a header', () => {
  it('that is none is named', () => {
    expect(plainIn(new TextEncoder().encode('Bolt & Co, 100,000.00 EUR'))).toMatch(
      /it is no header/,
    );
  });
});

describe('what the audit says of the ten', () => {
  it('is broken for what is broken, and holds for the others', () => {
    const breach = { invariant: 'I4', subject: 'frq_1', problem: '…', height: '7' } as const;
    const said = verdicts([breach, { ...breach, subject: 'frq_2' }]);

    expect(
      said.map(({ invariant, state, breaches }) => `${invariant} ${state} ${breaches}`),
    ).toEqual([
      ...['I1 HOLDS 0', 'I2 HOLDS 0', 'I3 HOLDS 0', 'I4 BROKEN 2', 'I5 HOLDS 0', 'I6 HOLDS 0'],
      ...['I7 HOLDS 0', 'I8 HOLDS 0', 'I9 HOLDS 0', 'I10 HOLDS 0'],
    ]);
  });
});
