/** A promise under a policy pack or an issuer's limit: refused, explained, or stored with what was said. */
import { describe, expect, it } from 'vitest';
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import { confirmationStatement } from '../../../server/src/invoice/model.ts';
import { invoiceHandlers } from '../../../server/src/invoice/service.ts';
import type { Act, Handler } from '../../../server/src/kernel/act.ts';
import { insert, type Row, update } from '../../../server/src/kernel/change.ts';
import { issuanceBarrier } from '../../../server/src/party/issuance.ts';
import type {
  IssuanceRow,
  PolicyDecisionRow,
  ProgrammeRow,
} from '../../../server/src/party/model.ts';
import { issuancePaid } from '../../../server/src/party/service.ts';
import { memoryRows } from '../../../server/src/platform/memory-reader.ts';
import { type Actor, actOf, approver, clerk, invoiceRow, members, outsider } from './builders.ts';

const invoice = 'inv_1';
const approved = [100_000_00n, 'CNY'] as const;

/** The programme follows CN-77 and itself admits 400 days; the day is 2 March 2026. */
async function world(terms: Partial<ProgrammeRow> = {}) {
  const rows = memoryRows(members);
  const programme = await rows.get<ProgrammeRow & Row>('programme', 'prg_aurora');
  if (programme === null) throw new Error('there is a programme');
  rows.apply([
    update('programme', programme, { policyPacks: ['CN-77/1'], maxTenorDays: 400, ...terms }),
    insert('issuance', { id: 'prg_aurora', version: 1, currency: 'CNY', openMinor: 50_000_00n }),
    insert('invoice', invoiceRow({ statedDueDate: null })),
  ]);

  async function act<N extends KindName>(kind: N, actor: Actor, input: InputOf<N>) {
    const handler = invoiceHandlers.find((each) => (each.kind as string) === kind);
    const made = actOf(kind, actor, input) as unknown as Act;
    const decision = await (handler as unknown as Handler).decide(rows, made);
    if (decision.kind === 'refusal') return decision.code;
    rows.apply(decision.changes);
    return 'done';
  }
  return {
    propose: (dueDate: string, reason: string | null = null, actor = clerk) =>
      act('invoice.propose', actor, { invoice, approved, dueDate, reason }),
    async confirm(dueDate: string, reason: string | null = null) {
      const [open] = await rows.where<{ id: string; state: string }>(
        'proposal',
        'invoice',
        invoice,
      );
      return act('invoice.confirm', approver, {
        ...{ invoice, proposal: open?.id ?? '', approved, dueDate, reason },
        statement: confirmationStatement,
      });
    },
    issuance: () => rows.get<IssuanceRow & Row>('issuance', 'prg_aurora'),
    /** What the buyer pays gives room back, as settlement does it. */
    async pay(minor: bigint) {
      rows.apply(await issuancePaid(rows, 'prg_aurora', minor));
    },
    stored: () => rows.where<PolicyDecisionRow>('policy_decision', 'subject', invoice),
  };
}

describe('a promise under CN-77', () => {
  it('for 13 months is refused by the policy before the programme’s own longest term (J2.6)', async () => {
    const { propose } = await world();

    expect(await propose('2027-04-02')).toBe('POLICY_TERM_MAX_12M');
    expect(await propose('2030-01-01', 'A good one.')).toBe('POLICY_TERM_MAX_12M');
  });

  it('for 7 months needs a reason, which is signed, kept and shown with the rule (J2.6)', async () => {
    const { propose, confirm, stored } = await world();
    const reason = 'The ship is built for seven months.';

    expect(await propose('2026-10-02')).toBe('POLICY_REASON_REQUIRED');
    expect(await propose('2026-10-02', reason)).toBe('done');
    expect(await stored()).toEqual([]);
    expect(await confirm('2026-10-02', reason)).toBe('done');

    const shared = { occasion: 'invoice.confirm', pack: 'CN-77', packVersion: 1, reason };
    expect(await stored()).toMatchObject([
      { ...shared, rule: 'TERM_MAX_12M', outcome: 'PASS', decidedDate: '2026-03-02' },
      { ...shared, rule: 'TERM_OVER_6M', outcome: 'WARN', seen: '7 months and 0 days' },
    ]);
  });

  it('within six months needs none, and what passed is stored all the same', async () => {
    const { propose, confirm, stored } = await world();

    expect(await propose('2026-09-02')).toBe('done');
    expect(await confirm('2026-09-02')).toBe('done');
    expect((await stored()).map(({ outcome }) => outcome)).toEqual(['PASS', 'PASS']);
  });

  it('says nothing of policy to who has no business with the invoice, nor before other rules', async () => {
    const { propose } = await world();

    await expect(propose('2027-04-02', null, outsider)).rejects.toThrow();
    expect(await propose('2026-02-01')).toBe('DUE_DATE_NOT_AFTER_ISSUE');
  });
});

describe("a promise within the issuer's limit", () => {
  const due = '2026-09-02';

  it('takes room up to the last cent, and payments give it back', async () => {
    const { propose, confirm, issuance, pay } = await world({ issueLimitMinor: 150_000_00n });

    expect(await propose(due)).toBe('done');
    expect(await confirm(due)).toBe('done');
    expect(await issuance()).toMatchObject({ openMinor: 150_000_00n, version: 2 });
    await pay(30_000_00n);
    expect(await issuance()).toMatchObject({ openMinor: 120_000_00n, version: 3 });
  });

  it('is refused by a cent, says by how much, and leaves everything as it was', async () => {
    const { propose, confirm, issuance } = await world({ issueLimitMinor: 149_999_99n });

    expect(await propose(due)).toBe('done');
    expect(await confirm(due)).toBe('ISSUER_LIMIT_EXCEEDED');
    expect(await issuance()).toMatchObject({ openMinor: 50_000_00n, version: 1 });
    expect(
      issuanceBarrier(
        { currency: 'CNY', openMinor: 50_000_00n },
        { issueLimitMinor: 149_999_99n },
        100_000_00n,
      ),
    ).toMatchObject({
      expected: 'at most 149999.99 CNY; this is 0.01 CNY more',
      path: 'approved.amount',
    });
  });

  it('takes no room where there is no limit', async () => {
    const { propose, confirm, issuance } = await world();

    expect(await propose(due)).toBe('done');
    expect(await confirm(due)).toBe('done');
    expect(await issuance()).toMatchObject({ version: 1 });
  });
});
