/**
 * Whether a person may do this, up to this amount, today: the mandate that says so.
 *
 * With several, the narrowest sufficient one is taken, so that a proof names the least authority that
 * was enough. The signer's own choice, when it names one, is only checked.
 */
import type { NeededMandate, Reader } from '../kernel/act.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { moneyText, noCurrency } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';

export type MandateRow = {
  readonly id: string;
  readonly version: number;
  readonly party: string;
  readonly holder: string;
  readonly action: string;
  readonly limitMinor: bigint | null;
  readonly limitCurrency: string | null;
  readonly validFromDate: BusinessDate;
  readonly validToDate: BusinessDate;
  readonly revoked: boolean;
  readonly createdMs: bigint;
};

/** All that a person holds or held. */
export function mandatesOf(reader: Reader, person: string): Promise<readonly MandateRow[]> {
  return reader.where<MandateRow>('mandate', 'holder', person);
}

export async function permitted(
  reader: Reader,
  person: string,
  needed: NeededMandate,
  today: BusinessDate,
  named: string | null,
): Promise<{ readonly kind: 'mandate'; readonly id: string } | Refusal> {
  const held = await mandatesOf(reader, person);
  const forAction = held.filter(({ action, revoked }) => action === needed.action && !revoked);
  if (forAction.length === 0) {
    return refuse('MANDATE_MISSING', `You hold no mandate for ${needed.action}.`, {
      seen: held.map(({ action }) => action).join(', ') || 'no mandate',
      expected: needed.action,
      help: 'Ask the administrator of your organisation to grant it.',
    });
  }
  const valid = forAction.filter(
    (each) => each.validFromDate <= today && today <= each.validToDate,
  );
  if (valid.length === 0) {
    const [first] = forAction;
    return refuse('MANDATE_EXPIRED', `Your mandate for ${needed.action} is not valid today.`, {
      seen: `${first?.validFromDate} to ${first?.validToDate}`,
      expected: `a mandate valid on ${today}`,
      help: 'Ask the administrator of your organisation to renew it.',
    });
  }
  const enough = valid.filter((each) => covers(each, needed.amount)).sort(narrowestFirst);
  const chosen = named === null ? enough[0] : enough.find(({ id }) => id === named);
  if (chosen === undefined) return exceeded(valid, needed);
  return { kind: 'mandate', id: chosen.id };
}

function covers(mandate: MandateRow, amount: NeededMandate['amount']): boolean {
  if (amount === null || mandate.limitMinor === null) return true;
  const [minor, currency] = amount;
  return mandate.limitCurrency === currency && minor <= mandate.limitMinor;
}

/** A smaller limit before a larger, any limit before none, then by id. */
function narrowestFirst(a: MandateRow, b: MandateRow): number {
  if (a.limitMinor !== b.limitMinor) {
    if (a.limitMinor === null) return 1;
    if (b.limitMinor === null) return -1;
    return a.limitMinor < b.limitMinor ? -1 : 1;
  }
  return a.id < b.id ? -1 : 1;
}

function exceeded(valid: readonly MandateRow[], needed: NeededMandate): Refusal {
  const limits = valid.flatMap(({ limitMinor, limitCurrency }) =>
    limitMinor === null || limitCurrency === null
      ? []
      : [moneyText({ minor: limitMinor, currency: limitCurrency })],
  );
  const [minor, currency] = needed.amount ?? [0n, noCurrency];
  return refuse('MANDATE_EXCEEDED', 'The amount is above what you may sign.', {
    path: 'mandate',
    seen: moneyText({ minor, currency }),
    expected: `at most ${limits.join(' or ') || 'the named mandate'}`,
    help: 'Ask someone with a higher mandate to sign.',
  });
}
