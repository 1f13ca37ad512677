/** Disputes and credit notes as one organisation may see them, and credit notes to be applied. */
import type pg from 'pg';
import type { DueActs } from '../platform/automation.ts';
import { databaseReader } from '../platform/reader.ts';
import type { PageInput, See, Seen } from '../platform/see.ts';
import { dueApplications } from './crediting.ts';
import type {
  CreditApplicationRow,
  CreditNoteRow,
  CreditNoteState,
  DisputeRow,
  DisputeState,
} from './model.ts';

export type DisputeView = Seen<DisputeRow>;
export type CreditNoteView = Seen<CreditNoteRow>;

/** What a day's work looks at. */
const workMax = 50;
/** Credit notes that one look applies. */
const dueMax = 50;

export function disputeStore(see: See) {
  return {
    dispute: (id: string) => see.row<DisputeRow>('dispute', id),
    disputes: (input: PageInput, states: readonly DisputeState[] | null) =>
      see.page<DisputeRow>('dispute', 'Dispute', input, among(states)),
    disputesOf: (invoice: string) => see.children<DisputeRow>('dispute', 'invoice', invoice),
    /** What waits for the seller's first word, newest first. */
    async unanswered(seller: string): Promise<readonly DisputeView[]> {
      const page = await see.page<DisputeRow>('dispute', 'Dispute', { first: workMax }, [
        { sql: `t."seller" = ? AND t."state" = 'RAISED'`, values: [seller] },
      ]);
      return page.rows;
    },
    creditNote: (id: string) => see.row<CreditNoteRow>('credit_note', id),
    creditNotes: (input: PageInput, states: readonly CreditNoteState[] | null) =>
      see.page<CreditNoteRow>('credit_note', 'CreditNote', input, among(states)),
    creditNotesOf: (invoice: string) =>
      see.children<CreditNoteRow>('credit_note', 'invoice', invoice),
    async creditNoteOfDispute(dispute: string): Promise<CreditNoteView | null> {
      const notes = await see.children<CreditNoteRow>('credit_note', 'dispute', dispute);
      return notes.find(({ state }) => state !== 'INVALID') ?? null;
    },
    applicationsOf: (note: string) =>
      see.childrenBy<CreditApplicationRow>('credit_application', 'creditNote', note, 'creditNote'),
    /** What waits for the buyer to take it to its books, newest first. */
    async unacknowledged(buyer: string): Promise<readonly CreditNoteView[]> {
      const page = await see.page<CreditNoteRow>('credit_note', 'CreditNote', { first: workMax }, [
        {
          sql: `t."buyer" = ? AND t."state" = 'ISSUED' AND t."pendingAct" IS NULL`,
          values: [buyer],
        },
      ]);
      return page.rows;
    },
  };
}

function among(states: readonly string[] | null) {
  return states === null ? [] : [{ sql: 't."state" = ANY(?)', values: [states] }];
}

/** Acknowledged credit notes of which something is left and can be taken now, the oldest first. */
export function dueCredits(pool: pg.Pool): DueActs {
  return async () => {
    const result = await pool.query<CreditNoteRow>({
      name: 'credit notes to be applied',
      text: `SELECT n.* FROM credit_note n WHERE n."state" = 'ACKNOWLEDGED' AND EXISTS (
          SELECT FROM invoice i WHERE i."openPair" = n."openPair" AND i."state" IN ('CERTIFIED', 'PART_PAID')
            AND (n."invoice" IS NULL OR n."invoice" = i."id")
            AND NOT EXISTS (SELECT FROM certificate c WHERE c."invoice" = i."id"
              AND (c."state" IN ('RESERVED', 'TRANSFER_PENDING') OR c."pendingAct" IS NOT NULL)))
        ORDER BY n."createdMs", n."id" LIMIT ${dueMax}`,
    });
    return result.rows.length === 0 ? [] : dueApplications(databaseReader(pool), result.rows);
  };
}
