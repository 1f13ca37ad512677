/**
 * What was owed is paid: legs, certificates, financings and invoices move together, what is over is
 * owed back, and what the bank had kept back is owed when all is repaid.
 */
import { share } from '../../../chain/src/calc/amount.ts';
import { type Calculation, calculate, resultOf } from '../../../chain/src/calc/run.ts';
import type { QuoteRow, RequestRow } from '../financing/model.ts';
import { repaidChanges } from '../financing/service.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { markPaid } from '../invoice/service.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { kept } from '../kernel/calculation.ts';
import { type Change, type Grant, update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import { issuancePaid, membersOf } from '../party/service.ts';
import type { CertificateRow } from '../receivable/model.ts';
import { accountOf, certificateOf, redeemChange } from '../receivable/service.ts';
import { bookedInFiles } from './instructions.ts';
import { addition, newLeg } from './legs.ts';
import { grantOf, isRefusal, matchedLine, ownersOf, twinChange } from './lines.ts';
import type { Match, Part } from './matching.ts';
import type { LegRow, LineRow } from './model.ts';
import { auditorsOfAll } from './policy.ts';
import { outcome, paid, payment } from './transitions.ts';

/**
 * What was owed is paid, in part or in full: leg, certificate, financing and invoice move together.
 * What is over is owed back at once, and what the bank had kept back is owed when all is repaid.
 */
export const redeem = handler({
  kind: 'payment.redeem',
  objects: ({ line, legs }) => [line, ...legs],
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    invariant(found.kind === 'redeem', 'the act says what was found');
    const changes: Change[] = [update('statement_line', line, outcome(line, found))];
    const grants: Grant[] = [];
    const owed: LegRow[] = [];
    for (const [order, { leg, appliedMinor }] of found.parts.entries()) {
      changes.push(
        update('leg', leg, paid(leg, appliedMinor)),
        payment(act.id('pay', order), line, leg, appliedMinor, act.at),
      );
      if (leg.kind !== 'REPAYMENT') continue;
      const certificate = await certificateOf(reader, leg.certificate);
      changes.push(
        redeemChange(certificate, appliedMinor),
        ...(await repaidChanges(reader, certificate, appliedMinor)),
      );
      const reserve = await reserveLeg(reader, act, certificate, appliedMinor, owed.length);
      if (reserve === null) continue;
      owed.push(reserve.leg);
      changes.push(kept(act, owed.length, reserve.leg.id, reserve.calculation));
    }
    changes.push(kept(act, 0, line.id, sharing(line, found.openMinor)));
    changes.push(
      ...(await paidInvoices(reader, found.parts)),
      ...(await twinChange(reader, line, found)),
      ...(await bookedInFiles(
        reader,
        found.parts.map(({ leg }) => leg),
      )),
    );
    owed.push(...(await refundLegs(reader, act, line, found, owed.length)));

    const programmes = [...new Set(found.parts.map(({ leg }) => leg.programme))];
    const auditors = auditorsOfAll(
      await Promise.all(programmes.map((each) => membersOf(reader, each, 'AUDITOR'))),
    );
    for (const leg of owed) {
      const added = addition(leg, auditors);
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

/** How a line's money is shared among the legs that it names. */
function sharing({ amountMinor, currency }: LineRow, openMinor: readonly bigint[]): Calculation {
  return calculate('redemption', { currency, receiptMinor: amountMinor, openMinor });
}

/** What the bank kept back of the face is owed to the holder once the buyer has paid all of it. */
async function reserveLeg(
  reader: Reader,
  act: Act,
  certificate: CertificateRow,
  appliedMinor: bigint,
  order: number,
): Promise<{ readonly leg: LegRow; readonly calculation: Calculation } | null> {
  if (appliedMinor < certificate.openMinor) return null;
  const requests = await reader.where<RequestRow>('finance_request', 'certificate', certificate.id);
  const asked = requests.find(({ state }) => state === 'FUNDED' || state === 'REPAYING');
  if (asked?.chosen == null || asked.bank === null) return null;
  const quote = await reader.get<QuoteRow>('quote', asked.chosen);
  invariant(quote !== null, 'a chosen quote is known');
  const calculation = calculate('release', {
    currency: asked.currency,
    reserveMinor: asked.faceMinor - share(asked.faceMinor, quote.advanceMicros),
    ...{ dilutionMinor: certificate.creditedMinor, overdueMinor: 0n, feesMinor: 0n },
    recourse: quote.recourse,
  });
  const amountMinor = resultOf(calculation, 'releaseMinor');
  if (amountMinor === 0n) return null;
  const { id: request, bank: payer, holder: payee, payTo } = asked;
  const leg = newLeg(act, order, {
    ...{ kind: 'RESERVE', state: 'SCHEDULED', request, certificate, payer, payee, payTo },
    ...{ amountMinor, dueDate: act.businessDate },
  });
  return { leg, calculation };
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
