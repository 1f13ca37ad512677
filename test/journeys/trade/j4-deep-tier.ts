/** J4: a certificate travels from Bolt to Copper to Dye, in parts, each hop with a trade of its own. */
import { describe, expect, it } from 'vitest';
import { cny, codeOf, type Player, type Stage, seenBy } from './stage.ts';

const due = '2026-06-01';

export function certificateTravels(on: () => Stage): void {
  describe('J4: deep tier', () => {
    const parts = new Map<string, string>();
    const part = (amount: string): string => parts.get(amount) ?? '';

    it('J4.1: 500,000.00 is split into three parts that are the whole again', async () => {
      const { bolt, promised } = on();
      // 442,477.88 and 13 per cent of it are 500,000.00.
      const whole = await promised({ number: 'J4-ROOT', netMinor: 442_477_88n, due });
      const faces = ['120000.00', '80000.00', '300000.00'];
      await split(bolt, whole, faces);

      const seen = await seenBy<Whole>(
        bolt,
        'certificate',
        whole,
        'state children { id face { amount } }',
      );
      expect(seen.state).toBe('SPLIT');
      for (const { id, face } of seen.children) parts.set(face.amount, id);
      expect([...parts.keys()].sort()).toEqual([...faces].sort());
    });

    it('J4.7: nothing below the smallest part, and three equal parts lose no cent', async () => {
      const { bolt } = on();
      const small = split(bolt, part('80000.00'), ['999.99', '79000.01']);
      expect(await codeOf(small)).toBe('BELOW_MIN_SPLIT');
      await split(bolt, part('80000.00'), ['26666.67', '26666.67', '26666.66']);
    });

    it('J4.8: two tabs that split the same certificate: one wins', async () => {
      const { bolt } = on();
      const tries = ['100000.00', '150000.00'].map((amount) =>
        codeOf(
          split(bolt, part('300000.00'), [amount, amount === '100000.00' ? '200000.00' : amount]),
        ),
      );
      const codes = await Promise.all(tries);
      expect(codes.filter((code) => code === 'accepted')).toHaveLength(1);
      expect(codes.filter((code) => code !== 'accepted')[0]).toMatch(
        /^(STALE_VERSION|CERTIFICATE_SPLIT|PENDING_RESERVATION)$/,
      );
    });
  });
}

type Whole = {
  readonly state: string;
  readonly children: readonly { readonly id: string; readonly face: { readonly amount: string } }[];
};

function split(who: Player, certificate: string, amounts: readonly string[]) {
  return who.act('splitCertificate', 'certificate.split', {
    certificate,
    parts: amounts.map(cny),
  });
}
