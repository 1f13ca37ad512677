/**
 * J1 and J3: the supplier asks, sealed quotes come, the best net is chosen, the bank approves with four eyes
 * and pays by a file; what its own bank books is evidence, and nothing else is.
 */
import { describe, expect, it } from 'vitest';
import {
  approve,
  ask,
  bankBooks,
  bankOf,
  booking,
  choose,
  type LegSeen,
  legFields,
  looked,
  type QuoteSeen,
  quoteOf,
  ranking,
} from './money.ts';
import { codeOf, type Stage, seenBy, until } from './stage.ts';

const today = '2026-03-05';
/** 62 days on, and a business day in China and in TARGET. */
const due = '2026-05-06';

export function banksCompete(on: () => Stage): void {
  describe('J1 and J3: cash for the supplier, from the bank that pays it most', () => {
    let certificate = '';
    let request = '';
    let quotes: readonly QuoteSeen[] = [];
    let leg: LegSeen;

    it('J1.4: nothing is financed before the buyer has confirmed', async () => {
      const { bolt, submit, moveTo, 'bank-a-analyst': a } = on();
      await moveTo(today);
      const invoice = await submit({ number: 'INV-1001', netMinor: 88_495_58n, due });
      const { certificate: none } = await seenBy<{ certificate: { id: string } | null }>(
        ...([bolt, 'invoice', invoice.id, 'certificate { id }'] as const),
      );
      expect(none).toBeNull();
      expect(await codeOf(ask(bolt, invoice.id, [a]))).toBe('NOT_CONFIRMED');
    });

    it('J1.5, J3.7: no bank sees what another asks, and nobody any rate before the close', async () => {
      const {
        bolt,
        promised,
        'bank-a-analyst': a,
        'bank-b-analyst': b,
        'bank-c-analyst': c,
      } = on();
      certificate = await promised({ number: 'V13', netMinor: 442_477_88n, due });
      request = await ask(bolt, certificate, [a, b, c], 1_500);
      for (const [bank, terms] of [
        [a, { rateMicros: '64000' }],
        [b, { rateMicros: '62500', feeFlat: { amount: '150.00', currency: 'CNY' } }],
        [c, { rateMicros: '65500' }],
      ] as const) {
        await bank.act('submitQuote', 'quote.submit', quoteOf(request, '2026-12-31', terms));
      }
      const seen = async (who: Stage['bolt']) => {
        const { quotes: each } = await seenBy<{ quotes: readonly QuoteSeen[] }>(
          ...([
            who,
            'financeRequest',
            request,
            'quotes { id net { amount } bank { name } }',
          ] as const),
        );
        return each.map(({ bank }) => bank.name);
      };
      expect(await seen(bolt)).toEqual([]);
      expect(await seen(b)).toEqual([b.name]);
    });

    it('J1.6, V13: the best net wins, though another bank has the lowest rate', async () => {
      const { bolt } = on();
      quotes = await ranking(bolt, request);
      expect(
        quotes.map(({ bank, net, allInPercent }) => [
          bank.name,
          net.amount,
          Math.round(Number(allInPercent) * 1_000),
        ]),
      ).toEqual([
        ['Bank A', '494564.38', 6_470],
        ['Bank B', '494541.78', 6_498],
        ['Bank C', '494436.99', 6_624],
      ]);
      const [best] = quotes;
      if (best === undefined) throw new Error('there are three');
      await choose(bolt, request, best);
    });

    it('J3.4: approved by another person, and every guard is looked at in that instant and kept', async () => {
      const bank = bankOf(on(), 'a');
      const [best] = quotes;
      if (best === undefined) throw new Error('there are three');
      leg = await approve(bank, request, best);
      expect(leg).toMatchObject({ kind: 'FUNDING', amount: { amount: '494564.38' } });
      const { snapshot } = await seenBy<{ snapshot: Snapshot }>(
        ...([
          bank.analyst,
          'financeRequest',
          request,
          'snapshot { id calculator policies checks { rule ok } }',
        ] as const),
      );
      expect(snapshot.checks.length).toBeGreaterThan(4);
      expect(snapshot.checks.every(({ ok }) => ok)).toBe(true);
    });

    it('J3.5: a file for its bank, proposed and released by two; a cent less is no funding', async () => {
      const { analyst, approver } = bankOf(on(), 'a');
      const { instruction } = await analyst.act<{ instruction: Instruction }>(
        ...(['proposeInstruction', 'instruction.propose'] as const),
        { account: analyst.account, executionDate: today, legs: [leg.id] },
        { select: 'instruction { id digest controlSum { amount currency } }' },
      );
      const { id, digest, controlSum } = instruction;
      const release = { instruction: id, digest, controlSum };
      expect(
        await codeOf(analyst.act('approveInstruction', 'instruction.approve', release)),
      ).toMatch(/FOUR_EYES_SAME_PERSON|MANDATE_MISSING/);
      await approver.act('approveInstruction', 'instruction.approve', release);
      const { file } = await seenBy<{ file: string }>(analyst, 'instruction', id, 'file');
      expect(file).toContain('pain.001.001.09');
      expect(file).toContain(leg.reference);
      expect(file).toContain('494564.38');
      await analyst.act('sendInstruction', 'instruction.send', { instruction: id });

      const [line] = await bankBooks(analyst, [
        booking('debit', '494564.37', leg.reference, { date: today, counterparty: 'Bolt & Co' }),
      ]);
      expect(await looked(analyst, line)).toMatchObject({ state: 'PARKED' });
      expect(await stateOf(on(), certificate)).toBe('RESERVED');
    });

    it('J3.6: the same file twice is one booking', async () => {
      const { analyst } = bankOf(on(), 'a');
      const { bolt } = on();
      const paid = [
        booking('debit', '494564.38', leg.reference, { date: today, counterparty: 'Bolt & Co' }),
      ];
      await bankBooks(analyst, paid, 'CAMT054');
      await until(async () => ((await stateOf(on(), certificate)) === 'ASSIGNED' ? true : null));
      await bankBooks(analyst, paid, 'CAMT054').catch(() => undefined);

      const { legs } = await seenBy<{ legs: readonly LegSeen[] }>(
        ...([bolt, 'financeRequest', request, `legs { ${legFields} }`] as const),
      );
      expect(legs.filter(({ kind }) => kind === 'FUNDING')).toMatchObject([
        { state: 'SETTLED', settled: { amount: '494564.38' } },
      ]);
    });
  });
}

type Snapshot = { readonly id: string; readonly checks: readonly { readonly ok: boolean }[] };
type Instruction = {
  readonly id: string;
  readonly digest: string;
  readonly controlSum: { readonly amount: string; readonly currency: string };
};

async function stateOf({ bolt }: Stage, certificate: string): Promise<string> {
  const { state } = await seenBy<{ state: string }>(bolt, 'certificate', certificate, 'state');
  return state;
}
