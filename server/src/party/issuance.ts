/**
 * What a core enterprise may owe in a programme at a time. A promise takes room when it is made, the
 * buyer's payment gives it back. Whoever declines a certificate is still owed, so that gives none. Pure.
 */
import { type Refusal, refuse } from '../kernel/decision.ts';
import { moneyText } from '../kernel/money.ts';
import type { IssuanceRow, ProgrammeRow } from './model.ts';

/** Why so much more cannot be promised, or null: up to the limit, and not a minor unit more. */
export function issuanceBarrier(
  { currency, openMinor }: Pick<IssuanceRow, 'currency' | 'openMinor'>,
  { issueLimitMinor }: Pick<ProgrammeRow, 'issueLimitMinor'>,
  addedMinor: bigint,
): Refusal | null {
  const after = openMinor + addedMinor;
  if (issueLimitMinor === null || after <= issueLimitMinor) return null;
  const text = (minor: bigint) => moneyText({ minor, currency });
  return refuse('ISSUER_LIMIT_EXCEEDED', 'The promise is above what the programme admits.', {
    path: 'approved.amount',
    seen: `${text(openMinor)} promised and not yet paid, and ${text(addedMinor)} more`,
    expected: `at most ${text(issueLimitMinor)}; this is ${text(after - issueLimitMinor)} more`,
    help: 'Pay what is due first, promise less, or promise it in another programme.',
  });
}
