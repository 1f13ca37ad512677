/**
 * What a receipt does for certificates, financings and claims.
 *
 *   the buyer pays the holder ──▶ certificate, and where a bank holds it: fees, late interest, principal
 *   the seller pays a claim   ──▶ claim, and the same of its financing
 *   what is over              ──▶ owed to the seller: the reserve, released
 *   the buyer owes nothing more and something is open ──▶ a claim on the seller by its recourse, else a loss
 *
 * Settlement makes the legs of what is owed then. Every amount is decided by a calculation that is kept:
 * with the request, which the buyer does not see, and with the leg that pays the rest out.
 */
import { type Calculation, calculate, resultOf } from '../../../chain/src/calc/run.ts';
import type { RequestRow } from '../financing/model.ts';
import { fundedRequest, lateChanges, repaidChanges } from '../financing/service.ts';
import { releasedExposures } from '../financing/service-room.ts';
import type { Act, Reader } from '../kernel/act.ts';
import { type Change, insert, update } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { CertificateRow } from '../receivable/model.ts';
import { accountOf, certificateOf, redeemChange } from '../receivable/service.ts';
import type { AdvanceRow, AllocationRow, ClaimInput, ClaimRow } from './model.ts';
import { advanceOf, claimOfLeg, claimsOf } from './service.ts';
import { isOpen, openOf, paidClaim, type Received, received, shortfall } from './transitions.ts';

/** So much of a leg was paid by a bank line. */
export type Receipt = {
  readonly leg: { readonly id: string; readonly kind: string; readonly certificate: string };
  readonly line: string;
  readonly appliedMinor: bigint;
  readonly paidOn: BusinessDate;
};

/** What the bank owes the seller after a receipt, and how that follows. */
export type Excess = {
  readonly request: string;
  readonly certificate: CertificateRow;
  readonly payer: string;
  readonly payee: string;
  readonly payTo: string;
  readonly amountMinor: bigint;
  readonly calculation: Calculation;
};

/** A claim to be made; settlement adds what makes it a payment. */
export type NewClaim = Omit<ClaimInput, 'act' | 'order' | 'legOrder' | 'auditors'>;

export type ReceiptChanges = {
  readonly changes: readonly Change[];
  readonly excess: readonly Excess[];
  readonly claims: readonly NewClaim[];
  /** Payments that nobody owes any more. */
  readonly voidLegs: readonly string[];
  /** Calculations with their subjects, to be kept. */
  readonly calculations: readonly (readonly [subject: string, calculation: Calculation])[];
};

type ReceiptAct = Pick<Act, 'id' | 'at' | 'businessDate'>;

/** The receipts of one financing. */
type Group = {
  readonly asked: RequestRow;
  readonly certificate: CertificateRow;
  /** What the buyer paid; the rest came from the seller. */
  readonly repaidMinor: bigint;
  readonly receipts: readonly Receipt[];
  /** Claims of it that were paid here, as they are now. */
  readonly paid: readonly ClaimRow[];
};

/** All that the receipts of one line do. Several of one financing are used up one after another. */
export async function receiptChanges(
  reader: Reader,
  act: ReceiptAct,
  receipts: readonly Receipt[],
): Promise<ReceiptChanges> {
  const changes: Change[] = [];
  const groups = new Map<string, Group>();
  for (const receipt of receipts) {
    const { leg, appliedMinor } = receipt;
    if (leg.kind === 'REPAYMENT') {
      const certificate = await certificateOf(reader, leg.certificate);
      changes.push(redeemChange(certificate, appliedMinor));
      const asked = await fundedRequest(reader, certificate.id);
      if (asked === null) continue;
      const group = { asked, certificate, repaidMinor: appliedMinor, receipts: [receipt] };
      groups.set(asked.id, { ...group, paid: [] });
    }
    if (leg.kind === 'RECOURSE') {
      const claim = await claimOfLeg(reader, leg.id);
      const after = paidClaim(claim, appliedMinor);
      changes.push(update('claim', claim, after));
      if (claim.request === null) continue;
      const group = groups.get(claim.request) ?? (await groupOf(reader, claim));
      groups.set(claim.request, {
        ...{ ...group, receipts: [...group.receipts, receipt] },
        paid: [...group.paid, { ...claim, ...after }],
      });
    }
  }
  const used: ReceiptChanges[] = [];
  for (const group of groups.values()) {
    const before = used.reduce((count, each) => count + each.changes.length, 0);
    used.push(await usedUp(reader, act, group, before));
  }
  return {
    changes: [...changes, ...used.flatMap((each) => each.changes)],
    excess: used.flatMap((each) => each.excess),
    claims: used.flatMap((each) => each.claims),
    voidLegs: used.flatMap((each) => each.voidLegs),
    calculations: used.flatMap((each) => each.calculations),
  };
}

async function groupOf(reader: Reader, { certificate, request }: ClaimRow): Promise<Group> {
  const asked = await reader.get<RequestRow>('finance_request', request ?? '');
  invariant(asked !== null, 'a claim of a financing has it');
  return {
    ...{ asked, certificate: await certificateOf(reader, certificate) },
    ...{ repaidMinor: 0n, receipts: [], paid: [] },
  };
}

/** Uses up the receipts of one financing, and ends it when the buyer owes nothing more. */
async function usedUp(
  reader: Reader,
  act: ReceiptAct,
  group: Group,
  firstId: number,
): Promise<ReceiptChanges> {
  const { asked, certificate, repaidMinor, receipts } = group;
  const advance = await advanceOf(reader, asked.id);
  invariant(advance !== null, 'what was paid out has its advance');
  const steps: Received[] = [];
  for (const { appliedMinor, paidOn } of receipts) {
    steps.push(received(steps.at(-1)?.advance ?? advance, appliedMinor, paidOn));
  }
  const now = steps.at(-1)?.advance ?? advance;
  const isWhole = certificate.openMinor === repaidMinor;
  const paid = new Map(group.paid.map((each) => [each.id, each]));
  const claims = (await claimsOf(reader, asked.id)).map((each) => paid.get(each.id) ?? each);
  const rest = isWhole ? shortfall(now, claims) : null;
  const voided =
    openOf(now) === 0n ? claims.filter((each) => isOpen(each) && !paid.has(each.id)) : [];
  const { id: _id, version: _version, ...columns } = now;
  return {
    changes: [
      ...steps.map((step, order) => allocation(act, firstId + order, group, order, step)),
      update('advance', advance, {
        ...columns,
        lossMinor: now.lossMinor + (rest?.lossMinor ?? 0n),
      }),
      ...voided.map((each) => update('claim', each, { state: 'VOID' })),
      ...(await requestChanges(reader, group, now, claims, isWhole)),
    ],
    excess: steps.flatMap((step) => excessOf(group, now, step, isWhole)),
    claims:
      rest === null || rest.claimMinor === 0n
        ? []
        : [await lateClaim(reader, act, group, now, rest.claimMinor)],
    voidLegs: voided.map(({ leg }) => leg),
    calculations: [
      ...steps.flatMap(({ interest, waterfall }) =>
        [...(resultOf(interest, 'days') > 0n ? [interest] : []), waterfall].map(
          (each) => [asked.id, each] as const,
        ),
      ),
      ...(rest === null ? [] : [[asked.id, rest.calculation] as const]),
    ],
  };
}

async function requestChanges(
  reader: Reader,
  { asked, repaidMinor }: Group,
  now: AdvanceRow,
  claims: readonly ClaimRow[],
  isWhole: boolean,
): Promise<readonly Change[]> {
  if (repaidMinor > 0n) return repaidChanges(reader, asked, repaidMinor, isWhole);
  return [
    ...(claims.some(isOpen) ? [] : lateChanges(asked, 'recoursePaid')),
    ...(now.principalOpenMinor === 0n ? await releasedExposures(reader, asked) : []),
  ];
}

/** What a receipt was used for, as a row of its own. */
function allocation(
  act: ReceiptAct,
  id: number,
  { asked, certificate, receipts }: Group,
  order: number,
  { used }: Received,
): Change {
  const receipt = receipts[order];
  invariant(receipt !== undefined, 'each step has its receipt');
  const row: AllocationRow = {
    ...{ id: act.id('alc', id), version: 1, request: asked.id, leg: receipt.leg.id },
    ...{ line: receipt.line, ...used, currency: asked.currency },
    isRecovery: certificate.state === 'DEFAULTED' || certificate.state === 'WRITTEN_OFF',
    createdMs: act.at,
  };
  return insert('allocation', row);
}

/** What is over of a receipt. As the release of the reserve where it is all of that, else by the waterfall. */
function excessOf(
  { asked, certificate, receipts }: Group,
  now: AdvanceRow,
  { used, waterfall }: Received,
  isWhole: boolean,
): readonly Excess[] {
  if (used.excessMinor === 0n) return [];
  const release = calculate('release', {
    ...{ currency: now.currency, reserveMinor: now.faceMinor - now.advanceMinor },
    ...{ dilutionMinor: now.dilutionMinor, overdueMinor: now.overdueMinor },
    ...{ feesMinor: now.feeMinor, recourse: now.recourse },
  });
  const isRelease = isWhole && receipts.length === 1;
  const says = resultOf(release, 'releaseMinor') === used.excessMinor;
  return [
    {
      ...{ request: asked.id, certificate, payer: now.bank, payee: now.seller, payTo: now.payTo },
      amountMinor: used.excessMinor,
      calculation: isRelease && says ? release : waterfall,
    },
  ];
}

/** What the reserve did not cover and the seller answers for. */
async function lateClaim(
  reader: Reader,
  act: ReceiptAct,
  { asked, certificate }: Group,
  { bank, seller, currency }: AdvanceRow,
  amountMinor: bigint,
): Promise<NewClaim> {
  return {
    ...{ certificate, request: asked.id, ground: 'LATE', debtor: seller, creditor: bank },
    payTo: await accountOf(reader, bank, currency),
    ...{ amountMinor, dueDate: act.businessDate },
    reason: 'The reserve does not cover the interest for late payment.',
  };
}
