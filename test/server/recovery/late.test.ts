/** Late money: interest, the days of grace, the reserve, and what the recourse leaves to whom. Played by acts. */
import { recompute } from '@tallystick/chain/src/calc/run.ts';
import { type CalculationRow, calculationIn } from '@tallystick/server/src/kernel/calculation.ts';
import type { CertificateRow } from '@tallystick/server/src/receivable/model.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { who } from '../../support/trade.ts';
import { type Financed, financed, onDay, paidBy } from './builders.ts';

const certificateOf = ({ trade, certificate }: Financed) =>
  trade.row<CertificateRow>('certificate', certificate);
const states = (all: Financed) => [certificateOf(all).state, all.asked().state];
const calculationsOf = ({ trade }: Financed, subject: string) =>
  trade
    .all<CalculationRow & { readonly id: string }>('calculation')
    .filter((each) => each.subject === subject)
    .map(calculationIn);

describe('the day of maturity passes', () => {
  it('makes the certificate and its financing overdue on the day after, not on the day', async () => {
    const all = await financed();
    const late = { certificate: all.certificate, owed: [100_000_00n, 'EUR'] } as const;
    await onDay(all, '2026-06-01');

    expect(states(all)).toEqual(['DUE', 'FUNDED']);
    expect(await all.trade.refused('certificate.overdue', late, who.automation)).toBe(
      'NOT_OVERDUE',
    );
    all.trade.clock.today = '2026-06-02';
    await all.trade.must('certificate.overdue', late, who.automation);
    expect(states(all)).toEqual(['OVERDUE', 'OVERDUE']);
  });

  it('J8.5: makes it default once the days of grace are over, not on the last of them', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-06');
    const late = { certificate: all.certificate, owed: [100_000_00n, 'EUR'] } as const;

    expect(states(all)).toEqual(['OVERDUE', 'OVERDUE']);
    expect(await all.trade.refused('certificate.default', late, who.automation)).toBe('IN_GRACE');
    await onDay(all, '2026-06-07');
    expect(states(all)).toEqual(['DEFAULTED', 'DEFAULTED']);
  });

  it('says what is open, and nothing else', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await paidBy(all, all.leg('REPAYMENT'), 40_000_00n);
    all.trade.clock.today = '2026-06-02';
    const late = (minor: bigint) => ({
      certificate: all.certificate,
      owed: [minor, 'EUR'] as const,
    });

    expect(await all.trade.refused('certificate.overdue', late(100_000_00n), who.automation)).toBe(
      'OPEN_DIFFERS',
    );
    await all.trade.must('certificate.overdue', late(60_000_00n), who.automation);
    expect(states(all)).toEqual(['OVERDUE', 'OVERDUE']);
  });

  it('is over for what was paid in time', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);
    await onDay(all, '2026-06-20');

    expect(states(all)).toEqual(['REDEEMED', 'REPAID']);
  });
});

describe('money that comes late', () => {
  it('V5, J8.3: costs 261.86 after twelve days, and the reserve pays it', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');

    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    expect(states(all)).toEqual(['RECOVERED', 'REPAID']);
    expect(all.receipts()).toMatchObject([
      { overdueMinor: 261_86n, principalMinor: 90_000_00n, excessMinor: 9_738_14n, openMinor: 0n },
    ]);
    const reserve = all.leg('RESERVE');
    expect(reserve).toMatchObject({
      ...{ payer: who.bankA.party, payee: who.bolt.party, amountMinor: 9_738_14n },
    });
    expect(calculationsOf(all, reserve.id)).toMatchObject([
      { rule: 'release', results: { releaseMinor: '973814', claimMinor: '0', lossMinor: '0' } },
    ]);
    const kept = calculationsOf(all, all.request);
    expect(kept.map(({ rule }) => rule)).toEqual(['overdue', 'waterfall']);
    expect([...kept, ...calculationsOf(all, reserve.id)].map(recompute)).toMatchObject(
      [1, 2, 3].map(() => ({ ok: true })),
    );
    expect(all.claims()).toEqual([]);
  });

  it('V5: costs 152.75 where grace forgives its own days', async () => {
    const all = await financed({ graceRule: 'FORGIVE' });
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');

    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    expect(all.leg('RESERVE').amountMinor).toBe(9_847_25n);
  });

  it('costs nothing on the last day of grace', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-06');

    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    expect(states(all)).toEqual(['REDEEMED', 'REPAID']);
    expect(all.leg('RESERVE').amountMinor).toBe(10_000_00n);
  });

  it('counts until the day of the booking, however late the statement comes', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-07-30');

    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n, '2026-06-13');

    expect(all.receipts()).toMatchObject([{ paidDate: '2026-06-13', overdueMinor: 261_86n }]);
  });

  it('V16, J8.2: is used up for interest before principal, and what is open bears interest from then on', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');

    await paidBy(all, all.leg('REPAYMENT'), 60_000_00n);

    expect(states(all)).toEqual(['DEFAULTED', 'DEFAULTED']);
    expect(all.receipts()).toMatchObject([
      { overdueMinor: 261_86n, principalMinor: 59_738_14n, openMinor: 30_261_86n },
    ]);
    expect(all.advance()).toMatchObject({
      ...{ principalOpenMinor: 30_261_86n, interestDate: '2026-06-13' },
    });
    await onDay(all, '2026-06-23');
    await paidBy(all, all.leg('REPAYMENT'), 40_000_00n);
    // 30,261.86 at 8.85 % for ten days.
    expect(all.receipts()[1]).toMatchObject({
      ...{ overdueMinor: 73_37n, principalMinor: 30_261_86n, excessMinor: 9_664_77n },
    });
    expect(all.leg('RESERVE').amountMinor).toBe(9_664_77n);
    expect(states(all)).toEqual(['RECOVERED', 'REPAID']);
  });

  it('frees the bank’s limit as it comes', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');
    const exposure = () =>
      all.trade.all<{ readonly id: string; readonly amountMinor: bigint }>('exposure')[0];

    await paidBy(all, all.leg('REPAYMENT'), 60_000_00n);
    expect(exposure()).toMatchObject({ state: 'UTILISED', amountMinor: 40_000_00n });
    await paidBy(all, all.leg('REPAYMENT'), 40_000_00n);
    expect(exposure()).toMatchObject({ state: 'RELEASED', amountMinor: 0n });
  });

  it('pays out to the seller what is over before the buyer has paid all', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');

    await paidBy(all, all.leg('REPAYMENT'), 95_000_00n);
    expect(all.leg('RESERVE').amountMinor).toBe(5_000_00n);
    await paidBy(all, all.leg('REPAYMENT'), 5_000_00n);

    const reserves = all.trade
      .all<{ readonly id: string; readonly kind: string; readonly amountMinor: bigint }>('leg')
      .filter(({ kind }) => kind === 'RESERVE');
    expect(reserves.map(({ amountMinor }) => amountMinor)).toEqual([5_000_00n, 5_000_00n]);
  });
});

describe('interest that the reserve does not cover', () => {
  const whole = { advanceMicros: 1_000_000n };

  it('is the bank’s loss without full recourse', async () => {
    const all = await financed(whole);
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');

    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    // 100,000.00 at 8.85 % for twelve days.
    expect(all.advance()).toMatchObject({ lossMinor: 290_96n, principalOpenMinor: 290_96n });
    expect(all.claims()).toEqual([]);
    expect(states(all)).toEqual(['RECOVERED', 'REPAID']);
  });

  it('is a claim on the seller with full recourse, and its payment settles it', async () => {
    const all = await financed({ ...whole, recourse: 'FULL' });
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');
    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    expect(all.claims()).toMatchObject([
      {
        ...{ ground: 'LATE', state: 'OPEN', amountMinor: 290_96n, debtor: who.bolt.party },
        creditor: who.bankA.party,
      },
    ]);
    expect(all.advance().lossMinor).toBe(0n);
    await paidBy(all, all.leg('RECOURSE'), 290_96n);
    expect(all.claims()).toMatchObject([{ state: 'PAID', paidMinor: 290_96n }]);
    expect(all.advance()).toMatchObject({ principalOpenMinor: 0n, overdueOpenMinor: 0n });
  });
});

describe('whatever comes, and whenever', () => {
  it('is used up to the last unit: what the bank gets and what is over sum to it', async () => {
    const receipt = fc.record({ share: fc.integer({ min: 1, max: 100 }), days: fc.nat(40) });
    await fc.assert(
      fc.asyncProperty(fc.array(receipt, { minLength: 1, maxLength: 4 }), async (plan) => {
        const all = await financed({ recourse: 'FULL' });
        await onDay(all, '2026-06-01');
        let day = Date.parse('2026-06-01');
        for (const { share, days } of plan) {
          day += days * 86_400_000;
          await onDay(all, new Date(day).toISOString().slice(0, 10));
          const { openMinor } = certificateOf(all);
          const amount = (openMinor * BigInt(share)) / 100n;
          if (amount > 0n) await paidBy(all, all.leg('REPAYMENT'), amount);
        }

        const paid = 100_000_00n - certificateOf(all).openMinor;
        const sum = (pick: (row: ReturnType<Financed['receipts']>[number]) => bigint) =>
          all.receipts().reduce((total, row) => total + pick(row), 0n);
        const { principalOpenMinor, overdueMinor, overdueOpenMinor } = all.advance();
        expect(sum((row) => row.receiptMinor)).toBe(paid);
        expect(sum((row) => row.principalMinor)).toBe(90_000_00n - principalOpenMinor);
        expect(sum((row) => row.overdueMinor)).toBe(overdueMinor - overdueOpenMinor);
        const isWhole = certificateOf(all).openMinor === 0n;
        const claimed = all.claims().reduce((total, claim) => total + claim.amountMinor, 0n);
        const over = sum((row) => row.excessMinor);
        if (isWhole) expect(over - claimed).toBe(10_000_00n - overdueMinor);
      }),
      { numRuns: 25 },
    );
  });
});
