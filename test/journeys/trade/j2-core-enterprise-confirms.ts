/** J2: the core enterprise confirms: fifty at once, a part, four eyes, a question, what cannot be undone, policy. */
import { describe, expect, it } from 'vitest';
import { parseAnchor, verifyPack } from '../../../chain/src/verify.ts';
import { addDays } from '../../../server/src/kernel/time.ts';
import {
  cny,
  codeOf,
  firstDay,
  packOf,
  refusalOf,
  type Stage,
  type Submitted,
  seenBy,
} from './stage.ts';

const due = '2026-06-01';

export function coreEnterpriseConfirms(on: () => Stage): void {
  describe('J2: the core enterprise confirms', () => {
    it('J2.1: fifty with one signature each of clerk and approver, and each has its own proof', async () => {
      const { bolt, clerk, approver, submit } = on();
      const bills = Array.from({ length: 50 }, (_, order) => ({
        ...{ number: `J2-${1000 + order * 17}`, netMinor: BigInt(1_000_00 + order * 13_00), due },
      }));
      const invoices: Submitted[] = [];
      for (const bill of bills) invoices.push(await submit(bill));

      const proposals = await many(clerk, 'proposeConfirmations', 'ProposeConfirmation', invoices);
      expect(proposals.refused).toBe(0);
      const confirmed = await many(
        ...([approver, 'confirmInvoices', 'ConfirmInvoice', invoices] as const),
        proposals.results.map(({ invoice }) => invoice.proposal?.id ?? ''),
      );
      expect(confirmed).toMatchObject({ done: 50, refused: 0 });

      const anchor = await anchorOf(on());
      const packs = await Promise.all(
        [0, 24, 49].map((order) => {
          const { act } = confirmed.results[order] ?? { act: undefined };
          if (act === undefined) throw new Error('each was confirmed');
          return packOf(approver, { act });
        }),
      );
      for (const pack of packs) expect(verifyPack(pack, anchor).outcome).toBe('proven');
      const signatures = packs.map((pack) => JSON.parse(pack).act.signature as string);
      expect(new Set(signatures).size).toBe(3);
      const [first] = invoices;
      const seen = await seenBy<{ state: string }>(bolt, 'invoice', first?.id ?? '', 'state');
      expect(['CONFIRMED', 'CERTIFIED']).toContain(seen.state);
    });

    it('J2.2: a part, because two of a hundred are missing; the supplier sees why', async () => {
      const { bolt, carrier, clerk, submit, confirm } = on();
      const invoice = await submit({ number: 'J2-PART', netMinor: 100_000_00n, due });
      await bolt.act('assignShipment', 'shipment.assign', {
        ...{ invoice: invoice.id, carrier: carrier.party, reference: 'BL-J2' },
      });
      const part = { approved: cny('110740.00'), reason: '98 of 100 came' };
      await confirm(invoice, due, part);

      const fields = 'state approved { amount } approvedReason';
      const seen = await seenBy(bolt, 'invoice', invoice.id, fields);
      expect(seen).toMatchObject({
        approved: { amount: '110740.00' },
        approvedReason: part.reason,
      });
      const more = { invoice: invoice.id, approved: cny('2260.00'), dueDate: due, reason: null };
      expect(await codeOf(clerk.act('proposeConfirmation', 'invoice.propose', more))).toBe(
        'CONFIRMATION_IRREVOCABLE',
      );
    });

    it('J2.3: never by who proposed it, and never above the mandate', async () => {
      const { clerk, treasurer, approver, submit } = on();
      await treasurer.act('grantMandate', 'mandate.grant', {
        ...{ holder: clerk.person, action: 'invoice.confirm', limit: null },
        ...{ validFrom: '2000-01-01', validTo: '2099-12-31' },
      });
      const own = await submit({ number: 'J2-EYES', netMinor: 2_000_00n, due });
      const large = await submit({ number: 'J2-LARGE', netMinor: 531_000_00n, due });

      for (const [who, invoice, code] of [
        [clerk, own, 'FOUR_EYES_SAME_PERSON'],
        [approver, large, 'MANDATE_EXCEEDED'],
      ] as const) {
        const terms = {
          invoice: invoice.id,
          approved: invoice.payable,
          dueDate: due,
          reason: null,
        };
        const proposed = await clerk.act<{ invoice: { proposal: { id: string } } }>(
          ...(['proposeConfirmation', 'invoice.propose', terms] as const),
          { select: 'invoice { proposal { id } }' },
        );
        const statement = await statementOf(who);
        const { id: proposal } = proposed.invoice.proposal;
        const tried = who.act('confirmInvoice', 'invoice.confirm', {
          ...terms,
          statement,
          proposal,
        });
        expect(await codeOf(tried)).toBe(code);
      }
    });

    it('J2.4: a question stops the clock until the supplier answers', async () => {
      const { bolt, clerk, submit, moveTo } = on();
      const invoice = await submit({ number: 'J2-ASK', netMinor: 3_000_00n, due });
      const clock = () =>
        seenBy<Clock>(clerk, 'invoice', invoice.id, 'state confirmBy question answer');
      const before = await clock();
      const question = { invoice: invoice.id, question: 'Which lorry?' };
      await clerk.act('queryInvoice', 'invoice.query', question);
      expect(await clock()).toMatchObject({ state: 'QUERIED', question: 'Which lorry?' });

      await moveTo(addDays(firstDay, 2));
      await bolt.act('answerInvoice', 'invoice.answer', {
        invoice: invoice.id,
        answer: 'The blue one',
      });
      const after = await clock();
      expect(after).toMatchObject({ state: 'RECEIVED', answer: 'The blue one' });
      expect(after.confirmBy > before.confirmBy).toBe(true);
    });

    it('J2.5: what is confirmed is not taken back, and the lawful ways are told', async () => {
      const { bolt, clerk, promised } = on();
      const bill = { number: 'J2-DONE', netMinor: 4_000_00n, due };
      const certificate = await promised(bill);
      const { invoice } = await seenBy<{ invoice: { id: string } }>(
        ...([bolt, 'certificate', certificate, 'invoice { id }'] as const),
      );
      const tried = clerk.act('refuseInvoice', 'invoice.refuse', {
        invoice: invoice.id,
        reason: 'no',
      });
      const said = await refusalOf(tried);
      expect(said).toContain('CONFIRMATION_IRREVOCABLE');
      expect(said).toMatch(/credit note/i);
      expect(said).toMatch(/dispute/i);
    });

    it('J2.6: CN-77 never admits thirteen months, and wants a reason for seven', async () => {
      const { clerk, submit } = on();
      const terms = async (number: string, dueDate: string, reason: string | null) => {
        const { id, payable } = await submit({ number, netMinor: 5_000_00n, due: dueDate });
        return clerk.act('proposeConfirmation', 'invoice.propose', {
          ...{ invoice: id, approved: payable, dueDate, reason },
        });
      };
      expect(await codeOf(terms('J2-13M', '2027-04-02', null))).toBe('POLICY_TERM_MAX_12M');
      expect(await codeOf(terms('J2-7M', '2026-10-02', null))).toBe('POLICY_REASON_REQUIRED');
      expect(await codeOf(terms('J2-7MR', '2026-10-02', 'a long project'))).toBe('accepted');
    });
  });
}

type Clock = { readonly state: string; readonly confirmBy: string };
type Result = {
  readonly act: never;
  readonly invoice: { readonly id: string; readonly proposal: { readonly id: string } | null };
};
type Answer = {
  readonly done: number;
  readonly refused: number;
  readonly results: readonly Result[];
};

/** One request, signed once, for every invoice. */
async function many(
  who: Stage['clerk'],
  mutation: string,
  type: string,
  invoices: readonly Submitted[],
  proposals: readonly string[] = [],
): Promise<Answer> {
  const statement = await statementOf(who);
  const items = invoices.map(({ id, payable }, order) => ({
    ...{ invoice: id, approved: payable, dueDate: due, reason: null },
    ...(proposals.length === 0 ? {} : { statement, proposal: proposals[order] }),
    idempotencyKey: `${mutation}-${id}`,
  }));
  const input = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { answer } = await who.query<{ answer: Answer }>(
    `mutation ($input: ${input}!) { answer: ${mutation}(input: $input) { done refused results {
      ... on ${type}Success { act { id } invoice { id proposal { id } } } ... on Refusal { code message } } } }`,
    { input: { items } },
  );
  return answer;
}

async function statementOf(who: Stage['clerk']): Promise<string> {
  const { confirmationStatement } = await who.query<{ confirmationStatement: string }>(
    '{ confirmationStatement }',
  );
  return confirmationStatement;
}

async function anchorOf({ auditor }: Stage) {
  const { chain } = await auditor.query<{ chain: { anchorFile: string } }>(
    '{ chain { anchorFile } }',
  );
  return parseAnchor(chain.anchorFile);
}
