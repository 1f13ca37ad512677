/** J2.7: after all that has happened, the disclosure of IAS 7 is the sum of lines that each lead to a proof. */
import { describe, expect, it } from 'vitest';
import { minorOf } from '../../../chain/src/verify.ts';
import { type Money, type Stage, textOf } from './stage.ts';

const first = '2026-03-01';
const last = '2026-12-31';

export function disclosureAddsUp(on: () => Stage): void {
  describe('J2: the treasurer closes the period', () => {
    for (const [figure, total] of [
      ['ARRANGED', 'closing'],
      ['SUPPLIER_PAID', 'closingPaid'],
      ['COMPARABLE', 'comparable'],
    ] as const) {
      it(`J2.7: ${figure} equals its drill-down, and each line opens its proof`, async () => {
        const { treasurer } = on();
        const { ias7 } = await treasurer.query<{
          ias7: readonly Readonly<Record<string, Money>>[];
        }>(
          `query ($from: Date!, $to: Date!) { ias7(from: $from, to: $to) { ${total} { amount currency } } }`,
          { from: first, to: last },
        );
        const stated = ias7.find((each) => each[total]?.currency === 'CNY')?.[total];
        const lines = await linesOf(on(), figure);
        const sum = lines.reduce(
          (left, { owed }) => left + (minorOf(owed.amount, 'CNY') ?? 0n),
          0n,
        );
        expect(stated?.amount).toBe(textOf(sum));
        // Every promise on this stage became a certificate, so nothing is left to compare with.
        expect(lines.length > 0).toBe(figure !== 'COMPARABLE');
        for (const { anchor } of lines) expect(anchor?.status).toBe('FINAL');
      });
    }
  });
}

type Line = { readonly owed: Money; readonly anchor: { readonly status: string } | null };
type Page = {
  readonly edges: readonly { readonly node: Line }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

async function linesOf({ treasurer }: Stage, figure: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (let after: string | null = null; ; ) {
    const { ias7Items }: { ias7Items: Page } = await treasurer.query(
      `query ($figure: Ias7Figure!, $on: Date!, $after: String) {
        ias7Items(figure: $figure, on: $on, first: 50, after: $after) {
          edges { node { owed { amount currency } anchor { status } } } pageInfo { hasNextPage endCursor } } }`,
      { figure, on: last, after },
    );
    lines.push(...ias7Items.edges.map(({ node }) => node));
    if (!ias7Items.pageInfo.hasNextPage) return lines;
    after = ias7Items.pageInfo.endCursor;
  }
}
