/**
 * Certificates and transfers as one organisation may see them, and what falls due.
 *
 * A party that was only offered a certificate sees it as it was offered: who held it then, its face
 * and day. What became of it afterwards, if it was rejected, is no longer that party's business.
 */
import type pg from 'pg';
import type { FollowUp } from '../kernel/change.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import type { PageInput, See, Seen } from '../platform/see.ts';
import type { CertificateRow, CertificateState, TransferRow, TransferState } from './model.ts';

export type CertificateView = Seen<CertificateRow>;
export type TransferView = Seen<TransferRow>;

export type CertificateFilter = {
  readonly states: readonly string[] | null;
  readonly holder: string | null;
};

export function receivableStore(see: See) {
  async function asSeen(row: CertificateView): Promise<CertificateView> {
    if (row.level === 'F') return row;
    const offers = await see.children<TransferRow>('transfer', 'certificate', row.id);
    const offer = offers.findLast(({ transferee }) => transferee === see.reader);
    return offered(row, offer ?? null);
  }

  return {
    async certificate(id: string): Promise<CertificateView | null> {
      const row = await see.row<CertificateRow>('certificate', id);
      return row === null ? null : asSeen(row);
    },
    async certificates(input: PageInput, filter: CertificateFilter) {
      const ofHolder =
        filter.holder === null
          ? []
          : [{ sql: `a."level" = 'F' AND t."holder" = ?`, values: [filter.holder] }];
      const page = await see.page<CertificateRow>(
        ...(['certificate', 'Certificate', input, ofHolder, filter.states] as const),
      );
      return { ...page, rows: await Promise.all(page.rows.map(asSeen)) };
    },
    /** The certificates cut from one, or made of it by a transfer, in the order of their parts. */
    async children(parent: string): Promise<readonly CertificateView[]> {
      const rows = await see.children<CertificateRow>('certificate', 'parent', parent);
      const seen = await Promise.all(rows.map(asSeen));
      return seen.sort((a, b) => a.part - b.part);
    },
    /** The first certificate of an invoice. */
    async ofInvoice(invoice: string): Promise<CertificateView | null> {
      const rows = await see.children<CertificateRow>('certificate', 'invoice', invoice);
      const root = rows.find(({ parent }) => parent === null);
      return root === undefined ? null : asSeen(root);
    },
    transfer: (id: string) => see.row<TransferRow>('transfer', id),
    /**
     * The hop whose terms stand between the certificate and who holds it: of its holder, or of the
     * reader to whom it is offered. Null for the supplier whom the buyer owes, and for a bank.
     */
    async hopFor({ hop, transfer, holder }: CertificateView): Promise<TransferView | null> {
      const offered = transfer === null ? null : await see.row<TransferRow>('transfer', transfer);
      if (offered?.transferee === see.reader && offered.state === 'PENDING') return offered;
      const held = hop === null ? null : await see.row<TransferRow>('transfer', hop);
      return held?.transferee === holder ? held : null;
    },
    /** Certificates that wait for the viewer's word. */
    offersToTake: async (): Promise<readonly CertificateView[]> =>
      (
        await see.page<CertificateRow>(
          ...(['certificate', 'Certificate', { first: waitingMax }] as const),
          [{ sql: `t."holder" = ?`, values: [see.reader] }],
          ['OFFERED'],
        )
      ).rows,
    transfersToAnswer: async (): Promise<readonly TransferView[]> =>
      (
        await see.page<TransferRow>('transfer', 'Transfer', { first: waitingMax }, [
          { sql: `t."state" = 'PENDING' AND t."transferee" = ?`, values: [see.reader] },
        ])
      ).rows,
  };
}

/** Offers whose last business day for an answer is over. */
export function lapsedOffers(pool: pg.Pool) {
  return async (_now: Moment, today: BusinessDate): Promise<readonly FollowUp[]> => {
    const result = await pool.query<{ id: string; certificate: string }>({
      name: 'offers that lapse',
      text: `SELECT "id", "certificate" FROM transfer
        WHERE "state" = 'PENDING' AND "answerBy" < $1 ORDER BY "answerBy", "id" LIMIT ${dueMax}`,
      values: [today],
    });
    return result.rows.map(({ id, certificate }) => ({
      kind: 'certificate.lapse',
      input: { certificate, transfer: id },
    }));
  };
}

/** Certificates whose business day has come. */
export function dueCertificates(pool: pg.Pool) {
  return async (_now: Moment, today: BusinessDate): Promise<readonly FollowUp[]> => {
    const result = await pool.query<{ id: string }>({
      name: 'certificates that are due',
      text: `SELECT "id" FROM certificate
        WHERE "state" IN ('OFFERED', 'ACTIVE', 'TRANSFER_PENDING', 'ASSIGNED', 'PLEDGED')
          AND "payableDate" <= $1 AND "pendingAct" IS NULL ORDER BY "payableDate", "id" LIMIT ${dueMax}`,
      values: [today],
    });
    return result.rows.map(({ id }) => ({ kind: 'certificate.due', input: { certificate: id } }));
  };
}

const waitingMax = 50;
const dueMax = 100;

/** The certificate as it stood when it was offered. */
function offered(row: CertificateView, offer: TransferView | null): CertificateView {
  return {
    ...row,
    state: offer === null ? 'ACTIVE' : stateWhen[offer.state],
    holder: offer?.transferor ?? row.issuer,
    openMinor: row.faceMinor,
    parent: null,
    hop: null,
    transfer: offer?.id ?? null,
    pendingAct: null,
  };
}

const stateWhen: Readonly<Record<TransferState, CertificateState>> = {
  PENDING: 'TRANSFER_PENDING',
  RECEIVED: 'TRANSFERRED',
  REJECTED: 'ACTIVE',
  LAPSED: 'ACTIVE',
};
