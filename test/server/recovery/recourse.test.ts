/** Recourse, provision and write-off: who bears what the buyer does not pay. Played by acts. */
import { grounds, recourses } from '@tallystick/chain/src/calc/after.ts';
import type { Row } from '@tallystick/server/src/kernel/change.ts';
import type { ProvisionRow, WriteOffRow } from '@tallystick/server/src/recovery/model.ts';
import { callable, nextStep } from '@tallystick/server/src/recovery/transitions.ts';
import { describe, expect, it } from 'vitest';
import { who } from '../../support/trade.ts';
import { type Financed, financed, onDay, paidBy, type QuoteChange } from './builders.ts';

const limited = { recourse: 'LIMITED', recourseDays: 30n, recourseMicros: 500_000n } as const;
const quoteOf = (recourse: string): QuoteChange =>
  recourse === 'LIMITED' ? limited : { recourse };

async function inDefault(change: QuoteChange = {}, day = '2026-07-01'): Promise<Financed> {
  const all = await financed(change);
  await onDay(all, '2026-06-01');
  await onDay(all, day);
  return all;
}

const claim = (
  { request }: Financed,
  minor: bigint,
  change: { readonly ground?: string; readonly payBy?: string; readonly reason?: string } = {},
) => ({
  ...{ request, ground: 'UNWILLING', amount: [minor, 'EUR'] as const, payBy: '2026-07-15' },
  ...{ reason: 'The buyer does not answer.', ...change },
});

const state = ({ trade, certificate }: Financed) =>
  trade.row<Row & { readonly state: string }>('certificate', certificate).state;

/**
 * The table of B.7.16 thirty days after maturity, 90,000.00 and 654.66 of interest open: what the
 * seller may be claimed on, or why not. Dilution is 25,000.00, of which the reserve takes up 10,000.00.
 */
const table: Readonly<Record<string, Readonly<Record<string, bigint | string>>>> = {
  NONE: {
    ...{ INSOLVENT: 'RECOURSE_NONE', UNWILLING: 'RECOURSE_NONE' },
    ...{ DILUTION: 'RECOURSE_NONE', FALSE_INVOICE: 90_654_66n },
  },
  DILUTION_ONLY: {
    ...{ INSOLVENT: 'RECOURSE_NONE', UNWILLING: 'RECOURSE_NONE' },
    ...{ DILUTION: 15_000_00n, FALSE_INVOICE: 90_654_66n },
  },
  LIMITED: {
    ...{ INSOLVENT: 45_000_00n, UNWILLING: 45_000_00n },
    ...{ DILUTION: 15_000_00n, FALSE_INVOICE: 90_654_66n },
  },
  FULL: {
    ...{ INSOLVENT: 90_654_66n, UNWILLING: 90_654_66n },
    ...{ DILUTION: 15_000_00n, FALSE_INVOICE: 90_654_66n },
  },
};

describe('the recourse table', () => {
  it.each(recourses.flatMap((recourse) => grounds.map((ground) => [recourse, ground] as const)))(
    'B.9.52: with recourse %s, on the ground %s, says what the seller owes',
    async (recourse, ground) => {
      const all = await inDefault(quoteOf(recourse));
      const diluted = { ...all.advance(), dilutionMinor: 25_000_00n };
      const may = callable(all.asked(), diluted, [], ground, '2026-07-01');

      expect('kind' in may ? may.code : may.mostMinor).toBe(table[recourse]?.[ground]);
    },
  );

  it('refuses dilution where nothing was credited, and a ground of another name', async () => {
    const all = await inDefault({ recourse: 'FULL' });
    const refused = (ground: string) =>
      all.trade.refused('recourse.call', claim(all, 1n, { ground }), who.bankA);

    expect(await refused('DILUTION')).toBe('RECOURSE_GROUND');
    expect(await refused('SPITE')).toBe('RECOURSE_GROUND');
  });
});

describe('calling recourse', () => {
  it('J8.5: claims from the seller, with a day, an amount and its calculation', async () => {
    const all = await inDefault({ recourse: 'FULL' });

    await all.trade.must('recourse.call', claim(all, 90_654_66n), who.bankA);

    expect(all.asked().state).toBe('RECOURSE_CALLED');
    expect(all.claims()).toMatchObject([
      {
        ...{ state: 'OPEN', ground: 'UNWILLING', amountMinor: 90_654_66n, dueDate: '2026-07-15' },
        ...{ debtor: who.bolt.party, creditor: who.bankA.party },
      },
    ]);
    expect(all.leg('RECOURSE')).toMatchObject({
      ...{ payer: who.bolt.party, payee: who.bankA.party, amountMinor: 90_654_66n },
    });
    const [made] = all.claims();
    const kept = all.trade
      .all<Row & { readonly subject: string; readonly rule: string }>('calculation')
      .filter(({ subject }) => subject === made?.id);
    expect(kept).toMatchObject([{ rule: 'recourse' }]);
    expect(all.trade.sees(who.bolt, made?.id ?? '')).toBe(true);
    expect(all.trade.sees(who.aurora, made?.id ?? '')).toBe(false);
  });

  it('J8.5: is refused where the seller owes nothing, and says so', async () => {
    const all = await inDefault({ recourse: 'DILUTION_ONLY' });

    expect(await all.trade.refused('recourse.call', claim(all, 1n), who.bankA)).toBe(
      'RECOURSE_NONE',
    );
    expect(all.claims()).toEqual([]);
  });

  it('waits for the default, and LIMITED recourse for its day', async () => {
    const early = await financed({ recourse: 'FULL' });
    await onDay(early, '2026-06-01');
    await onDay(early, '2026-06-06');
    expect(await early.trade.refused('recourse.call', claim(early, 1n), who.bankA)).toBe(
      'RECOURSE_TOO_EARLY',
    );

    const all = await inDefault(limited, '2026-06-30');
    expect(await all.trade.refused('recourse.call', claim(all, 1n), who.bankA)).toBe(
      'RECOURSE_TOO_EARLY',
    );
    await onDay(all, '2026-07-01');
    await all.trade.must('recourse.call', claim(all, 45_000_00n), who.bankA);
  });

  it('B.9.60: claims at once, also before maturity, when there was no such invoice', async () => {
    const all = await financed({ recourse: 'NONE' });
    const voided = { ground: 'FALSE_INVOICE', reason: 'The tax record was voided.' };

    await all.trade.must('recourse.call', claim(all, 90_000_00n, voided), who.bankA);

    expect(all.asked().state).toBe('FUNDED');
    await paidBy(all, all.leg('RECOURSE'), 90_000_00n);
    expect(all.advance().principalOpenMinor).toBe(0n);
    expect(all.claims()).toMatchObject([{ state: 'PAID' }]);
  });

  it('never takes more than the cap, in one claim or in several', async () => {
    const all = await inDefault(limited);
    const refused = (minor: bigint) =>
      all.trade.refused('recourse.call', claim(all, minor), who.bankA);

    expect(await refused(45_000_01n)).toBe('RECOURSE_ABOVE_CAP');
    await all.trade.must('recourse.call', claim(all, 40_000_00n), who.bankA);
    expect(await refused(5_000_01n)).toBe('RECOURSE_ABOVE_CAP');
    await all.trade.must('recourse.call', claim(all, 5_000_00n), who.bankA);
    expect(all.claims()).toHaveLength(2);
  });

  it('is for the bank that paid out; others are told nothing, or that it is not theirs', async () => {
    const all = await inDefault({ recourse: 'FULL' });

    expect(await all.trade.refused('recourse.call', claim(all, 1n), who.bolt)).toBe('NOT_THE_BANK');
    expect(await all.trade.refused('recourse.call', claim(all, 1n), who.bankB)).toBe('NOT_FOUND');
  });

  it.each([
    ['nothing', 0n, {}, 'AMOUNT_NOT_POSITIVE'],
    ['a day that is over', 1n, { payBy: '2026-06-30' }, 'DATE_IN_PAST'],
    ['no words', 1n, { reason: ' ' }, 'REASON_REQUIRED'],
    ['too many words', 1n, { reason: 'x'.repeat(501) }, 'REASON_TOO_LONG'],
  ])('is not done for %s', async (_name, minor, change, code) => {
    const all = await inDefault({ recourse: 'FULL' });

    expect(await all.trade.refused('recourse.call', claim(all, minor, change), who.bankA)).toBe(
      code,
    );
  });

  it('is settled by the seller’s payments, and what the buyer pays later goes back to the seller', async () => {
    const all = await inDefault({ recourse: 'FULL' });
    await all.trade.must('recourse.call', claim(all, 90_654_66n), who.bankA);

    await paidBy(all, all.leg('RECOURSE'), 50_000_00n);
    expect(all.claims()).toMatchObject([{ state: 'PART_PAID', paidMinor: 50_000_00n }]);
    expect(all.asked().state).toBe('RECOURSE_CALLED');
    await paidBy(all, all.leg('RECOURSE'), 40_654_66n);
    expect(all.asked().state).toBe('RECOURSE_PAID');
    expect(all.advance()).toMatchObject({ principalOpenMinor: 0n, overdueOpenMinor: 0n });

    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);
    expect([state(all), all.asked().state]).toEqual(['RECOVERED', 'REPAID']);
    expect(all.leg('RESERVE')).toMatchObject({
      ...{ payee: who.bolt.party, amountMinor: 100_000_00n },
    });
  });

  it('is void when the buyer pays after all, and its payment is not taken any more', async () => {
    const all = await inDefault({ recourse: 'FULL' });
    await all.trade.must('recourse.call', claim(all, 90_654_66n), who.bankA);
    const recourse = all.leg('RECOURSE');

    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    expect(all.claims()).toMatchObject([{ state: 'VOID', paidMinor: 0n }]);
    expect(all.leg('RECOURSE').state).toBe('FAILED');
    expect(all.leg('RESERVE').amountMinor).toBe(9_345_34n);
    await paidBy(all, recourse, 1_00n);
    const lines = all.trade.all<Row & { readonly reason: string | null }>('statement_line');
    expect(lines.at(-1)).toMatchObject({ state: 'PARKED', reason: 'NOT_PAYABLE' });
  });
});

describe('the ladder of provisions', () => {
  const provisions = ({ trade }: Financed) => trade.all<ProvisionRow & Row>('provision');
  const provide = (all: Financed, days: bigint, carrying: bigint) => ({
    ...{ request: all.request, days, carrying: [carrying, 'EUR'] as const },
  });

  it('V21, J8.6: carries 90,000.00 at 67,500, 45,000, 22,500 and nothing', async () => {
    const all = await inDefault();
    const days: readonly [string, bigint, bigint][] = [
      ['2026-07-01', 30n, 67_500_00n],
      ['2026-07-31', 60n, 45_000_00n],
      ['2026-08-30', 90n, 22_500_00n],
      ['2026-09-29', 120n, 0n],
    ];
    for (const [day, step, carrying] of days) {
      all.trade.clock.today = day;
      expect(nextStep(all.advance(), day)).toBe(Number(step));
      await all.trade.must('asset.provide', provide(all, step, carrying), who.automation);
      expect(nextStep(all.advance(), day)).toBeNull();
    }

    expect(provisions(all).map(({ carryingMinor }) => carryingMinor)).toEqual([
      ...[67_500_00n, 45_000_00n, 22_500_00n, 0n],
    ]);
  });

  it('is made for a step that was reached, once, and for what follows from it', async () => {
    const all = await inDefault({}, '2026-06-30');
    const refused = (days: bigint, carrying: bigint) =>
      all.trade.refused('asset.provide', provide(all, days, carrying), who.automation);

    expect(await refused(30n, 67_500_00n)).toBe('STEP_DIFFERS');
    await onDay(all, '2026-07-01');
    expect(await refused(60n, 45_000_00n)).toBe('STEP_DIFFERS');
    expect(await refused(30n, 67_500_01n)).toBe('CARRYING_DIFFERS');
    await all.trade.must('asset.provide', provide(all, 30n, 67_500_00n), who.automation);
    expect(await refused(30n, 67_500_00n)).toBe('STEP_DIFFERS');
  });

  it('is told to the bank and its auditors, not to the seller', async () => {
    const all = await inDefault();
    const decision = await all.trade.act(
      ...(['asset.provide', provide(all, 30n, 67_500_00n), who.automation] as const),
    );

    expect(decision).toMatchObject({ readers: [who.bankA.party, who.auditor.party] });
  });
});

describe('writing off', () => {
  const writeOff = (all: Financed, minor = 90_000_00n) => ({
    ...{ request: all.request, amount: [minor, 'EUR'] as const },
  });
  const proposal = (all: Financed, minor?: bigint) => ({
    ...writeOff(all, minor),
    reason: 'The buyer is insolvent.',
  });

  it('takes two people of the bank, and frees its limit', async () => {
    const all = await inDefault();
    await all.trade.must('writeoff.propose', proposal(all), who.bankA);
    const approve = (by: (typeof who)['bankA' | 'bankAApprover']) =>
      all.trade.act('writeoff.approve', writeOff(all), by);

    expect(await approve(who.bankA)).toMatchObject({ code: 'FOUR_EYES_SAME_PERSON' });
    expect([state(all), all.asked().state]).toEqual(['DEFAULTED', 'DEFAULTED']);
    expect(await approve(who.bankAApprover)).toMatchObject({ kind: 'accepted' });
    expect([state(all), all.asked().state]).toEqual(['WRITTEN_OFF', 'LOSS']);
    expect(all.advance().writtenOffMinor).toBe(90_000_00n);
    expect(all.trade.all('exposure')).toMatchObject([{ state: 'RELEASED', openLimit: null }]);
    expect(nextStep(all.advance(), '2026-12-01')).toBeNull();
  });

  it('B.9.54, J8.6: records what comes later as a recovery, and opens nothing again', async () => {
    const all = await inDefault();
    await all.trade.must('writeoff.propose', proposal(all), who.bankA);
    await all.trade.must('writeoff.approve', writeOff(all), who.bankAApprover);

    await paidBy(all, all.leg('REPAYMENT'), 30_000_00n);
    expect([state(all), all.asked().state]).toEqual(['WRITTEN_OFF', 'LOSS']);
    expect(all.receipts()).toMatchObject([{ isRecovery: true, receiptMinor: 30_000_00n }]);
    await paidBy(all, all.leg('REPAYMENT'), 70_000_00n);

    expect([state(all), all.asked().state]).toEqual(['RECOVERED', 'LOSS']);
    expect(all.advance()).toMatchObject({ writtenOffMinor: 90_000_00n, principalOpenMinor: 0n });
    expect(all.receipts().map(({ isRecovery }) => isRecovery)).toEqual([true, true]);
  });

  it('gives up exactly the principal that is open, after a default', async () => {
    const early = await financed();
    await onDay(early, '2026-06-01');
    expect(await early.trade.refused('writeoff.propose', proposal(early), who.bankA)).toBe(
      'RECOURSE_TOO_EARLY',
    );

    const all = await inDefault();
    const refused = (minor: bigint) =>
      all.trade.refused('writeoff.propose', proposal(all, minor), who.bankA);
    expect(await refused(89_999_99n)).toBe('WRITE_OFF_AMOUNT');
    expect(await refused(90_000_01n)).toBe('WRITE_OFF_AMOUNT');
  });

  it('is proposed anew when a payment came in between', async () => {
    const all = await inDefault();
    await all.trade.must('writeoff.propose', proposal(all), who.bankA);
    await paidBy(all, all.leg('REPAYMENT'), 10_000_00n);
    const { principalOpenMinor } = all.advance();
    const approve = (minor: bigint) =>
      all.trade.refused('writeoff.approve', writeOff(all, minor), who.bankAApprover);

    expect(await approve(90_000_00n)).toBe('WRITE_OFF_AMOUNT');
    expect(await approve(principalOpenMinor)).toBe('WRITE_OFF_AMOUNT');
    await all.trade.must('writeoff.propose', proposal(all, principalOpenMinor), who.bankA);
    const known = all.trade.all<WriteOffRow & Row>('write_off').map((each) => each.state);
    expect(known).toEqual(['VOID', 'OPEN']);
    await all.trade.must('writeoff.approve', writeOff(all, principalOpenMinor), who.bankAApprover);
  });

  it('is not approved where nobody proposed it, and not asked for by another party', async () => {
    const all = await inDefault();

    expect(await all.trade.refused('writeoff.approve', writeOff(all), who.bankA)).toBe(
      'WRITE_OFF_MISSING',
    );
    expect(await all.trade.refused('writeoff.propose', proposal(all), who.bolt)).toBe(
      'NOT_THE_BANK',
    );
    expect(await all.trade.refused('writeoff.propose', proposal(all), who.bankB)).toBe('NOT_FOUND');
  });
});
