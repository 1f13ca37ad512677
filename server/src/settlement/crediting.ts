/**
 * What a credit note does to the certificates of its invoice and to what is paid on them; handed to the
 * slice of disputes where the parts are joined.
 *
 * A part that the seller holds is void by so much. Who had its part from the seller for goods keeps it
 * whole. What a bank bought is paid in full where the promise is irrevocable; in notified factoring,
 * where the buyer may still lessen what it owes, the bank receives so much less and takes it from what
 * it kept back. What the buyer pays all the same, the seller owes it back.
 */
import type { CreditEffects, Lessened } from '../dispute/model.ts';
import type { RequestRow } from '../financing/model.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { Act, Reader } from '../kernel/act.ts';
import { type Change, type Grant, update } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import { issuancePaid, membersOf, requireProgramme } from '../party/service.ts';
import { type CertificateRow, consumedStates } from '../receivable/model.ts';
import { accountOf } from '../receivable/service.ts';
import { voidedPart } from '../receivable/voiding.ts';
import { dilutedAdvance } from '../recovery/service.ts';
import { dilute, type Open, type Taken } from './dilution.ts';
import { addition, newLeg } from './legs.ts';
import { pendingReservation } from './transitions.ts';

export const credits: CreditEffects = { lessen };

/** What would be taken, and from which certificates; or why not now. */
export type CreditPlan = {
  readonly taken: Taken;
  readonly own: readonly CertificateRow[];
  readonly sold: readonly CertificateRow[];
  readonly root: CertificateRow;
};

/**
 * Decides what a credit of that amount takes. Refused while a certificate of the seller is reserved,
 * offered to somebody, or waits for the chain: whoever gets it then, it is paid once.
 */
export async function planOf(
  reader: Reader,
  invoice: InvoiceRow,
  amountMinor: bigint,
): Promise<CreditPlan | Refusal> {
  const all = await reader.where<CertificateRow>('certificate', 'invoice', invoice.id);
  const root = all.find(({ parent }) => parent === null);
  invariant(root !== undefined, 'what is credited was certified');
  const live = all.filter(({ state }) => !consumedStates.has(state));
  const held = live.filter(({ holder }) => holder === invoice.seller);
  if (held.some(isUnderWay)) return pendingReservation('invoice');
  const own = held.filter(({ state }) => state === 'OFFERED' || state === 'ACTIVE');
  const sold = await soldBy(reader, invoice, live);
  if (sold.some(({ pendingAct }) => pendingAct !== null)) return pendingReservation('invoice');
  const { approvedMinor, paidMinor, creditedMinor } = invoice;
  const certified = live.reduce((sum, { openMinor }) => sum + openMinor, 0n);
  const open: Open = {
    uncertifiedMinor: (approvedMinor ?? 0n) - paidMinor - creditedMinor - certified,
    ownMinor: own.map(({ openMinor }) => openMinor),
    soldMinor: sold.map(({ openMinor }) => openMinor),
  };
  const taken = dilute(amountMinor, open);
  // What would leave a bank nothing to be paid is paid to it all the same, and owed back.
  const isWhole = taken.soldMinor.some((minor, order) => minor === open.soldMinor[order]);
  if (isWhole) return { taken: dilute(amountMinor, { ...open, soldMinor: [] }), own, sold, root };
  return { taken, own, sold, root };
}

async function lessen(
  reader: Reader,
  act: Act,
  invoice: InvoiceRow,
  amountMinor: bigint,
): Promise<Lessened | Refusal> {
  const plan = await planOf(reader, invoice, amountMinor);
  if ('kind' in plan) return plan;
  const { taken, own, sold, root } = plan;
  const auditors = await membersOf(reader, invoice.programme, 'AUDITOR');
  const changes: Change[] = [];
  const grants: Grant[] = [];
  for (const [order, certificate] of own.entries()) {
    const minor = taken.ownMinor[order] ?? 0n;
    if (minor === 0n) continue;
    const added = voidedPart(act, certificate, minor, order, auditors);
    changes.push(...added.changes);
    grants.push(...added.grants);
  }
  for (const [order, certificate] of sold.entries()) {
    const minor = taken.soldMinor[order] ?? 0n;
    if (minor === 0n) continue;
    changes.push(
      dilutedChange(certificate, minor),
      ...(await dilutedAdvance(reader, certificate.id, minor)),
    );
  }
  const { owedBackMinor } = taken;
  if (owedBackMinor > 0n) {
    const { seller, buyer } = invoice;
    const leg = newLeg(act, 0, {
      ...{ kind: 'REFUND', state: 'SCHEDULED', request: null, payer: seller, payee: buyer },
      payTo: await accountOf(reader, buyer, invoice.currency),
      ...{ amountMinor: owedBackMinor, dueDate: act.businessDate, certificate: root },
    });
    const added = addition(leg, auditors);
    changes.push(...added.changes);
    grants.push(...added.grants);
  }
  changes.push(...(await issuancePaid(reader, invoice.programme, amountMinor - owedBackMinor)));
  return { changes, grants, owedBackMinor };
}

/** What a bank bought of the seller where its buyer's duty may still be lessened. */
async function soldBy(
  reader: Reader,
  invoice: InvoiceRow,
  live: readonly CertificateRow[],
): Promise<readonly CertificateRow[]> {
  const { technique } = await requireProgramme(reader, invoice.programme);
  if (technique !== 'FACTORING') return [];
  const assigned = live.filter(({ state }) => state === 'ASSIGNED');
  const requests = await Promise.all(
    assigned.map(({ id }) => reader.where<RequestRow>('finance_request', 'certificate', id)),
  );
  return assigned.filter((_each, order) =>
    requests[order]?.some(({ state, holder }) => state === 'FUNDED' && holder === invoice.seller),
  );
}

function isUnderWay({ state, pendingAct }: CertificateRow): boolean {
  return pendingAct !== null || state === 'RESERVED' || state === 'TRANSFER_PENDING';
}

/** A part that a bank holds is owed for so much less; its face stays what it was. */
function dilutedChange(certificate: CertificateRow, minor: bigint): Change {
  return update('certificate', certificate, {
    openMinor: certificate.openMinor - minor,
    creditedMinor: certificate.creditedMinor + minor,
  });
}
