/**
 * Legs come into being where a payment becomes owed: the bank's approval, maturity, a repayment of more
 * than the bank is owed, an overpayment, a claim. Most are asked for by the slices to the left,
 * which take these functions where the parts are joined. Pure but for the ids, which the act gives.
 */
import type { FundingInput } from '../financing/model.ts';
import type { Act } from '../kernel/act.ts';
import { type Grant, insert } from '../kernel/change.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { Addition, CertificateRow, RepaymentInput } from '../receivable/model.ts';
import type { ClaimInput, ClaimRow } from '../recovery/model.ts';
import type { LegRow } from './model.ts';
import { referenceOf } from './reference.ts';

/** What the slices to the left are handed. */
export const legs = { funding, repayment, claim } as const;

/** The bank owes the holder the net of its quote, from the moment its approver has signed. */
export function funding(input: FundingInput): Addition {
  const { act, request, certificate, payer, payee, payTo, netMinor, dueDate } = input;
  const leg = newLeg(act, 0, {
    ...{ kind: 'FUNDING', state: 'INSTRUCTED', request: request.id, certificate },
    ...{ payer, payee, payTo, amountMinor: netMinor, dueDate },
  });
  return addition(leg, input.auditors);
}

/** The buyer owes the holder of record what is open, from maturity on. */
export function repayment(input: RepaymentInput): Addition {
  const { act, certificate, payer, payee, payTo, dueDate } = input;
  const leg = newLeg(act, 0, {
    ...{ kind: 'REPAYMENT', state: 'SCHEDULED', request: null, certificate },
    ...{ payer, payee, payTo, amountMinor: certificate.openMinor, dueDate },
    rootReference: referenceOf(certificate.root),
  });
  return addition(leg, input.auditors);
}

/** A claim, and the payment that settles it; both sides and the auditors see both. */
export function claim(input: ClaimInput): Addition {
  const { act, certificate, request, ground, debtor, creditor, amountMinor, dueDate } = input;
  const leg = newLeg(act, input.legOrder, {
    ...{ kind: 'RECOURSE', state: 'SCHEDULED', request, certificate, payer: debtor },
    ...{ payee: creditor, payTo: input.payTo, amountMinor, dueDate },
  });
  const row: ClaimRow = {
    ...{ id: act.id('clm', input.order), version: 1, state: 'OPEN', ground, debtor, creditor },
    ...{ certificate: certificate.id, request, amountMinor, paidMinor: 0n },
    ...{ currency: certificate.currency, dueDate, reason: input.reason, leg: leg.id },
    createdMs: act.at,
  };
  const added = addition(leg, input.auditors);
  const readers = [...new Set([debtor, creditor, ...input.auditors])];
  return {
    changes: [...added.changes, insert('claim', row)],
    grants: [
      ...added.grants,
      ...readers.map(
        (reader): Grant => ({
          ...{ reader, object: row.id, type: 'Claim', level: 'F', sinceMs: row.createdMs },
        }),
      ),
    ],
  };
}

/** Terms of a leg beyond what its certificate says. */
export type LegTerms = Pick<
  LegRow,
  'kind' | 'state' | 'request' | 'payer' | 'payee' | 'payTo' | 'amountMinor'
> & {
  readonly certificate: Pick<CertificateRow, 'id' | 'invoice' | 'programme' | 'currency'>;
  readonly dueDate: BusinessDate;
  readonly rootReference?: string;
};

/** The `order`-th leg that an act brings into being. */
export function newLeg(act: Pick<Act, 'id' | 'at'>, order: number, terms: LegTerms): LegRow {
  const { certificate, rootReference = null, ...rest } = terms;
  const id = act.id('leg', order);
  return {
    ...{ id, version: 1, ...rest, certificate: certificate.id },
    ...{ invoice: certificate.invoice, programme: certificate.programme },
    ...{ currency: certificate.currency, settledMinor: 0n, reference: referenceOf(id) },
    rootReference,
    ...{ pendingAct: null, createdMs: act.at },
  };
}

/**
 * A leg is seen by who pays, who is paid, and the programme's auditors. Who pays must know where to:
 * the payee's account is shown to the payer, and to nobody else.
 */
export function addition(leg: LegRow, auditors: readonly string[]): Addition {
  const readers = [...new Set([leg.payer, leg.payee, ...auditors])];
  const sinceMs = leg.createdMs;
  const account: readonly Grant[] =
    leg.payTo === null
      ? []
      : [{ reader: leg.payer, object: leg.payTo, type: 'Account', level: 'F', sinceMs }];
  return {
    changes: [insert('leg', leg)],
    grants: [
      ...readers.map(
        (reader): Grant => ({ reader, object: leg.id, type: 'Leg', level: 'F', sinceMs }),
      ),
      ...account,
    ],
  };
}
