/** Disputes as one organisation may see them. */
import type { PageInput, See, Seen } from '../platform/see.ts';
import type { DisputeRow, DisputeState } from './model.ts';

export type DisputeView = Seen<DisputeRow>;

/** Disputes that a day's work looks at. */
const workMax = 50;

export function disputeStore(see: See) {
  const all = (input: PageInput, states: readonly DisputeState[] | null) =>
    see.page<DisputeRow>(
      'dispute',
      'Dispute',
      input,
      states === null ? [] : [{ sql: 't."state" = ANY(?)', values: [states] }],
    );
  return {
    dispute: (id: string) => see.row<DisputeRow>('dispute', id),
    disputes: all,
    disputesOf: (invoice: string) => see.children<DisputeRow>('dispute', 'invoice', invoice),
    /** What waits for the seller's first word, newest first. */
    async unanswered(seller: string): Promise<readonly DisputeView[]> {
      const page = await see.page<DisputeRow>('dispute', 'Dispute', { first: workMax }, [
        { sql: `t."seller" = ? AND t."state" = 'RAISED'`, values: [seller] },
      ]);
      return page.rows;
    },
  };
}
