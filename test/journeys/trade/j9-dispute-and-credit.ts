/** J9: what the buyer disputes and the seller credits, and what that holds back from being paid early. */
import { describe, expect, it } from 'vitest';
import { ask } from './money.ts';
import { cny, codeOf, type Player, type Stage, seenBy } from './stage.ts';

const today = '2026-03-05';
const due = '2026-06-01';

export function partsAreDisputedAndCredited(on: () => Stage): void {
  describe('J9: dispute and credit note', () => {
    const certificates: string[] = [];

    it('J9.1: a dispute of what was promised is recorded, and the duty to pay stands', async () => {
      const { bolt, clerk, promised } = on();
      const certificate = await promised({ number: 'J9-QUALITY', netMinor: 88_495_58n, due });
      const { invoice, open } = await seenBy<{ invoice: { id: string }; open: { amount: string } }>(
        ...([bolt, 'certificate', certificate, 'invoice { id } open { amount }'] as const),
      );
      const dispute = await clerk.act<{ dispute: { id: string; state: string } }>(
        'raiseDispute',
        'dispute.raise',
        {
          ...{ invoice: invoice.id, amount: cny('15000.00'), reasonCode: 'QUALITY' },
          ...{ text: 'Bent when they came', documentDigest: null },
        },
        { select: 'dispute { id state }' },
      );
      expect(dispute.dispute.state).toBe('RAISED');
      const after = await seenBy<{ open: { amount: string } }>(
        ...([bolt, 'certificate', certificate, 'open { amount }'] as const),
      );
      expect(after.open).toEqual(open);
      expect(await codeOf(ask(bolt, certificate, [on()['bank-a-analyst']]))).toBe(
        'INVOICE_DISPUTED',
      );
    });

    it('J9.3: a credit note at large holds back the earliest bills, up to and just over its amount', async () => {
      const { copper, promised, 'bank-a-analyst': a } = on();
      for (const [number, netMinor, dueDate] of [
        ['CASTING-41', 4_424_78n, '2026-05-06'],
        ['FORGING-87', 5_000_00n, '2026-05-06'],
        ['TURNING-9', 7_000_00n, '2026-05-07'],
      ] as const) {
        const bill = { number, netMinor, due: dueDate, seller: 'copper' } as const;
        certificates.push(await promised(bill));
      }
      await credit(on(), copper, { number: 'CN-8000', amount: '8000.00', invoice: null });
      const codes: string[] = [];
      for (const certificate of certificates)
        codes.push(await codeOf(ask(copper, certificate, [a])));
      expect(codes).toEqual(['CREDIT_NOTE_BLOCKS', 'CREDIT_NOTE_BLOCKS', 'accepted']);
    });

    it('J9.4: never more than is open of the bill that it names', async () => {
      const { copper } = on();
      const { invoice } = await seenBy<{ invoice: { id: string } }>(
        ...([copper, 'certificate', certificates[2] ?? '', 'invoice { id }'] as const),
      );
      const tried = credit(on(), copper, {
        ...{ number: 'CN-BIG', amount: '7910.01', invoice: invoice.id },
      });
      expect(await codeOf(tried)).toBe('CREDIT_EXCEEDS_OPEN');
    });
  });
}

function credit(
  { clerk, programme }: Stage,
  seller: Player,
  note: { readonly number: string; readonly amount: string; readonly invoice: string | null },
) {
  return seller.act('issueCreditNote', 'credit.issue', {
    ...{ programme, seller: seller.party, buyer: clerk.party, issueDate: today },
    ...{ number: note.number, amount: cny(note.amount), invoice: note.invoice },
    ...{ dispute: null, documentDigest: null, reason: 'goods that came back' },
  });
}
