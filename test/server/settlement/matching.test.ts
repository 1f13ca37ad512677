/** Bank lines meet legs: what each pays, and that nothing is paid twice. */
import {
  type EarlierLine,
  isEvidence,
  type MatchLine,
  match,
  openOf,
  share,
} from '@tallystick/server/src/settlement/matching.ts';
import type { LegRow } from '@tallystick/server/src/settlement/model.ts';
import { referenceOf, referencesIn } from '@tallystick/server/src/settlement/reference.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function leg(more: Partial<LegRow> = {}): LegRow {
  const id = more.id ?? 'leg_abcdefghij2345abcdefghij';
  return {
    ...{
      id,
      version: 1,
      kind: 'REPAYMENT',
      state: 'SCHEDULED',
      certificate: 'cer_1',
      request: null,
    },
    ...{ invoice: 'inv_1', programme: 'prg_1', payer: 'aurora', payee: 'bank', payTo: 'acc_bank' },
    ...{ amountMinor: 100_000_00n, settledMinor: 0n, currency: 'CNY', dueDate: '2026-04-15' },
    ...{ reference: referenceOf(id), rootReference: null, pendingAct: null, createdMs: 0n },
    ...more,
  };
}

function line(more: Partial<MatchLine> = {}): MatchLine {
  return {
    ...{ id: 'lin_1', account: 'acc_bank', owner: 'bank', credit: true, amountMinor: 100_000_00n },
    ...{ currency: 'CNY', endToEndId: null, evidence: true, assigned: [] },
    ...more,
  };
}

function earlier(more: Partial<EarlierLine> = {}): EarlierLine {
  return {
    ...{ id: 'lin_0', credit: false, amountMinor: 100_000_00n, endToEndId: null },
    ...{ legs: [leg().id], twin: null, state: 'MATCHED', reason: null },
    ...more,
  };
}

const funding = leg({
  kind: 'FUNDING',
  state: 'INSTRUCTED',
  request: 'req_1',
  payer: 'bank',
  payee: 'bolt',
  payTo: 'acc_bolt',
  amountMinor: 98_310_96n,
});
const fundingLine = line({
  owner: 'bank',
  account: 'acc_bank',
  credit: false,
  amountMinor: 98_310_96n,
});

describe('a reference', () => {
  it('is read out of a leg and found in what a payer wrote, however the bank folds it', () => {
    const reference = referenceOf('leg_abcdefghij2345abcdefghij');

    expect(reference).toBe('TS-ABCDEFGHIJ');
    for (const written of [
      'TS-ABCDEFGHIJ',
      'inv 7 ts-abcde\n fghij thank you',
      'ＴＳ－ＡＢＣＤＥＦＧＨＩＪ'.replace('－', '-'),
    ])
      expect(referencesIn(written)).toEqual([reference]);
  });

  it.each(['', 'TS-ABCDEFGHI', 'TSABCDEFGHIJ', 'TS-ABCDEFGHI0', 'TS ABCDEFGHIJ'])(
    'is not guessed from %j',
    (written) => {
      expect(referencesIn(written)).toEqual([]);
    },
  );

  it('is taken once when it is written twice, and each of several', () => {
    expect(referencesIn('TS-ABCDEFGHIJ / TS-BBBBBBBBBB / TS-ABCDEFGHIJ')).toEqual([
      'TS-ABCDEFGHIJ',
      'TS-BBBBBBBBBB',
    ]);
  });
});

describe('a line on a funding leg', () => {
  it.each([
    ["the bank's debit", fundingLine],
    ["the holder's credit", line({ owner: 'bolt', account: 'acc_bolt', amountMinor: 98_310_96n })],
  ])('funds by %s of exactly the net', (_name, each) => {
    expect(match(each, [funding], [])).toEqual({ kind: 'fund', leg: funding, twin: null });
  });

  it.each([98_310_95n, 98_310_97n])('is parked when it differs by one unit: %s', (amountMinor) => {
    expect(match({ ...fundingLine, amountMinor }, [funding], [])).toMatchObject({
      kind: 'park',
      reason: 'AMOUNT_DIFFERS',
    });
  });

  it('does not fund twice: the other side of the payment only confirms it', () => {
    const settled = { ...funding, state: 'SETTLED', settledMinor: 98_310_96n } as const;
    const seen = earlier({ amountMinor: 98_310_96n, legs: [funding.id] });
    const credit = line({ owner: 'bolt', account: 'acc_bolt', amountMinor: 98_310_96n });

    expect(match(credit, [settled], [seen])).toMatchObject({
      reason: 'SAME_PAYMENT',
      twin: seen.id,
    });
    expect(match(fundingLine, [settled], [seen])).toMatchObject({ reason: 'ALREADY_SETTLED' });
  });

  it('pays nothing after the payment has failed: the bank that comes too late waits for a person', () => {
    const late = { ...funding, state: 'FAILED' } as const;
    expect(match(fundingLine, [late], [])).toMatchObject({ kind: 'park', reason: 'NOT_PAYABLE' });
  });
});

describe('a line on a repayment leg', () => {
  it.each([
    ['all of it', 100_000_00n, 100_000_00n, 0n],
    ['a part', 70_000_00n, 70_000_00n, 0n],
    ['one unit', 1n, 1n, 0n],
    ['too much', 100_100_00n, 100_000_00n, 100_00n],
  ])('pays %s, and never more than is open', (_name, amountMinor, applied, unappliedMinor) => {
    expect(match(line({ amountMinor }), [leg()], [])).toMatchObject({
      kind: 'redeem',
      parts: [{ appliedMinor: applied }],
      unappliedMinor,
    });
  });

  it('pays the rest later', () => {
    const part = leg({ settledMinor: 70_000_00n, state: 'PART_SETTLED' });

    expect(match(line({ amountMinor: 30_000_00n }), [part], [])).toMatchObject({
      parts: [{ appliedMinor: 30_000_00n }],
      unappliedMinor: 0n,
    });
  });

  it('is parked when nothing is open any more', () => {
    const settled = leg({ settledMinor: 100_000_00n, state: 'SETTLED' });

    expect(match(line(), [settled], [])).toMatchObject({ reason: 'ALREADY_SETTLED' });
  });

  it('takes two lines of one account for two payments', () => {
    const part = leg({ settledMinor: 50_000_00n, state: 'PART_SETTLED' });
    const before = earlier({ credit: true, amountMinor: 50_000_00n, endToEndId: 'E-1' });

    expect(
      match(line({ amountMinor: 50_000_00n, endToEndId: 'E-1' }), [part], [before]),
    ).toMatchObject({
      kind: 'redeem',
    });
  });

  it('takes two lines of two accounts for one payment, unless their ids differ', () => {
    const part = leg({ settledMinor: 50_000_00n, state: 'PART_SETTLED' });
    const half = line({ amountMinor: 50_000_00n, endToEndId: 'E-2' });
    const debit = earlier({ amountMinor: 50_000_00n });

    expect(match(half, [part], [debit])).toMatchObject({ reason: 'SAME_PAYMENT' });
    expect(match(half, [part], [{ ...debit, endToEndId: 'E-2' }])).toMatchObject({
      reason: 'SAME_PAYMENT',
    });
    expect(match(half, [part], [{ ...debit, endToEndId: 'E-1' }])).toMatchObject({
      kind: 'redeem',
    });
    expect(match(half, [part], [{ ...debit, twin: 'lin_9' }])).toMatchObject({ kind: 'redeem' });
  });
});

describe('who may say that something was paid', () => {
  it.each([
    ['a bank, of a debit in a table', false, 'CSV', true, true],
    ['a payer, of its own debit in a table', false, 'CSV', false, false],
    ['a payee, of its own credit in a table', true, 'CSV', false, true],
    ["a payer, by the bank's message", false, 'CAMT054', false, true],
  ] as const)('%s', (_name, credit, format, importerIsBank, expected) => {
    expect(isEvidence({ credit }, format, importerIsBank)).toBe(expected);
  });

  it("leaves a payer's own word waiting until the payee confirms it", () => {
    const own = line({ owner: 'aurora', account: 'acc_aurora', credit: false, evidence: false });
    const parked = earlier({ state: 'PARKED', reason: 'SELF_DECLARED' });

    expect(match(own, [leg()], [])).toMatchObject({ kind: 'park', reason: 'SELF_DECLARED' });
    expect(match(line(), [leg()], [parked])).toMatchObject({ kind: 'redeem', twin: parked.id });
  });
});

describe('a line that pays nothing we know exactly is parked', () => {
  it.each([
    ['without a reference', line(), [], 'REFERENCE_MISSING'],
    ['with an unknown reference', line(), [null], 'REFERENCE_UNKNOWN'],
    ['with one known and one unknown', line(), [leg(), null], 'REFERENCE_UNKNOWN'],
    [
      "with the reference of others' business",
      line({ owner: 'stranger' }),
      [leg()],
      'REFERENCE_UNKNOWN',
    ],
    [
      'when money goes the wrong way',
      line({ owner: 'aurora', account: 'acc_aurora' }),
      [leg()],
      'DIRECTION_DIFFERS',
    ],
    ['on another account of the payee', line({ account: 'acc_bank2' }), [leg()], 'ACCOUNT_DIFFERS'],
    ['in another currency', line({ currency: 'EUR' }), [leg()], 'CURRENCY_DIFFERS'],
    [
      'when it names a funding and a repayment',
      fundingLine,
      [funding, leg({ id: 'leg_bbbbbbbbbb', payer: 'bank' })],
      'REFERENCES_MIXED',
    ],
  ] as const)('%s', (_name, each, named, reason) => {
    expect(match(each, named, [])).toMatchObject({ kind: 'park', reason });
  });

  it('names no leg that its owner has no business with', () => {
    expect(match(line({ owner: 'stranger' }), [leg()], [])).toEqual(match(line(), [null], []));
  });
});

describe('one line for several legs', () => {
  const debit = (amountMinor: bigint) =>
    line({ owner: 'aurora', account: 'acc_aurora', credit: false, amountMinor });
  const three = [50_000_01n, 29_999_99n, 20_000_00n].map((amountMinor, order) =>
    leg({ id: `leg_${'abc'.charAt(order).repeat(10)}`, amountMinor, payee: `holder ${order}` }),
  );

  it('is shared pro rata by largest remainder when it pays a part (V11)', () => {
    const found = match(debit(70_000_00n), three, []);

    expect(found).toMatchObject({
      kind: 'redeem',
      parts: [
        { appliedMinor: 35_000_01n },
        { appliedMinor: 20_999_99n },
        { appliedMinor: 14_000_00n },
      ],
      unappliedMinor: 0n,
    });
  });

  it('pays all when it is exact, whatever the order of the references', () => {
    const found = match(debit(100_000_00n), [...three].reverse(), []);

    expect(found).toMatchObject({
      parts: three.map((each) => ({ leg: each, appliedMinor: each.amountMinor })),
    });
  });

  it('B.9.47: pays seven certificates of seven holders at once, each to its last unit', () => {
    const seven = [...'abcdefg'].map((letter, order) =>
      leg({
        ...{ id: `leg_${letter.repeat(10)}`, payee: `holder ${order}` },
        amountMinor: 10_000_00n + BigInt(order),
      }),
    );
    const found = match(debit(70_000_21n), seven, []);

    expect(found).toMatchObject({
      kind: 'redeem',
      parts: seven.map((each) => ({ leg: each, appliedMinor: each.amountMinor })),
      unappliedMinor: 0n,
    });
  });

  it('is parked when it is too much, as nobody knows which payee has it', () => {
    expect(match(debit(100_000_01n), three, [])).toMatchObject({ reason: 'AMOUNT_DIFFERS' });
  });
});

describe('sharing', () => {
  it('gives each leg at most what is open, and all of the payment while it lasts', () => {
    const legs = fc.array(
      fc.record({
        amountMinor: fc.bigInt({ min: 1n, max: 10n ** 9n }),
        paidShare: fc.bigInt({ min: 0n, max: 100n }),
      }),
      { minLength: 1, maxLength: 8 },
    );

    fc.assert(
      fc.property(legs, fc.bigInt({ min: 1n, max: 10n ** 10n }), (terms, amountMinor) => {
        const rows = terms.map(({ amountMinor: whole, paidShare }, order) =>
          leg({
            id: `leg_${'abcdefgh'.charAt(order).repeat(10)}`,
            amountMinor: whole,
            settledMinor: (whole * paidShare) / 101n,
          }),
        );
        const parts = share(amountMinor, rows);
        const openSum = rows.reduce((sum, row) => sum + openOf(row), 0n);
        const applied = parts.reduce((sum, part) => sum + part.appliedMinor, 0n);
        const excess = amountMinor > openSum ? amountMinor - openSum : 0n;
        expect(applied + excess).toBe(amountMinor);
        for (const part of parts) {
          expect(part.appliedMinor).toBeGreaterThanOrEqual(0n);
          expect(part.appliedMinor).toBeLessThanOrEqual(openOf(part.leg));
        }
      }),
      { seed: 5 },
    );
  });
});
