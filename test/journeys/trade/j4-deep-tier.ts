/** J4: a certificate travels from Bolt to Copper to Dye, in parts, each hop with a trade of its own. */
import { describe, expect, it } from 'vitest';
import { plainTerms, receipt } from '../../../server/src/demo/hop.ts';
import { approve, ask, bankBooks, bankOf, booking, choose, quoteOf, ranking } from './money.ts';
import { cny, codeOf, type Player, type Stage, seenBy, until } from './stage.ts';

const today = '2026-03-05';
/** 75 days on. */
const due = '2026-05-19';

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

      const seen = await seenBy<Whole>(bolt, 'certificate', whole, wholeFields);
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

    it('J4.2: nothing is passed on without the document of that very trade', async () => {
      const { bolt, copper } = on();
      const terms = await plainTerms(bolt, 'Order 4711');
      const bare = { ...terms, tradeDocument: null, tradeDocumentDigest: null, tradeReference: '' };
      const offer = (of: object) => passOn(bolt, copper, part('120000.00'), of);
      expect(await codeOf(offer(bare))).toBe('TRADE_DOC_REQUIRED');
      expect(await codeOf(offer(terms))).toBe('accepted');
    });

    it('J4.3: Copper sees from whom it could claim before it takes, and passes 45,000.55 on', async () => {
      const { copper, dye } = on();
      const mine = await take(copper, part('120000.00'));
      const faces = ['45000.55', '74999.45'];
      await split(copper, mine, faces);
      const seen = await seenBy<Whole>(copper, 'certificate', mine, wholeFields);
      for (const { id, face } of seen.children) parts.set(face.amount, id);
      expect(faces.map(part)).not.toContain('');
      await passOn(copper, dye, part('45000.55'), await plainTerms(copper, 'Dyeing 12'));
    });

    it('J4.4: Dye sends it back once, takes it the second time, and cannot send it back then', async () => {
      const { copper, dye } = on();
      const id = part('45000.55');
      const { transfer } = await seenBy<{ transfer: { id: string } }>(
        ...([dye, 'certificate', id, 'transfer { id }'] as const),
      );
      const back = { certificate: id, transfer: transfer.id, reason: 'another amount' };
      await dye.act('rejectCertificate', 'certificate.reject', back);
      expect(await holderOf(copper, id)).toMatchObject({
        state: 'ACTIVE',
        holder: { name: copper.name },
      });

      await passOn(copper, dye, id, await plainTerms(copper, 'Dyeing 12, as agreed'));
      const taken = await take(dye, id);
      parts.set('dye', taken);
      const again = await codeOf(
        dye.act('rejectCertificate', 'certificate.reject', { ...back, certificate: taken }),
      );
      expect(again).toMatch(/ALREADY_ACCEPTED|NOT_FOUND|TRANSFER/);
    });

    it('J4.5, V19: Dye has its part financed by Bank C', async () => {
      const { dye, 'bank-c-analyst': c } = on();
      const bank = bankOf(on(), 'c');
      const request = await ask(dye, part('dye'), [c]);
      const terms = { rateMicros: '59000', dayCount: 'ACT_360' };
      await c.act('submitQuote', 'quote.submit', quoteOf(request, '2026-12-31', terms));
      const [only] = await ranking(dye, request);
      if (only === undefined) throw new Error('Bank C has quoted');
      expect(only).toMatchObject({ discount: { amount: '553.13' }, net: { amount: '44447.42' } });
      await choose(dye, request, only);
      const leg = await approve(bank, request, only);
      await bankBooks(c, [
        booking('debit', '44447.42', leg.reference, { date: today, counterparty: dye.name }),
      ]);
      await until(async () =>
        (await holderOf(dye, part('dye'))).state === 'ASSIGNED' ? true : null,
      );
    });

    it('J4.6: Bolt never learns of Dye; an auditor of the programme sees the whole way', async () => {
      const { bolt, dye, auditor } = on();
      const hidden = await codeOf(seenBy(bolt, 'certificate', part('dye'), 'holder { name }'));
      expect(hidden).toBe('NOT_FOUND');
      const all = await bolt.query(
        '{ certificates(first: 100) { edges { node { holder { name } } } } }',
      );
      expect(JSON.stringify(all)).not.toContain(dye.name);
      const seen = await seenBy<{ depth: number; parent: { id: string } }>(
        ...([auditor, 'certificate', part('dye'), 'depth parent { id }'] as const),
      );
      expect(seen.depth).toBeGreaterThan(1);
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

const wholeFields = 'state children { id face { amount } }';

function passOn(from: Player, to: Player, certificate: string, terms: object) {
  return from.act('transferCertificate', 'certificate.transfer', {
    ...{ ...terms, certificate },
    transferee: to.party,
  });
}

/** Takes what is offered, on the terms that it shows; the certificate in the new hands. */
async function take(by: Player, certificate: string): Promise<string> {
  const signed = await receipt(by.query, certificate);
  await by.act('receiveCertificate', 'certificate.receive', signed);
  const { children } = await seenBy<Whole>(by, 'certificate', certificate, wholeFields);
  return children[0]?.id ?? certificate;
}

function holderOf(who: Player, certificate: string) {
  return seenBy<{ state: string; holder: { name: string } }>(
    ...([who, 'certificate', certificate, 'state holder { name }'] as const),
  );
}
