/**
 * What was owed is paid: legs, certificates, financings, claims and invoices move together. What is over
 * is owed back. What the money does for certificates, financings and claims is receipts.ts.
 */
import { type Calculation, calculate } from '../../../chain/src/calc/run.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { markPaid } from '../invoice/service.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { kept } from '../kernel/calculation.ts';
import { type Change, type Grant, update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import { issuancePaid, membersOf } from '../party/service.ts';
import { accountOf } from '../receivable/service.ts';
import { type Excess, type Receipt, receiptChanges } from '../recovery/service-receipts.ts';
import { bookedInFiles } from './instructions.ts';
import { addition, claim, newLeg } from './legs.ts';
import { grantOf, isRefusal, matchedLine, ownersOf, twinChange } from './lines.ts';
import type { Match, Part } from './matching.ts';
import type { LegRow, LineRow } from './model.ts';
import { auditorsOfAll } from './policy.ts';
import { outcome, paid, payment } from './transitions.ts';

/** A line pays what it names, in part or in full; what is over is owed back at once. */
export const redeem = handler({
  kind: 'payment.redeem',
  objects: ({ line, legs }) => [line, ...legs],
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    invariant(found.kind === 'redeem', 'the act says what was found');
    const changes: Change[] = [
      update('statement_line', line, outcome(line, found)),
      kept(act, 0, line.id, sharing(line, found.openMinor)),
      ...(await paidInvoices(reader, found.parts)),
      ...(await twinChange(reader, line, found)),
    ];
    const grants: Grant[] = [];
    for (const [order, { leg, appliedMinor }] of found.parts.entries()) {
      changes.push(
        update('leg', leg, paid(leg, appliedMinor)),
        payment(act.id('pay', order), line, leg, appliedMinor, act.at),
      );
    }
    const used = await receiptChanges(reader, act, receiptsOf(act, line, found.parts));
    changes.push(...used.changes, ...(await voidedLegs(reader, used.voidLegs)));
    const reserves = used.excess.map(({ calculation, ...rest }, order) => ({
      leg: reserveLeg(act, order, rest),
      calculation,
    }));
    const calculations = [
      ...reserves.map(({ leg, calculation }) => [leg.id, calculation] as const),
      ...used.calculations,
    ];
    changes.push(
      ...calculations.map(([subject, each], order) => kept(act, order + 1, subject, each)),
      ...(await bookedInFiles(
        reader,
        found.parts.map(({ leg }) => leg),
      )),
    );
    const owed = [
      ...reserves.map(({ leg }) => leg),
      ...(await refundLegs(reader, act, line, found, reserves.length)),
    ];

    const programmes = [...new Set(found.parts.map(({ leg }) => leg.programme))];
    const auditors = auditorsOfAll(
      await Promise.all(programmes.map((each) => membersOf(reader, each, 'AUDITOR'))),
    );
    const claims = used.claims.map((each, order) =>
      claim({ ...each, act, order, legOrder: owed.length + order, auditors }),
    );
    for (const added of [...owed.map((leg) => addition(leg, auditors)), ...claims]) {
      changes.push(...added.changes);
      grants.push(...added.grants);
    }
    grants.push(...auditors.map((auditor) => grantOf(auditor, 'StatementLine', line)));
    return accept(subjectOf(line, found.parts), changes, {
      grants,
      readers: [...ownersOf(line), ...partiesOf(found.parts), ...auditors],
    });
  },
});

/** What settlement knows of the receipts: each is paid on the day of its booking, and never later than today. */
function receiptsOf(act: Act, line: LineRow, parts: readonly Part[]): readonly Receipt[] {
  const { bookingDate } = line;
  const paidOn = bookingDate < act.businessDate ? bookingDate : act.businessDate;
  return parts.map(({ leg, appliedMinor }) => ({ leg, line: line.id, appliedMinor, paidOn }));
}

/** What is over of a receipt is owed to the seller. */
function reserveLeg(act: Act, order: number, excess: Omit<Excess, 'calculation'>): LegRow {
  return newLeg(act, order, {
    ...{ kind: 'RESERVE', state: 'SCHEDULED', ...excess, dueDate: act.businessDate },
  });
}

/** A claim that somebody else's payment has covered is not paid any more. */
async function voidedLegs(reader: Reader, ids: readonly string[]): Promise<readonly Change[]> {
  const legs = await Promise.all(ids.map((id) => reader.get<LegRow>('leg', id)));
  return legs.filter((leg) => leg !== null).map((leg) => update('leg', leg, { state: 'FAILED' }));
}

/** How a line's money is shared among the legs that it names. */
function sharing({ amountMinor, currency }: LineRow, openMinor: readonly bigint[]): Calculation {
  return calculate('redemption', { currency, receiptMinor: amountMinor, openMinor });
}

/** Who was paid too much owes it back to who paid. */
async function refundLegs(
  reader: Reader,
  act: Act,
  line: LineRow,
  found: Extract<Match, { readonly kind: 'redeem' }>,
  order: number,
): Promise<readonly LegRow[]> {
  const first = found.parts[0]?.leg;
  if (found.unappliedMinor === 0n || first === undefined) return [];
  const payTo = line.credit ? await accountOf(reader, first.payer, line.currency) : line.account;
  const { invoice, programme, currency } = first;
  return [
    newLeg(act, order, {
      ...{
        kind: 'REFUND',
        state: 'SCHEDULED',
        request: null,
        payer: first.payee,
        payee: first.payer,
      },
      ...{ payTo, amountMinor: found.unappliedMinor, dueDate: act.businessDate },
      certificate: { id: first.certificate, invoice, programme, currency },
    }),
  ];
}

/** Each invoice whose certificates were paid, once, with the sum; its programme's issuer may promise as much again. */
async function paidInvoices(reader: Reader, parts: readonly Part[]): Promise<readonly Change[]> {
  const sums = new Map<string, bigint>();
  for (const { leg, appliedMinor } of parts)
    if (leg.kind === 'REPAYMENT')
      sums.set(leg.invoice, (sums.get(leg.invoice) ?? 0n) + appliedMinor);
  const byProgramme = new Map<string, bigint>();
  const changes: Change[] = [];
  for (const [id, sum] of sums) {
    const invoice = await reader.get<InvoiceRow>('invoice', id);
    invariant(invoice !== null, 'a certificate stands on an invoice');
    changes.push(markPaid(reader, invoice, invoice.paidMinor + sum));
    const { programme } = invoice;
    byProgramme.set(programme, (byProgramme.get(programme) ?? 0n) + sum);
  }
  for (const [id, sum] of byProgramme) {
    changes.push(...(await issuancePaid(reader, id, sum)));
  }
  return changes;
}

function subjectOf(line: LineRow, parts: readonly Part[]): string {
  const [only, ...others] = parts;
  return only === undefined || others.length > 0 ? line.id : only.leg.id;
}

/** Payer and payee; of several payees none, as each would see what the others were paid. */
function partiesOf(parts: readonly Part[]): readonly string[] {
  const payers = parts.map(({ leg }) => leg.payer);
  const payees = new Set(parts.map(({ leg }) => leg.payee));
  return payees.size > 1 ? payers : [...payers, ...payees];
}
