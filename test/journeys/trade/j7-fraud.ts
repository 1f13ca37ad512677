/** J7: a supplier turned bad, and strangers who guess: what is offered twice, in which disguise ever. */
import { describe, expect, it } from 'vitest';
import { codeOf, type Stage, seenBy, textOf } from './stage.ts';

const due = '2026-06-01';
const net = 20_000_00n;

export function fraudIsNoticed(on: () => Stage): void {
  describe('J7: a supplier turned bad', () => {
    it('J7.1: the same invoice again, in other letters, spaces and digits', async () => {
      const { submit } = on();
      await submit({ number: 'INV-7001', netMinor: net, due });
      for (const number of ['inv-7001 ', 'ＩＮＶ-７００１', 'INV-07001']) {
        const again = submit({ number, netMinor: net + 1_00n, due, order: 'PO-other' });
        expect(await codeOf(again), number).toBe('DUPLICATE_EXACT');
      }
    });

    it('J7.3: one yuan more under another number is looked at by the buyer first', async () => {
      const { clerk, approver, submit } = on();
      const order = 'PO-7003';
      await submit({ number: 'NEAR-1', netMinor: net, due, order });
      const near = await submit({ number: 'OTHER-9', netMinor: net + 88n, due, order });
      const seen = await seenBy<{ nearMatches: readonly Match[] }>(
        ...([clerk, 'invoice', near.id, 'nearMatches { id riskClass state rule }'] as const),
      );
      expect(seen.nearMatches.length).toBeGreaterThan(0);
      const terms = { invoice: near.id, approved: near.payable, dueDate: due, reason: null };
      const propose = () => clerk.act('proposeConfirmation', 'invoice.propose', terms);
      expect(await codeOf(propose())).toBe('NEAR_MATCH_OPEN');

      await clerk.act('reviewMatches', 'match.review', {
        ...{ invoice: near.id, matches: seen.nearMatches.map(({ id }) => id) },
        ...{ verdict: 'CLEARED', reason: 'a second delivery' },
      });
      expect(await codeOf(propose())).toBe('accepted');
      const open = await seenBy<{ nearMatches: readonly Match[] }>(
        ...([approver, 'invoice', near.id, 'nearMatches { id riskClass state rule }'] as const),
      );
      expect(open.nearMatches.map(({ state }) => state)).not.toContain('OPEN');
    });

    it('J7.5: two banks that fund one certificate in the same second: one reservation', async () => {
      const { bolt, promised, 'bank-a-analyst': a, 'bank-b-analyst': b } = on();
      const certificate = await promised({ number: 'TWICE-1', netMinor: net, due });
      const ask = () =>
        bolt.act<{ request: { id: string } }>(
          'requestFinancing',
          'finance.request',
          {
            ...{ certificate, payTo: bolt.account, invited: [a.party, b.party] },
            closesAtMs: String(Date.now() + 60_000),
          },
          { select: 'request { id }' },
        );
      const codes = await Promise.all([codeOf(ask()), codeOf(ask())]);
      expect(codes.filter((code) => code === 'accepted')).toHaveLength(1);
      expect(codes.filter((code) => code !== 'accepted')[0]).toMatch(
        /^(STALE_VERSION|PENDING_RESERVATION|CERTIFICATE_|REQUEST_)/,
      );
    });

    it('J7.7: the same number of another supplier is another invoice', async () => {
      const { submit } = on();
      await submit({ number: 'SAME-7', netMinor: net, due });
      const other = submit({ number: 'SAME-7', netMinor: net, due, seller: 'copper' });
      expect(await codeOf(other)).toBe('accepted');
    });

    it('J7.9: who guesses again and again has to wait, and learns nothing by it', async () => {
      const { copper, submit } = on();
      await submit({ number: 'GUESS-1', netMinor: 900_00n, due, seller: 'copper' });
      const codes: string[] = [];
      for (let order = 0; order < 70 && codes.at(-1) !== 'TOO_MANY_DUPLICATES'; order += 1) {
        const guess = { number: 'guess-1', netMinor: 900_00n + BigInt(order), due };
        codes.push(await codeOf(submit({ ...guess, seller: 'copper' })));
      }
      expect(codes[0]).toBe('DUPLICATE_EXACT');
      expect(codes.at(-1)).toBe('TOO_MANY_DUPLICATES');
      // Honest work of others goes on meanwhile.
      const { id } = await submit({ number: 'HONEST-1', netMinor: 1_200_00n, due });
      const seen = await seenBy<{ payable: { amount: string } }>(
        ...([on().bolt, 'invoice', id, 'payable { amount }'] as const),
      );
      expect(seen.payable.amount).toBe(textOf(1_356_00n));
      expect(copper.party).not.toBe(on().bolt.party);
    });
  });
}

type Match = { readonly id: string; readonly state: string };
