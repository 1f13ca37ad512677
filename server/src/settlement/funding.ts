/** The bank's payment to the holder: it arrives exactly, or it does not come. */

import { fundedChanges, fundingNote } from '../financing/service.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { handler, type Reader } from '../kernel/act.ts';
import { type Change, insert, update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import { membersOf } from '../party/service.ts';
import { advancePaidOut } from '../recovery/service.ts';
import { bookedInFiles } from './instructions.ts';
import {
  grantOf,
  isRefusal,
  matchedLine,
  ownersOf,
  requestOf,
  twinChange,
  waiting,
} from './lines.ts';
import { isAwaited } from './matching.ts';
import type { LegRow } from './model.ts';
import { outcome, paid, payment } from './transitions.ts';

/** The bank's money arrived exactly: the certificate passes to the bank when the chain has taken it. */
export const fund = handler({
  kind: 'payment.fund',
  objects: ({ line, leg }) => [line, leg],
  async facts(reader, body, secrets) {
    const leg = await reader.get<LegRow>('leg', body.leg);
    if (leg?.request == null) return {};
    const invoice = await reader.get<InvoiceRow>('invoice', leg.invoice);
    invariant(invoice !== null, 'a leg belongs to an invoice');
    const note = await fundingNote(reader, leg.request);
    return { ...note, fingerprint: secrets.fingerprint(invoice.canonical) };
  },
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    invariant(found.kind === 'fund', 'the act says what was found');
    const { leg } = found;
    const funded = await fundedChanges(reader, act, requestOf(leg));
    const pendingAct = act.hash;
    const [waitingLine, waitingLeg] = [waiting(line, pendingAct), waiting(leg, pendingAct)];
    const auditors = await membersOf(reader, leg.programme, 'AUDITOR');
    const unlockedLeg = update('leg', waitingLeg, { pendingAct: null });
    return accept(
      leg.id,
      [
        update('statement_line', line, { pendingAct }),
        update('leg', leg, { pendingAct }),
        ...funded.changes,
        ...(await bookedInFiles(reader, [leg])),
      ],
      {
        whenFinal: [
          update('statement_line', waitingLine, { ...outcome(line, found), pendingAct: null }),
          update('leg', waitingLeg, { ...paid(leg, line.amountMinor), pendingAct: null }),
          payment(act.id('pay', 0), line, leg, line.amountMinor, act.at),
          ...(await twinChange(reader, line, found)),
          ...funded.whenFinal,
          insert('advance', await advancePaidOut(reader, act, requestOf(leg))),
        ],
        whenRefused: [
          update('statement_line', waitingLine, {
            ...{ state: 'PARKED', legs: [leg.id], leg: leg.id, unappliedMinor: line.amountMinor },
            ...{ reason: '$refusal', pendingAct: null },
          }),
          unlockedLeg,
          ...funded.whenRefused,
        ],
        readers: [...funded.readers, leg.payer, leg.payee, ...ownersOf(line), ...auditors],
        grants: auditors.map((auditor) => grantOf(auditor, 'StatementLine', line)),
      },
    );
  },
});

/** The bank's payment will not come: a line that names it later pays nothing and waits for a person. */
export async function failedFunding(reader: Reader, request: string): Promise<readonly Change[]> {
  const known = await reader.where<LegRow>('leg', 'request', request);
  return known
    .filter((leg) => leg.kind === 'FUNDING' && isAwaited(leg))
    .map((leg) => update('leg', leg, { state: 'FAILED' }));
}
